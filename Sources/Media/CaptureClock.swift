package import Base

/// Finds the wall-clock time of each picture from its time on the stream's clock.
///
/// A packet arrives when its picture was taken or later, never before: of all packets the one with the least delay is right. So the
/// offset between the clocks follows early packets at once and late ones only slowly; when every packet of five seconds is late by more
/// than `bound`, or one comes earlier than thought by more, the clocks have parted and the offset is taken anew.
package struct CaptureClock: Sendable {
    /// Seconds of disagreement after which the offset is taken anew.
    package static let bound = 1.0
    /// Seconds that the offset may move in a second of stream.
    private static let slew = 0.02
    private static let window = 5.0

    /// How often the offset was taken anew.
    package private(set) var anchorings = 0
    /// Wall-clock microseconds of the stream's zero.
    private var offset: Double?
    private var lastStreamSeconds = 0.0
    private var windowStart = 0.0
    private var leastDelay = Double.infinity

    package init() {}

    /// Forgets the offset: the next packet sets it.
    package mutating func reset() { offset = nil }

    /// - Parameters:
    ///   - streamSeconds: The picture's presentation time.
    ///   - arrival: When its packet arrived.
    package mutating func timestamp(streamSeconds: Double, arrival: Timestamp) -> Timestamp {
        let candidate = arrival.secondsSince1970 - streamSeconds
        guard let current = offset else {
            anchor(at: candidate, streamSeconds: streamSeconds)
            return Timestamp(secondsSince1970: candidate + streamSeconds)
        }
        let elapsed = max(0, min(streamSeconds - lastStreamSeconds, 1))
        lastStreamSeconds = max(lastStreamSeconds, streamSeconds)
        let delay = candidate - current
        leastDelay = min(leastDelay, delay)
        if delay < -Self.bound {
            anchor(at: candidate, streamSeconds: streamSeconds)
        } else if delay < 0 {
            offset = current + max(delay, -Self.slew * elapsed)
        } else if streamSeconds - windowStart >= Self.window {
            if leastDelay > Self.bound {
                anchor(at: current + leastDelay, streamSeconds: streamSeconds)
            } else if leastDelay > 0 {
                offset = current + min(leastDelay, Self.slew * Self.window)
            }
            windowStart = streamSeconds
            leastDelay = .infinity
        }
        return Timestamp(secondsSince1970: (offset ?? candidate) + streamSeconds)
    }

    /// Where the stream is at a time of day, in its own seconds; nil while that is not known.
    package func position(at time: Timestamp) -> Double? { offset.map { time.secondsSince1970 - $0 } }

    private mutating func anchor(at value: Double, streamSeconds: Double) {
        offset = value
        anchorings += 1
        lastStreamSeconds = streamSeconds
        windowStart = streamSeconds
        leastDelay = .infinity
    }
}
