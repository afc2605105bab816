/// A batch that is to be published.
package struct UplinkBatch: Sendable, Hashable {
    package let number: Int64
    package let epoch: String
    package let rows: [OutboxRow]
    package let compressed: Bool
}
