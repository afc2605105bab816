package import Base

/// What a person wants of a segment: that it is kept until somebody says otherwise, or that it is not any more.
package struct SegmentStar: Sendable, Hashable {
    package var isWanted: Bool
    /// Whether its node has answered; until then it is asked again and again.
    package var isSettled: Bool
    /// Why not, in the node's words. Of one that is settled: it never will be.
    package var why: String?
    package var changedAt: Timestamp
    package var changedBy: String

    package init(isWanted: Bool, isSettled: Bool, why: String? = nil, changedAt: Timestamp, changedBy: String) {
        self.isWanted = isWanted
        self.isSettled = isSettled
        self.why = why
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}
