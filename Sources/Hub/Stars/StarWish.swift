package import Protocol

/// A star that a segment's node has not confirmed yet, or the end of one.
package struct StarWish: Sendable, Hashable {
    package var segment: EventID
    /// On whose disk it lies.
    package var node: String
    package var isWanted: Bool
    /// Of the order; a later wish for the same segment has a higher one.
    package var number: Int64

    package init(segment: EventID, node: String, isWanted: Bool, number: Int64) {
        self.segment = segment
        self.node = node
        self.isWanted = isWanted
        self.number = number
    }
}
