package import Media
package import MediaTypes

/// Takes a camera's packets: a recording, a live viewer, the queue ahead of the analysis.
///
/// Both calls come from the camera's own thread, in order, and must return at once: what they do is done while the camera sends on.
package protocol PacketConsumer: Sendable {
    /// - Parameter stream: What the packet belongs to; its `generation` is the packet's.
    func receive(_ packet: EncodedPacket, of stream: StreamInfo)

    /// The connection ended, or could not be made again; the next packet is a keyframe of a new generation.
    func interrupted(_ why: MediaError.Code)
}
