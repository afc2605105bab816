import Base
import Protocol
import Recording

/// Finds the holes in one camera's continuous recording: a state machine, no I/O. What is recorded counts when it is durable, not before.
struct GapLedger: Sendable {
    /// What the ledger's rows and the events are to become.
    enum Action: Sendable, Equatable {
        /// Write the row, new or changed.
        case keep(RecordingGap)
        /// There was no hole after all.
        case forget(RecordingGap)
        /// Tell the hub.
        case tell(DraftEvent)
    }

    /// Seconds without a picture that are no hole yet: cameras that send one picture a second exist.
    static let tolerance = 1.5
    /// Seconds after which a hole that goes on is told of before it ends.
    static let patience = 10.0

    private let camera: String
    private let track: SegmentTrack
    /// Up to where pictures are durable, or from where on they are wanted; nil while nothing is to be recorded.
    private var covered: Timestamp?
    /// The latest time of which there are pictures, also where the clock was set back since.
    private var latest: Timestamp?
    private(set) var open: RecordingGap?
    private var cause: GapCause?

    /// - Parameter open: The hole that an earlier run left.
    init(camera: String, track: SegmentTrack, covered: Timestamp?, open: RecordingGap?) {
        self.camera = camera
        self.track = track
        self.covered = covered
        latest = covered
        self.open = open
    }

    /// Continuous recording is wanted from now on.
    mutating func begin(at now: Timestamp) {
        if covered == nil { (covered, latest) = (now, now) }
    }

    /// Nothing is wanted any more: what is missing from now on is no hole.
    mutating func end(at now: Timestamp) -> [Action] {
        defer {
            covered = nil
            open = nil
            cause = nil
        }
        return open == nil ? [] : close(at: now)
    }

    /// Pictures are durable.
    mutating func recorded(from start: Timestamp, to end: Timestamp) -> [Action] {
        guard let covered else { return [] }
        var actions: [Action] = []
        if open != nil {
            actions = close(at: start)
        } else if cause == .clock {
            if let latest, start.seconds(since: latest) > Self.tolerance {
                // Noted, so that nobody looks for footage of these times; not told, as nothing is missing.
                actions = [.keep(RecordingGap(camera: camera, track: track, start: latest, end: start, cause: .clock))]
            }
        } else if start.seconds(since: covered) > Self.tolerance {
            open = RecordingGap(camera: camera, track: track, start: covered, cause: cause ?? .camera)
            actions = close(at: start)
        }
        // From a clock that was set back what is missing is counted anew, though there may be other footage of the same time.
        self.covered = covered.seconds(since: start) > Self.tolerance ? end : max(covered, end)
        latest = latest.map { max($0, end) } ?? end
        cause = nil
        return actions
    }

    /// The clock was set, and what follows goes on without a hole.
    mutating func clockStepped() {
        if open == nil { cause = .clock }
    }

    /// Nothing more comes, for a reason: a hole begins.
    mutating func interrupted(_ cause: GapCause) -> [Action] {
        guard let covered, open == nil else { return [] }
        self.cause = cause
        let gap = RecordingGap(camera: camera, track: track, start: covered, cause: cause)
        open = gap
        return [.keep(gap)]
    }

    /// Tells of a hole that goes on.
    mutating func tick(at now: Timestamp) -> [Action] {
        guard var gap = open, gap.revision == 0, now.seconds(since: gap.start) >= Self.patience else { return [] }
        let draft = gap.draft()
        open = gap
        return [.keep(gap), .tell(draft)]
    }

    private mutating func close(at end: Timestamp) -> [Action] {
        guard var gap = open else { return [] }
        open = nil
        // One that was told of has an end, however short it turned out to be; of one during which the clock was set back nobody knows how long
        // it was.
        guard gap.revision > 0 || abs(end.seconds(since: gap.start)) > Self.tolerance else { return [.forget(gap)] }
        gap.end = max(end, gap.start)
        let draft = gap.draft()
        return [.keep(gap), .tell(draft)]
    }
}
