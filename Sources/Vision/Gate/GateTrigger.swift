/// What made the gate have pictures decoded.
package enum GateTrigger: String, Sendable, Hashable {
    /// Everything is decoded: at the start, without the gate, or where it may not sleep.
    case none
    /// A keyframe differed from the background.
    case keyframe
    /// Compressed packets grew beyond what the quiet scene makes.
    case packetSize = "packet-size"
    /// The pictures in memory reached their bound.
    case memory
}
