package import MediaTypes

/// What motion detection says of one frame.
package struct MotionObservation: Sendable, Hashable {
    /// Something moves and has done so for the minimum duration.
    package var motion: Bool
    /// 0…1: how far the strongest thing stands above the thresholds.
    package var score: Double
    /// Fraction of the frame that the moving things cover.
    package var area: Double
    /// Around each moving thing, largest first.
    package var boxes: [Box]
    /// Names of the zones that are hit, in the order of the settings.
    package var zones: [String]
    /// When `motion`: the frame in which the earliest of the moving things was first seen.
    package var since: MediaTime?
    /// Something is there that may become motion: thresholds crossed, but not yet for long enough, or only nearly crossed.
    package var suspicion: Bool
    /// Around what stands out and does not count as motion: not for long enough, or too small.
    package var suspects: [Box]
    /// What a person reads in the event's `why`.
    package var reasons: [String]

    package init(
        motion: Bool = false, score: Double = 0, area: Double = 0, boxes: [Box] = [], zones: [String] = [], since: MediaTime? = nil,
        suspicion: Bool = false, suspects: [Box] = [], reasons: [String] = []
    ) {
        self.motion = motion
        self.score = score
        self.area = area
        self.boxes = boxes
        self.zones = zones
        self.since = since
        self.suspicion = suspicion
        self.suspects = suspects
        self.reasons = reasons
    }
}
