import Protocol

/// Which severities still find room in an outbox that fills up: the last 5 % are closed to `info`, the last 1 % to all below `alarm`.
struct OutboxCapacity: Sendable {
    let maximum: Int

    /// Rows that may wait when an event of this severity comes.
    func limit(for severity: Severity) -> Int {
        switch severity {
        case .info: maximum - max(1, maximum / 20)
        case .notice, .warning: maximum - max(1, maximum / 100)
        case .alarm, .critical: maximum
        }
    }

    func accepts(_ severity: Severity, waiting: Int) -> Bool { waiting < limit(for: severity) }

    /// Whether the refusals can be summed up: a little below the mark, so that an outbox that stays full writes one tombstone, not
    /// one for each row that leaves.
    func hasRoomAgain(waiting: Int) -> Bool { waiting <= limit(for: .info) - max(1, maximum / 100) }
}
