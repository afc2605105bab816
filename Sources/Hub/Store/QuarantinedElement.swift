package import Base

/// An element that could not be stored, and why.
package struct QuarantinedElement: Sendable {
    package var node: String
    package var epoch: String?
    package var seq: Int64?
    package var why: String
    /// The bytes as they came, at most `Limits.payload`.
    package var body: [UInt8]
    package var receivedAt: Timestamp

    package init(node: String, epoch: String?, seq: Int64?, why: String, body: [UInt8], receivedAt: Timestamp) {
        self.node = node
        self.epoch = epoch
        self.seq = seq
        self.why = why
        self.body = body
        self.receivedAt = receivedAt
    }
}
