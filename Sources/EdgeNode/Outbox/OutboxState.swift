/// What an outbox remembers beside its rows. A transaction works on a copy, which takes effect when it has committed.
struct OutboxState: Sendable, Hashable {
    /// Number of the epoch within this file.
    var epochNumber: Int64
    /// The epoch on the wire.
    var epoch: String
    var nextSeq: Int64
    /// Rows that are not acknowledged.
    var waiting: Int
    /// Acknowledged rows that are still kept.
    var kept: Int
    var deadLetters: Int
    var drops: DropCount
}
