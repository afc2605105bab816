import Base

/// How far a node's clock is from the hub's, from the arrival of its reports.
struct ClockOffset: Sendable {
    private var samples: [Double] = []

    /// A report's age includes its transit, which only makes it larger: a few late ones must not count, so the median of few is taken.
    private static let kept = 5

    /// - Returns: Seconds by which the node's clock is behind.
    mutating func measure(sent: Timestamp, arrived: Timestamp) -> Double {
        samples.append(arrived.seconds(since: sent))
        if samples.count > Self.kept { samples.removeFirst() }
        return samples.sorted()[(samples.count - 1) / 2]
    }
}
