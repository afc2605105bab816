import Base
import Logging
import Recording

/// The work of a camera's recording thread: what arrives becomes segments, and what does not becomes gaps.
final class RecordingWork: Sendable {
    private let camera: String
    private let track: SegmentTrack
    private let plan: RecordingPlan
    private let place: RecordingPlace
    private let queue: RecordingQueue
    private let clock: any WallClock
    private let metrics: Metrics
    private let events: BoundedFeed<DraftEvent>
    private let logger: Logger

    init(
        camera: String, track: SegmentTrack, plan: RecordingPlan, place: RecordingPlace, queue: RecordingQueue, clock: any WallClock,
        metrics: Metrics,
        events: BoundedFeed<DraftEvent>, logger: Logger
    ) {
        self.camera = camera
        self.track = track
        self.plan = plan
        self.place = place
        self.queue = queue
        self.clock = clock
        self.metrics = metrics
        self.events = events
        var logger = logger
        logger[metadataKey: "camera"] = "\(camera)"
        self.logger = logger
        for (name, help) in [
            ("vigilar_recording_bytes_total", "Bytes of segments written."),
            ("vigilar_recording_fragments_total", "Fragments that are on the disk for good."),
            ("vigilar_recording_failures_total", "Segments that could not be begun or went wrong."),
            ("vigilar_recording_sync_seconds_total", "Seconds that recording waited for the disk."),
            ("vigilar_recording_gaps_total", "Holes in continuous recordings."),
            ("vigilar_recording_clock_steps_total", "Segments that began because the clock was set."),
        ] { metrics.declare(name, .counter, help: help) }
    }

    func run() {
        let session = RecordingSession(
            camera: camera, track: track, plan: plan, place: place, clock: clock, metrics: metrics, events: events, logger: logger)
        session.start()
        while let item = queue.next() { session.take(item) }
        session.end()
    }
}
