package import Base
package import Logging
package import Media
package import Protocol
package import Recording
private import Synchronization

/// One camera of a node: its reader, its recorder, the queue behind it, and the analysis of what comes out.
package final class CameraUnit: Sendable {
    package let id: String
    package let reader: CameraService
    package let recorder: CameraRecorder?
    /// Its small stream; nil where it has one stream.
    package let sub: SubStream?
    private let mainLive: LiveTap
    package let analysis: CameraAnalysis
    /// Steps of motion events, for one reader; ends with the analysis.
    package let episodes = BoundedFeed<MotionEpisodeChange>(bound: 4096)
    private let unrecorded: String?
    private let queue = GroupQueue()
    private let current: Mutex<CameraSettings>

    /// - Parameters:
    ///   - shots: Gets the pictures of its events where its settings want them; nil where the node sends none.
    ///   - sight: Gets its pictures for the detector; nil where the node has none.
    ///   - recorder: Makes what gets the packets of a track before anything else does; nil where the node records nothing.
    ///   - unrecorded: Why the node records nothing although it should, for people.
    package init(
        _ settings: CameraSettings, shots: BoundedFeed<SnapshotShot<HeldPicture>>? = nil, sight: SightQueue? = nil,
        recorder: ((SegmentTrack) -> CameraRecorder)? = nil,
        unrecorded: String? = nil, metrics: Metrics, clock: any WallClock, logger: Logger
    ) {
        id = settings.id
        current = Mutex(settings)
        let tape = recorder?(.main)
        self.recorder = tape
        self.unrecorded = unrecorded
        metrics.declare("vigilar_live_dropped_total", .counter, help: "Live pictures that the hub was too slow for.")
        let onDropped: @Sendable (Int) -> Void = { metrics.add("vigilar_live_dropped_total", Double($0)) }
        mainLive = LiveTap(clock: clock, onDropped: onDropped)
        let feed = AnalysisFeed(queue)
        func configuration(_ source: MediaSource) -> CameraConfiguration {
            var configuration = CameraConfiguration(id: settings.id, source: source)
            configuration.sound = recorder != nil && settings.recording.sound
            return configuration
        }
        let sub = settings.subSource.map { source in
            var logger = logger
            logger[metadataKey: "stream"] = "sub"
            return SubStream(
                configuration(source), plan: settings.recording, recorder: recorder?(.sub), feed: feed, clock: clock, onDropped: onDropped,
                logger: logger)
        }
        self.sub = sub
        let analysed: [any PacketConsumer] = sub.map { [$0.main, feed.consumer(of: .main)] } ?? [queue]
        let consumers: [any PacketConsumer] = (tape.map { [$0] } ?? []) + [mainLive] + analysed
        reader = CameraService(configuration(settings.source), consumers: consumers, clock: clock, logger: logger)
        analysis = CameraAnalysis(
            camera: settings.id, queue: queue, settings: AnalysisSettings(settings.motion), pictures: settings.snapshots,
            faces: settings.faces, objects: settings.objects, episodes: episodes,
            shots: shots, sight: sight, clock: clock, metrics: metrics, logger: logger)
    }

    /// Where those who watch now get its packets, and who reads them: of the small stream where it is wanted, and is there.
    package func live(_ track: SegmentTrack) -> (tap: LiveTap, reader: CameraService) {
        guard track == .sub, let sub, !sub.isAway else { return (mainLive, reader) }
        return (sub.live, sub.reader)
    }

    package var settings: CameraSettings { current.withLock { $0 } }

    /// Takes in other settings, from the next keyframe on. The sources stay what they are.
    package func change(to settings: CameraSettings) {
        current.withLock { $0 = settings }
        analysis.change(
            to: AnalysisSettings(settings.motion), pictures: settings.snapshots, faces: settings.faces, objects: settings.objects)
        recorder?.change(to: settings.recording)
        sub?.change(to: settings.recording)
    }

    /// Reads and analyses until it is stopped, the task is cancelled or the node shuts down; everything that was read is recorded and analysed by
    /// then.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.analysis.run() }
            group.addTask { await self.recorder?.run() }
            async let small: Void? = sub?.run()
            await reader.run()
            await small
            recorder?.close()
            queue.close()
        }
    }

    /// Ends `run`.
    package func stop() {
        reader.stop()
        sub?.reader.stop()
    }

    /// Something moves in the picture: a recording on event begins or goes on.
    package func moves(from start: Timestamp, to end: Timestamp, isOver: Bool) {
        for recorder in [recorder, sub?.recorder].compactMap(\.self) { recorder.moves(from: start, to: end, isOver: isOver) }
    }

    /// Keeps the camera off for a reason that people are shown, or lets it go on.
    package func holdBack(_ reason: String?) {
        reader.holdBack(reason)
        sub?.reader.holdBack(reason)
    }

    /// How the node's `state` names it.
    package var announcement: NodeCamera {
        let settings = settings
        return NodeCamera(
            id: id, name: settings.name, online: reader.statistics.isOnline, problem: reader.heldBack,
            unrecorded: settings.recording.mode == .off ? nil : unrecorded, subStream: sub == nil ? nil : true)
    }

    /// Takes in whose the camera's id is, by the hub's word: one of another node's stays off until that changes.
    /// - Parameter owner: Nil where the hub did not say: nothing changes.
    package func settle(owner: String?, node: String) {
        guard let owner else { return }
        holdBack(
            owner == node
                ? nil : "its id belongs to the node '\(owner)': give this camera another id, or run vigilar-hub camera move")
    }

    /// How the node's `health` describes it.
    package var health: NodeHealth.Camera {
        let statistics = reader.statistics
        let counters = analysis.counters
        return NodeHealth.Camera(
            id: id, online: statistics.isOnline, fps: statistics.frameRate, bitrate: statistics.bitRate,
            decodeShare: counters.frames > 0 ? Double(counters.decoded) / Double(counters.frames) : 0, gaps: statistics.interruptions)
    }
}
