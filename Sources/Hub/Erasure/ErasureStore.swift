package import Base
package import Protocol

/// What the store does for somebody to be forgotten. Both adapters of `EventStore` have it, and one conformance suite runs over both.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol ErasureStore: Sendable {
    /// Takes somebody away: name, pictures that they are known by, portraits in which they were known or probably so, what was said of their events,
    /// rules, and where wanted the whole pictures of these events, which get no others. Where people are to be hidden in these, nobody is told of them
    /// until that is done (`picturesToHide`). Their events stay, without them. What was deleted is overwritten as far as the database can at once.
    /// - Returns: Whether there was somebody, or an erasure that was not on the list yet.
    func erase(_ erasure: Erasure) async throws(StoreError) -> Bool
    /// Events in whose pictures people are still to be hidden for good (`SnapshotStore.replaceSnapshot`).
    func picturesToHide(limit: Int) async throws(StoreError) -> [EventID]
    /// How many were ever taken away: where it has grown, what is in memory may be of one of them.
    func erasures() async throws(StoreError) -> Int64
    /// All of them with their events, the oldest first.
    func erasureList() async throws(StoreError) -> [Erasure]
    /// The newest first.
    func erasureReceipts(limit: Int) async throws(StoreError) -> [ErasureReceipt]
    /// What nodes are to be told that are not revoked: of each erasure and node at most `limit` events.
    func erasureErrands(limit: Int) async throws(StoreError) -> [ErasureErrand]
    /// A node has forgotten what an errand named.
    func confirm(_ errand: ErasureErrand, at time: Timestamp) async throws(StoreError)
    /// Those who may not be known any more.
    func overdueIndividuals(at time: Timestamp) async throws(StoreError) -> [EventID]
    /// Has the database give up what is left of deleted rows in its files.
    func purge() async throws(StoreError)
}
