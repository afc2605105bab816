package import Protocol

/// A segment that somebody has deleted, and whose node has not confirmed it yet.
package struct DeletionWish: Sendable, Hashable {
    package var segment: EventID
    /// On whose disk it lies.
    package var node: String
    /// Of the order; one that comes later has a higher number, and so has one that comes after a star.
    package var number: Int64

    package init(segment: EventID, node: String, number: Int64) {
        self.segment = segment
        self.node = node
        self.number = number
    }
}
