package import Base
package import Protocol

/// Browsers that want to be told, and the key by which push services know this installation. Both adapters of `EventStore` have it, and one
/// conformance suite runs over both.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol PushStore: Sendable {
    /// The installation's key, sealed; nil where none was made.
    func pushKey() async throws(StoreError) -> [UInt8]?
    /// Keeps a sealed key unless one is there by now. Browsers that subscribed before are forgotten: it was to another one.
    /// - Returns: The one that is kept.
    func addPushKey(_ sealed: [UInt8]) async throws(StoreError) -> [UInt8]
    /// Those of an account whose sessions have not expired, the oldest first.
    func pushSubscriptions(of account: String, at time: Timestamp) async throws(StoreError) -> [PushSubscription]
    /// Whether it is there still, and its session goes on.
    func hasPushSubscription(_ id: EventID, at time: Timestamp) async throws(StoreError) -> Bool
    /// Adds one in place of what its session has, and of what has its endpoint: a browser in which somebody else signs in is theirs.
    func addPushSubscription(_ subscription: PushSubscription, at time: Timestamp) async throws(StoreError) -> PushOutcome
    /// - Parameter account: Whose it must be; nil for anybody's.
    /// - Returns: Whether there was one.
    func deletePushSubscription(_ id: EventID, of account: String?) async throws(StoreError) -> Bool
    /// Notes that a message was taken, or that one was not.
    /// - Parameter time: Nil where it was not.
    func notePush(_ id: EventID, sentAt time: Timestamp?) async throws(StoreError)
}
