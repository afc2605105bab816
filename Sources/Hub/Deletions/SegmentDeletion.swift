package import Base
package import Protocol
package import Recording

/// What is left of a segment that somebody has deleted: when it was recorded, and who deleted it when.
package struct SegmentDeletion: Sendable, Hashable {
    package var segment: EventID
    package var site: String
    package var camera: String
    package var track: SegmentTrack
    /// Of what was recorded.
    package var start: Timestamp
    package var end: Timestamp
    package var askedAt: Timestamp
    package var askedBy: String
    /// Whether its node has answered; until then it is asked again and again.
    package var isSettled: Bool
    /// What stands in the way. Of one that is settled: it was not deleted.
    package var why: String?

    package init(
        segment: EventID, site: String, camera: String, track: SegmentTrack, start: Timestamp, end: Timestamp, askedAt: Timestamp,
        askedBy: String, isSettled: Bool = false, why: String? = nil
    ) {
        self.segment = segment
        self.site = site
        self.camera = camera
        self.track = track
        self.start = start
        self.end = end
        self.askedAt = askedAt
        self.askedBy = askedBy
        self.isSettled = isSettled
        self.why = why
    }

    package enum State: String, Sendable {
        /// Its node has not confirmed it.
        case waiting
        case confirmed
        /// Its node has it still, and goes on to keep it.
        case refused
    }

    package var state: State { !isSettled ? .waiting : why == nil ? .confirmed : .refused }
}
