import Base

/// Up to when upkeep deletes what.
struct RetentionCutoffs: Sendable, Hashable {
    /// Events that began before this go. One with an unusual time is judged by when it arrived instead, so that a node with a wrong
    /// clock does not lose its events at the next upkeep. So does what is known of recordings that were deleted and ended before this.
    let events: Timestamp
    /// Published feed rows stamped before this go.
    let feed: Timestamp
    /// Committed ranges of an epoch that was quiet since then go. Nodes keep rows for 7 days, so nothing of it is sent again.
    let epochs: Timestamp

    /// Lines of the audit log go that are older: after as long as the events of which they tell, and never within two years.
    let audit: Timestamp

    /// How many rows of the quarantine are kept at most, newest first: a broken node must not fill the disk.
    static let quarantineRows: Int64 = 10_000

    init(now: Timestamp, eventDays: Int, feedDays: Int) {
        func before(_ days: Int) -> Timestamp { now.advanced(bySeconds: -86_400 * Double(max(0, days))) }
        events = before(eventDays)
        feed = before(feedDays)
        epochs = before(max(eventDays, 90))
        audit = before(max(eventDays, 730))
    }
}
