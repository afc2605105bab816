package import Base
package import Protocol

/// Which segments people have deleted, and what their nodes say to it. Both adapters of `EventStore` have it, and one conformance suite runs over
/// both.
///
/// What is deleted goes from the segments at once, whatever its node says of it later, and is among them again only where that refuses to
/// delete it. That it was deleted, by whom and when, stays for as long as events do, and goes with its camera; what a node has not confirmed by then
/// is asked of it further, since it would come back with the camera: for as long as events stay where the node was shut out or there is none of its
/// name, and else without end. Its id is nobody else's. Every call is one transaction, runs on the store's own threads and throws `StoreError`; a
/// call that throws has changed nothing.
package protocol DeletionStore: Sendable {
    /// Deletes segments. Those that there are not, that are being written, that are kept, or whose star is not settled with their node are left.
    ///
    /// - Parameter account: Who wants it.
    /// - Returns: Those that are deleted now.
    func deleteSegments(_ ids: [EventID], by account: String, at time: Timestamp) async throws(StoreError) -> Set<EventID>
    /// What nodes have not confirmed yet, the oldest first.
    /// - Parameter nodes: Left out.
    func waitingDeletions(without nodes: Set<String>, limit: Int) async throws(StoreError) -> [DeletionWish]
    /// A node has answered. Nothing happens where there is a later wish.
    /// - Parameters:
    ///   - isSettled: False where it is to be asked again.
    ///   - why: What stands in the way; nil where it is done. What is settled with it is not deleted: it is a segment again, where its camera has not
    ///     gone meanwhile.
    func noteDeletions(_ wishes: [DeletionWish], isSettled: Bool, why: String?) async throws(StoreError)
    /// What was deleted, oldest start first.
    func deletions(_ query: SegmentQuery) async throws(StoreError) -> [SegmentDeletion]
}
