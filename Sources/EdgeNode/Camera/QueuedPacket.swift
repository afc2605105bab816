import Media
package import MediaTypes

/// A packet on its way to the analysis.
package struct QueuedPacket: Sendable {
    package var packet: EncodedPacket
    package var stream: StreamInfo
    /// Packets are missing between this one and the one before it, or it is the first of a connection; it is a keyframe then.
    package var followsGap: Bool

    package init(packet: EncodedPacket, stream: StreamInfo, followsGap: Bool) {
        self.packet = packet
        self.stream = stream
        self.followsGap = followsGap
    }
}
