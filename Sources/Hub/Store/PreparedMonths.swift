import Base

/// The months that a store expects events in. An event outside is stored like any other, flagged `unusual_time`.
struct PreparedMonths: Sendable, Hashable {
    /// Months before the present one that are prepared: a node that was cut off for weeks is nothing unusual.
    static let back = 2
    /// Months after the present one, so that weeks without upkeep do no harm.
    static let ahead = 3

    private(set) var months: Set<Month>
    private var spans: [ClosedRange<Int64>] = []

    init(_ months: some Sequence<Month>) {
        self.months = Set(months)
        for month in self.months.sorted() {
            let first = month.start.microseconds
            let last = month.advanced(by: 1).start.microseconds - 1
            if let previous = spans.last, previous.upperBound + 1 == first {
                spans[spans.count - 1] = previous.lowerBound...last
            } else {
                spans.append(first...last)
            }
        }
    }

    /// The months that are prepared at a moment.
    init(around now: Timestamp) {
        let present = Month(now)
        self.init((-Self.back...Self.ahead).map { present.advanced(by: $0) })
    }

    func contains(_ time: Timestamp) -> Bool { spans.contains { $0.contains(time.microseconds) } }
}
