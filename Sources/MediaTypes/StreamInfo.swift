/// What a decoder, or a recording, has to know about a video stream before its first packet.
package struct StreamInfo: Sendable, Equatable {
    package var codec: VideoCodec
    /// In pixels.
    package var width: Int
    package var height: Int
    /// Parameter sets: `avcC` or `hvcC` when packets are length-prefixed, else Annex B; may be empty when they come in the packets.
    package var extradata: [UInt8]
    /// Pictures a second as the source announces it, nil when it does not.
    package var nominalFrameRate: Double?
    /// Of the packets that this describes (`EncodedPacket.generation`).
    package var generation: Int
    /// Nil where the stream has no sound that is read.
    package var sound: SoundInfo?

    package init(
        codec: VideoCodec, width: Int, height: Int, extradata: [UInt8], nominalFrameRate: Double?, generation: Int, sound: SoundInfo? = nil
    ) {
        self.codec = codec
        self.width = width
        self.height = height
        self.extradata = extradata
        self.nominalFrameRate = nominalFrameRate
        self.generation = generation
        self.sound = sound
    }

    /// Whether packets carry each unit behind its length (`avcC`, `hvcC`) instead of behind a start code.
    package var isLengthPrefixed: Bool { codec != .mjpeg && extradata.first == 1 }
}
