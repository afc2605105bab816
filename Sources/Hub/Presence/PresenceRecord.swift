package import Base
package import Protocol

/// What the hub knows of a node that it has heard of: one row of the store.
package struct PresenceRecord: Sendable, Hashable {
    package var node: String
    package var isOnline: Bool
    /// Since when it has been there or away. Of one that is away: the last sign of life, or when its leaving was learnt of where there was none.
    package var since: Timestamp
    /// The last sign of life, by the hub's clock.
    package var lastSeen: Timestamp
    /// How often it went or came back, as far as events tell of it.
    package var transition: Int64 = 0
    /// Why it counts as away, in words; nil while it is there.
    package var why: String?
    /// Events about the node that are not known to be stored. Whoever leads stores them; the id of each says what it is, so that twice is
    /// once.
    package var pending: [PresenceEvent] = []
    /// The last `state` of a node that was there.
    package var state: NodeState?
    package var health: NodeHealth?
    /// Seconds by which the node's clock is behind the hub's, transit included; nil before the first `health`.
    package var clockOffset: Double?
    /// The outbox's epoch that `committed` counts.
    package var epoch: String?
    /// How many of the `seq`s that the node has given out in `epoch` are in the store, as of the last look; nil before the first.
    package var committed: Int64?
    package var missing: MissingEvents?

    package init(node: String, isOnline: Bool, since: Timestamp, lastSeen: Timestamp) {
        self.node = node
        self.isOnline = isOnline
        self.since = since
        self.lastSeen = lastSeen
    }

    /// Events that the node's outbox has given out and that are not in the store: on their way, waiting, or missing. Nil where the hub
    /// has not compared.
    package var lag: Int64? {
        guard let health, let committed, health.epoch == epoch, let last = health.lastSeq else { return nil }
        func bounded(_ number: Int64) -> Int64 { min(max(0, number), Limits.counter) }
        return max(0, bounded(last) - bounded(committed) - bounded(Int64(health.outbox?.deadLetters ?? 0)))
    }
}
