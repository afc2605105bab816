package import Base
package import Protocol

/// Which segments a list shows.
package struct SegmentQuery: Sendable {
    /// What whoever asks may see: nothing else is found.
    package let scope: AccessScope
    /// Of one camera; nil for all.
    package var camera: String?
    /// Those that overlap the time from `from` to just before `to`.
    package var from: Timestamp?
    package var to: Timestamp?
    /// Only what stands before this position of the newest-first order.
    package var before: (start: Timestamp, id: EventID)?
    package var limit: Int

    package init(
        _ scope: AccessScope, camera: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil,
        before: (start: Timestamp, id: EventID)? = nil, limit: Int = 50
    ) {
        self.scope = scope
        self.camera = camera
        self.from = from
        self.to = to
        self.before = before
        self.limit = limit
    }

    /// The start after which a segment that is still going on at `time` must have begun: none is longer than a day.
    static func earliestStart(reaching time: Timestamp) -> Timestamp {
        let longest = SegmentRecord.longest * 1_000_000
        return Timestamp(microseconds: max(time.microseconds, .min + longest + 1) - longest - 1)
    }
}
