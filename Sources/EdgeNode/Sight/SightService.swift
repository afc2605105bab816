package import Base
package import Logging
package import Media
import ServiceLifecycle
import Vision

/// The scheduler of a node's detector: takes what the cameras' analyses offer, most urgent first, and makes events of what is found. One
/// look at a time, as the model has one thread: how far it falls behind costs looks, never a recording.
package actor SightService: Service {
    /// Seconds without a look after which what a camera had in sight is taken to have ended: its pictures have stopped.
    private static let silence = 60.0

    package nonisolated let queue: SightQueue
    private let detector: ObjectDetector
    private let clock: any WallClock
    private let record: @Sendable (SightOutcome, String) async -> Void
    private let shots: BoundedFeed<SnapshotShot<HeldPicture>>?
    private let metrics: Metrics
    private let logger: Logger
    private var sights: [String: (sight: CameraSight, settings: SightSettings, looked: Double)] = [:]
    private var isFailing = false

    /// - Parameters:
    ///   - shots: Gets the pictures of objects' events; nil where there can be none.
    ///   - record: Gets what each look has changed, with its camera.
    package init(
        _ detector: ObjectDetector, shots: BoundedFeed<SnapshotShot<HeldPicture>>? = nil, clock: any WallClock, metrics: Metrics,
        logger: Logger,
        record: @escaping @Sendable (SightOutcome, String) async -> Void
    ) {
        self.detector = detector
        self.clock = clock
        self.record = record
        self.shots = shots
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_detector_looks_total", .counter, help: "Pictures that a detector looked at, by camera.")
        metrics.declare("vigilar_detector_parts_total", .counter, help: "Parts of pictures that the detector was given.")
        metrics.declare(
            "vigilar_detector_dropped_total", .counter, help: "Pictures that gave way to newer ones before the detector had time.")
        metrics.declare("vigilar_detector_failures_total", .counter, help: "Pictures that the detector could not look at, by camera.")
        metrics.declare(
            "vigilar_detector_latency_seconds", .gauge, help: "From a picture's offer to what was found in it, the latest, by camera.")
        metrics.declare("vigilar_detector_seconds_total", .counter, help: "Time spent, by stage: prepare, inference, boxes.")
        queue = SightQueue { camera in metrics.add("vigilar_detector_dropped_total", labels: [("camera", camera)]) }
    }

    /// Looks until the task is cancelled or a graceful shutdown begins; what goes on then ends.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while (try? await Task.sleep(for: .seconds(Self.silence / 4))) != nil { await self.endSilent() }
                }
                while let (camera, item) = await queue.next() {
                    switch item {
                    case .look(let look, let settings, let offered): await self.look(look, of: camera, settings, offered: offered)
                    case .end: await self.end(camera)
                    }
                }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            self.queue.finish()
        }
        for camera in sights.keys.sorted() { await end(camera) }
    }

    private func look(_ look: SceneLook, of camera: String, _ settings: SightSettings, offered: Double) async {
        var state = sights[camera] ?? (CameraSight(settings: settings), settings, 0)
        if state.settings != settings {
            state.settings = settings
            state.sight.change(to: settings)
        }
        state.looked = clock.uptime
        let (places, parts) = state.sight.plan(for: look)
        sights[camera] = state
        guard !parts.isEmpty else { return }
        do {
            let (detections, cost) = try await detector.detect(in: look.picture, parts: parts, places: places)
            let outcome = sights[camera]?.sight.take(detections, parts: parts, in: look) ?? SightOutcome()
            queue.follow(sights[camera]?.sight.isFollowing(at: look.time) ?? false, of: camera)
            account(cost, camera, latency: clock.uptime - offered)
            isFailing = false
            await tell(outcome, camera)
        } catch {
            metrics.add("vigilar_detector_failures_total", labels: [("camera", camera)])
            // One line for a model that goes on failing, not one for each picture.
            if !isFailing { logger.error("A picture could not be looked at", metadata: ["camera": "\(camera)", "error": "\(error)"]) }
            isFailing = true
        }
    }

    /// Pictures first, so that an event that ends can know of its own.
    private func tell(_ outcome: SightOutcome, _ camera: String) async {
        for shot in outcome.shots where shots?.send(shot) == false {
            metrics.add("vigilar_snapshot_dropped_total", labels: [("reason", "busy")])
        }
        await record(outcome, camera)
    }

    private func account(_ cost: LookCost, _ camera: String, latency: Double) {
        metrics.add("vigilar_detector_looks_total", labels: [("camera", camera)])
        metrics.add("vigilar_detector_parts_total", Double(cost.parts))
        metrics.set("vigilar_detector_latency_seconds", latency, labels: [("camera", camera)])
        for (stage, seconds) in [("prepare", cost.preparing), ("inference", cost.inference), ("boxes", cost.decoding)] {
            metrics.add("vigilar_detector_seconds_total", seconds, labels: [("stage", stage)])
        }
    }

    private func end(_ camera: String) async {
        queue.follow(false, of: camera)
        guard var state = sights.removeValue(forKey: camera) else { return }
        await tell(state.sight.finish(), camera)
    }

    private func endSilent() async {
        let silent = sights.filter { clock.uptime - $0.value.looked > Self.silence }.keys.sorted()
        for camera in silent { await end(camera) }
    }
}
