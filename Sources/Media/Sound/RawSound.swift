import Base

/// A packet of sound as the demuxing library gave it, its time not yet mended.
struct RawSound: Sendable {
    /// In nanoseconds on the source's clock; nil where it gave none.
    var presentation: Int64?
    var data: [UInt8]
    var arrival: Timestamp
}
