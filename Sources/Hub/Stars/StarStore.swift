package import Base
package import Protocol

/// Which segments people want to keep, and what their nodes say to it. Both adapters of `EventStore` have it, and one conformance suite runs
/// over both.
///
/// A wish goes with its segment. It stands until another one takes its place: where a node tells of a class that contradicts it, the node is to
/// be told again. Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol StarStore: Sendable {
    /// Notes that segments are to be kept until somebody says otherwise, or not any more. What is as it is wanted stays as it is, and so do
    /// segments that there are not.
    ///
    /// - Parameter account: Who wants it.
    func setStars(_ ids: [EventID], _ isWanted: Bool, by account: String, at time: Timestamp) async throws(StoreError)
    /// What nodes have not confirmed yet, the oldest wish first.
    /// - Parameter nodes: Left out.
    func waitingStars(without nodes: Set<String>, limit: Int) async throws(StoreError) -> [StarWish]
    /// A node has answered to a wish for good. Nothing happens where there is a later one.
    /// - Parameter why: Why it cannot be; nil where it is done.
    func settleStar(_ wish: StarWish, why: String?) async throws(StoreError)
    /// A node has not done it; it is to be asked again.
    /// - Parameter number: The next order's is above it.
    func delayStar(_ wish: StarWish, why: String, above number: Int64) async throws(StoreError)
}
