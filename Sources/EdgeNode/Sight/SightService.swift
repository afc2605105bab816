package import Base
package import Logging
package import Media
import ServiceLifecycle
import Sight
private import Synchronization
import Vision

/// The scheduler of a node's detector: takes what the cameras' analyses offer, most urgent first, and makes events of what is found. One
/// look at a time, as the model has one thread: how far it falls behind costs looks, never a recording.
package actor SightService: Service {
    /// Seconds without a picture after which what a camera had in sight is taken to have ended: its pictures have stopped.
    private static let silence = 60.0

    package nonisolated let queue: SightQueue
    private let load: @Sendable () async throws -> Perception
    private var onChange: @Sendable () async -> Void = {}
    private nonisolated let problem = Mutex<String?>(nil)
    private nonisolated let missing = Mutex<[String]?>(nil)
    private let clock: any WallClock
    private let record: @Sendable (SightOutcome, String) async -> Void
    private let shots: BoundedFeed<SnapshotShot<HeldPicture>>?
    private let portraits: BoundedFeed<PortraitShot>?
    private let metrics: Metrics
    private let logger: Logger
    private var sights: [String: (sight: CameraSight, settings: SightSettings)] = [:]
    /// Cameras whose last look failed.
    private var failing: Set<String> = []
    private nonisolated let latest = Mutex<[String: Double]>([:])

    /// - Parameters:
    ///   - load: Makes the models ready, when the service runs: no camera waits for it.
    ///   - shots: Gets the pictures of objects' events; nil where there can be none.
    ///   - portraits: Gets what those in them can be known by; nil where nobody is to be.
    ///   - record: Gets what each look has changed, with its camera.
    package init(
        load: @escaping @Sendable () async throws -> Perception,
        shots: BoundedFeed<SnapshotShot<HeldPicture>>? = nil, portraits: BoundedFeed<PortraitShot>? = nil, clock: any WallClock,
        metrics: Metrics,
        logger: Logger,
        record: @escaping @Sendable (SightOutcome, String) async -> Void
    ) {
        self.load = load
        self.clock = clock
        self.record = record
        self.shots = shots
        self.portraits = portraits
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_detector_looks_total", .counter, help: "Pictures that a detector looked at, by camera.")
        metrics.declare("vigilar_detector_parts_total", .counter, help: "Parts of pictures that the detector was given.")
        metrics.declare(
            "vigilar_detector_dropped_total", .counter, help: "Pictures that gave way to newer ones before the detector had time.")
        metrics.declare(
            "vigilar_detector_rejected_total", .counter, help: "Boxes of the detector whose numbers make no sense, by camera.")
        metrics.declare("vigilar_detector_failures_total", .counter, help: "Pictures that the detector could not look at, by camera.")
        metrics.declare(
            "vigilar_detector_latency_seconds", .gauge, help: "From a picture's offer to what was found in it, the latest, by camera.")
        metrics.declare("vigilar_detector_seconds_total", .counter, help: "Time spent, by stage: prepare, inference, boxes.")
        queue = SightQueue { camera in metrics.add("vigilar_detector_dropped_total", labels: [("camera", camera)]) }
    }

    /// - Parameter onChange: Called when something has changed that the node's `state` says.
    package func use(onChange: @escaping @Sendable () async -> Void) { self.onChange = onChange }

    /// Why only motion is seen, for people; nil where more is, or the detector is still being made ready.
    package nonisolated var motionOnly: String? { problem.withLock { $0 } }

    /// What the node does without beside the detector, and why, for people; nil while the models are being made ready.
    package nonisolated var shortcomings: [String]? { missing.withLock { $0 } }

    /// Seconds from a picture's offer to what was found in it, the latest, by camera. Whoever asks waits for no look.
    package nonisolated var latencies: [String: Double] { latest.withLock { $0 } }

    /// Looks until the task is cancelled or a graceful shutdown begins; what goes on then ends.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            do {
                let perception = try await load()
                for shortcoming in perception.shortcomings { logger.warning("A model cannot be used", metadata: ["why": "\(shortcoming)"]) }
                missing.withLock { $0 = perception.shortcomings }
                if !perception.shortcomings.isEmpty { await onChange() }
                await look(with: perception)
            } catch {
                queue.finish()
                while await queue.next() != nil {}
                logger.notice("Only motion is seen", metadata: ["why": "\(error)"])
                problem.withLock { $0 = "\(error)" }
                await onChange()
                // A service that has ended before its turn would count as failed.
                try? await gracefulShutdown()
            }
        } onCancelOrGracefulShutdown: {
            self.queue.finish()
        }
        for camera in sights.keys.sorted() { await end(camera) }
    }

    private func look(with perception: Perception) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while (try? await Task.sleep(for: .seconds(Self.silence / 4))) != nil { await self.endSilent() }
            }
            while let (camera, item) = await queue.next() {
                switch item {
                case .look(let look, let settings, let offered):
                    await self.look(look, of: camera, settings, with: perception, offered: offered)
                case .end: await self.end(camera)
                }
            }
            group.cancelAll()
        }
    }

    private func look(
        _ look: SceneLook, of camera: String, _ settings: SightSettings, with perception: Perception, offered: Double
    ) async {
        var state = sights[camera] ?? (CameraSight(settings: settings), settings)
        if state.settings != settings {
            state.settings = settings
            state.sight.change(to: settings)
        }
        sights[camera] = state
        do {
            let found = try await perception.look(at: look, with: &state.sight) { queue.hasOthers(than: camera) }
            // Its stream may have ended meanwhile.
            guard sights[camera] != nil else { return }
            sights[camera] = state
            guard let found else { return }
            account(found.cost, camera, latency: clock.uptime - offered)
            failing.remove(camera)
            await tell(found.outcome, camera)
        } catch {
            guard sights[camera] != nil else { return }
            sights[camera] = state
            metrics.add("vigilar_detector_failures_total", labels: [("camera", camera)])
            // One line for a camera that goes on failing, not one for each picture.
            if failing.insert(camera).inserted {
                logger.error("A picture could not be looked at", metadata: ["camera": "\(camera)", "error": "\(error.error)"])
            }
            await tell(error.outcome, camera)
        }
        queue.follow(sights[camera]?.sight.isFollowing(at: look.time) ?? false, of: camera)
    }

    /// Pictures first, so that an event that ends can know of its own.
    private func tell(_ outcome: SightOutcome, _ camera: String) async {
        for shot in outcome.shots where shots?.send(shot) == false {
            metrics.add("vigilar_snapshot_dropped_total", labels: [("reason", "busy")])
        }
        for shot in outcome.portraits where portraits?.send(shot) == false {
            metrics.add("vigilar_snapshot_dropped_total", labels: [("reason", "busy")])
        }
        await record(outcome, camera)
    }

    private func account(_ cost: LookCost, _ camera: String, latency: Double) {
        metrics.add("vigilar_detector_looks_total", labels: [("camera", camera)])
        metrics.add("vigilar_detector_parts_total", Double(cost.parts))
        metrics.set("vigilar_detector_latency_seconds", latency, labels: [("camera", camera)])
        latest.withLock { $0[camera] = latency }
        if cost.rejected > 0 { metrics.add("vigilar_detector_rejected_total", Double(cost.rejected), labels: [("camera", camera)]) }
        for (stage, seconds) in [("prepare", cost.preparing), ("inference", cost.inference), ("boxes", cost.decoding)] {
            metrics.add("vigilar_detector_seconds_total", seconds, labels: [("stage", stage)])
        }
    }

    private func end(_ camera: String) async {
        queue.follow(false, of: camera)
        latest.withLock { $0[camera] = nil }
        guard var state = sights.removeValue(forKey: camera) else { return }
        await tell(state.sight.finish(), camera)
    }

    private func endSilent() async {
        let silent = sights.keys.filter { clock.uptime - (queue.lastOffer(of: $0) ?? 0) > Self.silence }.sorted()
        for camera in silent { await end(camera) }
    }
}
