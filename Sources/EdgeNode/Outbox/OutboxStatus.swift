/// The outbox in figures, for `health`.
package struct OutboxStatus: Sendable, Hashable {
    package var epoch: String
    /// Highest `seq` of the epoch; 0 before the first.
    package var lastSeq: Int64
    /// Rows that wait for the hub.
    package var waiting: Int
    /// Acknowledged rows that are still kept.
    package var kept: Int
    package var deadLetters: Int
    /// Events refused for want of room that no tombstone has reported yet.
    package var unreportedDrops: Int64
}
