package import Base
package import Logging
package import Media
import MediaTypes
private import Synchronization

/// Analyses one camera's packets on a thread of its own: the live twin of `AnalyzeCommand`, over the same pipeline.
///
/// Ends when the queue is closed and empty.
package final class CameraAnalysis: Sendable {
    private let camera: String
    private let queue: GroupQueue
    private let wanted: Mutex<Wanted>
    private let metrics: Metrics
    private let logger: Logger
    private let episodes: BoundedFeed<MotionEpisodeChange>
    private let shots: BoundedFeed<SnapshotShot<HeldPicture>>?
    private let sight: SightQueue?
    private let clock: any WallClock
    private let latest = Mutex(AnalysisCounters())

    private struct Wanted {
        var settings: AnalysisSettings
        var pictures: Bool
        var faces: Bool
        var objects: CameraObjects
        /// Counts up with every change.
        var version = 0

        var sight: SightSettings { SightSettings(settings.motion, pictures: pictures, faces: faces, objects: objects) }
    }

    /// - Parameters:
    ///   - queue: Closed by whoever ends the camera.
    ///   - pictures: Whether pictures of motion events are wanted.
    ///   - faces: Whether faces are read.
    ///   - objects: What is looked for.
    ///   - episodes: Gets every step of a motion event, in order, and ends with the analysis.
    ///   - shots: Gets the pictures of motion events; nil where there can be none.
    ///   - sight: Gets pictures for the detector; nil where there is none.
    package init(
        camera: String, queue: GroupQueue, settings: AnalysisSettings, pictures: Bool = true, faces: Bool = false,
        objects: CameraObjects = CameraObjects(), episodes: BoundedFeed<MotionEpisodeChange>,
        shots: BoundedFeed<SnapshotShot<HeldPicture>>? = nil, sight: SightQueue? = nil, clock: any WallClock = SystemClock(),
        metrics: Metrics, logger: Logger
    ) {
        self.camera = camera
        self.queue = queue
        wanted = Mutex(Wanted(settings: settings, pictures: pictures && shots != nil, faces: faces, objects: objects))
        self.metrics = metrics
        self.logger = logger
        self.episodes = episodes
        self.shots = shots
        self.sight = sight
        self.clock = clock
        metrics.declare("vigilar_analysis_failures_total", .counter, help: "Streams that could not be decoded, by camera.")
        metrics.declare("vigilar_analysis_lost_episodes_total", .counter, help: "Steps of motion events that found no room, by camera.")
    }

    /// What the analysis has done since the node started.
    package var counters: AnalysisCounters { latest.withLock { $0 } }

    /// Other settings, from the next keyframe on.
    package func change(to settings: AnalysisSettings, pictures: Bool, faces: Bool, objects: CameraObjects) {
        wanted.withLock {
            $0 = Wanted(
                settings: settings, pictures: pictures && shots != nil, faces: faces, objects: objects, version: $0.version + 1)
        }
    }

    /// Works until the queue is closed and empty.
    package func run() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            NamedThread.start("see-\(camera)", stackSize: 2 << 20) {
                self.analyse()
                self.episodes.finish()
                continuation.resume()
            }
        }
    }

    private func analyse() {
        guard let first = queue.next() else { return }
        var current = wanted.withLock { $0 }
        var sightSettings = current.sight
        var pipeline = AnalysisPipeline(first.stream, settings: current.settings, pictures: current.pictures, looks: sight != nil)
        var failing = false
        var item: QueuedPacket? = first
        var begun = false
        while let next = item {
            do throws(MediaError) {
                if next.followsGap, begun {
                    try pipeline.restart(with: next.stream).forEach { tell($0, sightSettings) }
                    sight?.end(camera)
                }
                begun = true
                if next.packet.isKeyframe, current.version != wanted.withLock({ $0.version }) {
                    current = wanted.withLock { $0 }
                    try pipeline.change(to: current.settings, pictures: current.pictures).forEach { tell($0, sightSettings) }
                    sightSettings = current.sight
                }
                pipeline.isFollowing = sight?.isFollowing(camera) ?? false
                try pipeline.accept(next.packet).forEach { tell($0, sightSettings) }
                failing = false
            } catch {
                metrics.add("vigilar_analysis_failures_total", labels: [("camera", camera)])
                // One line for a stream that stays undecodable, not one for each packet.
                if !failing { logger.error("A stream cannot be analysed", metadata: ["camera": "\(camera)", "error": "\(error.message)"]) }
                failing = true
            }
            let counters = pipeline.counters
            latest.withLock { $0 = counters }
            item = queue.next()
        }
        // The node stops: what is going on ends with the last frame that was seen.
        if let last = try? pipeline.finish() { last.forEach { tell($0, sightSettings) } }
        sight?.end(camera)
    }

    private func tell(_ output: AnalysisOutput, _ settings: SightSettings) {
        switch output {
        case .frame: break
        case .look(let look): sight?.offer(look, of: camera, settings: settings, at: clock.uptime)
        case .episode(let change):
            if !episodes.send(change) { metrics.add("vigilar_analysis_lost_episodes_total", labels: [("camera", camera)]) }
        case .shot(let shot):
            if shots?.send(shot) == false { metrics.add("vigilar_snapshot_dropped_total", labels: [("reason", "busy")]) }
        }
    }
}
