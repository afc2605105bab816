import MediaTypes

/// A group of pictures in memory: its packets, and how far a decoder has come with them.
struct HeldGroup: Sendable {
    var packets: [EncodedPacket] = []
    /// Packets given to the decoder; the rest is undecoded.
    var given = 0
    /// Which of the two decoders holds the state after `given` packets; nil if none does, and decoding must start at the keyframe.
    var slot: Int?

    var pending: ArraySlice<EncodedPacket> { packets[given...] }
}
