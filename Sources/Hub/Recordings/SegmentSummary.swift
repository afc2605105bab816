package import Base
package import Protocol
package import Recording

/// A segment without its index: what a list shows.
package struct SegmentSummary: Sendable, Hashable {
    package var id: EventID
    /// On whose disk it lies.
    package var node: String
    package var site: String
    package var camera: String
    package var track: SegmentTrack
    package var start: Timestamp
    /// Of the last fragment that counts; the start where none does.
    package var end: Timestamp
    /// Bytes of the segment's file that count.
    package var fileLength: Int64
    package var state: SegmentIndex.State
    /// How long its node keeps it; nil where that has not said.
    package var kept: RetentionClass?
    /// What a person wants; nil where nobody has said anything.
    package var star: SegmentStar?

    package init(
        id: EventID, node: String, site: String, camera: String, track: SegmentTrack, start: Timestamp, end: Timestamp, fileLength: Int64,
        state: SegmentIndex.State, kept: RetentionClass? = nil, star: SegmentStar? = nil
    ) {
        self.id = id
        self.node = node
        self.site = site
        self.camera = camera
        self.track = track
        self.start = start
        self.end = end
        self.fileLength = fileLength
        self.state = state
        self.kept = kept
        self.star = star
    }

    /// Whether it is kept until somebody says otherwise, as people want it, or where that cannot be or nobody wants anything, as its node says.
    package var isStarred: Bool {
        if let star, !star.isSettled || star.why == nil { return star.isWanted }
        return kept == .starred
    }

    /// Whether nobody may delete it: it is kept, or its node has not confirmed that it is not any more.
    package var isHeld: Bool { kept == .starred || star.map { !$0.isSettled || ($0.isWanted && $0.why == nil) } ?? false }

    /// The same of a row `s` of `segments` and its row `t` of `stars`, if there is one, for both databases.
    static let isHeldInSQL = "coalesce(s.class = 'starred', false) OR coalesce(NOT t.settled OR (t.wanted AND t.why IS NULL), false)"
}
