import Base

/// One picture as the demuxing library gave it, its times not yet mended.
struct RawPacket: Sendable {
    /// In nanoseconds on the source's clock; nil where it gave none.
    var decode: Int64?
    var presentation: Int64?
    var duration: Int64?
    var isKeyframe: Bool
    var data: [UInt8]
    /// Parameter sets that the container announced with this packet.
    var extradata: [UInt8]?
    var arrival: Timestamp
}
