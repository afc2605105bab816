package import Base

/// What a node's outbox has given out and the store does not have.
package struct MissingEvents: Sendable, Hashable, Codable {
    package var epoch: String
    /// The most that were missing at one time.
    package var count: Int64
    /// When it began, by the hub's clock.
    package var since: Timestamp
    /// The last revision of the event that says so.
    package var rev: Int64
    /// False once everything has arrived.
    package var isOpen: Bool

    package init(epoch: String, count: Int64, since: Timestamp, rev: Int64, isOpen: Bool) {
        self.epoch = epoch
        self.count = count
        self.since = since
        self.rev = rev
        self.isOpen = isOpen
    }
}
