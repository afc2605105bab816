/// A page that is to be read from the outbox.
package struct UplinkRead: Sendable, Hashable {
    package let lane: OutboxLane
    package let after: Int64
    package let rows: Int
    package let bytes: Int
    /// Tells an answer that was overtaken by a rewind.
    package let generation: Int
}
