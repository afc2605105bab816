/// A row that waits for the hub.
package struct OutboxRow: Sendable, Hashable {
    /// Place in the outbox, across epochs.
    package let position: Int64
    package let epoch: String
    package let seq: Int64
    /// The event's JSON.
    package let body: [UInt8]

    package init(position: Int64, epoch: String, seq: Int64, body: [UInt8]) {
        self.position = position
        self.epoch = epoch
        self.seq = seq
        self.body = body
    }
}
