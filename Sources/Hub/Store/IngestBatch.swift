package import Base
package import Protocol

/// One node's batch on its way into the store.
package struct IngestBatch: Sendable {
    package var node: String
    package var epoch: String
    package var events: [Event]
    /// Elements that can never be stored.
    package var refused: [QuarantinedElement]
    package var receivedAt: Timestamp

    package init(node: String, epoch: String, events: [Event], refused: [QuarantinedElement], receivedAt: Timestamp) {
        self.node = node
        self.epoch = epoch
        self.events = events
        self.refused = refused
        self.receivedAt = receivedAt
    }
}
