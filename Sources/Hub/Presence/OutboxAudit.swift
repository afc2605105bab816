import Base
import Protocol

/// Compares what a node says of its outbox with what the store has of it.
///
/// A number that the outbox has given out is committed here, or waits there, or is a dead letter there: whatever else is lost, or was
/// lost with a database that was put back. The node writes its figures before the hub looks at its own, so no moment in between makes
/// one of an event that is on its way.
struct OutboxAudit: Sendable {
    /// What came of a comparison.
    enum Verdict: Sendable, Hashable {
        /// How many `seq`s up to the node's last are committed, and whether nothing is missing.
        case counted(Int64, isComplete: Bool)
        /// As many are missing for longer than `patience`, since then.
        case missing(Int64, committed: Int64, since: Timestamp)
    }

    /// Seconds for which something must be missing: an acknowledgement needs no longer to be made good.
    static let patience = 60.0
    /// Seconds between two looks at the store for one node: a little less than between two reports.
    static let interval = 14.0
    /// An outbox forgets older dead letters than these, so that a number may be one without being counted.
    private static let deadLetterBound: Int64 = 10_000

    private struct Claim: Sendable {
        var epoch: String
        var last: Int64
        var waiting: Int64
        var deadLetters: Int64
    }

    private var committed: (epoch: String, count: Int64)?
    private var asked: Claim?
    private var lastLook = -Double.infinity
    private var shortSince: (uptime: Double, time: Timestamp)?

    /// A report has come.
    ///
    /// - Returns: The epoch of which the store's ranges are wanted; nil where nothing can be missing, or it was asked a moment ago.
    mutating func heard(_ health: NodeHealth, uptime: Double) -> String? {
        guard let epoch = health.epoch, let last = health.lastSeq, let outbox = health.outbox else { return nil }
        let claim = Claim(
            epoch: epoch, last: min(max(0, last), Limits.counter), waiting: Self.bounded(outbox.waiting),
            deadLetters: Self.bounded(outbox.deadLetters))
        if committed?.epoch != epoch {
            committed = nil
            shortSince = nil
        }
        // The number of committed ones only grows: where what was known accounts for everything, it still does.
        if let committed, shortSince == nil, claim.last - committed.count - claim.deadLetters <= 0 { return nil }
        guard uptime - lastLook >= Self.interval else { return nil }
        lastLook = uptime
        asked = claim
        return epoch
    }

    /// The store has answered.
    ///
    /// - Returns: Nil where the answer is to a question that no longer stands.
    mutating func answered(epoch: String, _ ranges: SequenceRanges, at now: Timestamp, uptime: Double) -> Verdict? {
        guard let asked, asked.epoch == epoch else { return nil }
        self.asked = nil
        // Outboxes number from 1.
        let count = asked.last < 1 ? 0 : ranges.count(in: 1...asked.last)
        committed = (epoch, count)
        let missing = asked.last - count - asked.waiting - asked.deadLetters
        guard missing > 0, asked.deadLetters < Self.deadLetterBound else {
            shortSince = nil
            return .counted(count, isComplete: missing <= 0)
        }
        let since = shortSince ?? (uptime, now)
        shortSince = since
        guard uptime - since.uptime >= Self.patience else { return .counted(count, isComplete: false) }
        return .missing(missing, committed: count, since: since.time)
    }

    private static func bounded(_ rows: Int) -> Int64 { min(max(0, Int64(rows)), Limits.counter) }
}
