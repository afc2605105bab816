import Base
import MediaTypes

/// What time of day a stream's own clock stands for, and whether that has been set since: pure, no I/O. Of one generation of packets.
struct StreamClock: Sendable {
    /// Seconds that are no step: `CaptureClock` follows the time of day in steps of less, and takes it anew from a second on.
    static let tolerance = 0.5

    /// Seconds since 1970 at the stream's zero.
    private var zero: Double

    init(_ packet: EncodedPacket) { zero = Self.zero(packet) }

    /// Seconds by which a packet's time of day is ahead of what it would be on this clock; 0 where it is on it.
    func step(to packet: EncodedPacket) -> Double {
        let step = Self.zero(packet) - zero
        return abs(step) > Self.tolerance ? step : 0
    }

    /// Goes along with what is no step.
    mutating func follow(_ packet: EncodedPacket) {
        if step(to: packet) == 0 { zero = Self.zero(packet) }
    }

    /// The time of day is that of presentation: pictures that are reordered are no steps.
    private static func zero(_ packet: EncodedPacket) -> Double { packet.timestamp.secondsSince1970 - packet.presentationTime.seconds }
}
