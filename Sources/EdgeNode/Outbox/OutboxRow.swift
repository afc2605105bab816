/// A row that waits for the hub.
package struct OutboxRow: Sendable, Hashable {
    /// What names a row on the wire, whichever file of the outbox it lies in.
    struct Address: Sendable, Hashable {
        let epoch: String
        let seq: Int64
    }

    /// Place in the outbox's present file, across epochs.
    package let position: Int64
    package let epoch: String
    package let seq: Int64
    /// The event's JSON.
    package let body: [UInt8]

    var address: Address { Address(epoch: epoch, seq: seq) }

    package init(position: Int64, epoch: String, seq: Int64, body: [UInt8]) {
        self.position = position
        self.epoch = epoch
        self.seq = seq
        self.body = body
    }
}
