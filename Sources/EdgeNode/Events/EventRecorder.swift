package import Base
package import Logging
package import Protocol
import ServiceLifecycle

/// Turns what the cameras report into events in the outbox. Whoever reports never waits for the disk.
package actor EventRecorder: Service {
    /// Drafts that wait in memory while the outbox cannot be written.
    private static let queueBound = 1000
    /// Drafts that are given to the outbox in one call.
    private static let appendBound = 100

    private let outbox: Outbox
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private var scenes: [String: SceneEvents] = [:]
    private var presence: [String: CameraPresence] = [:]
    private var queue = DraftQueue(bound: queueBound)
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    package init(outbox: Outbox, clock: any WallClock = SystemClock(), metrics: Metrics = Metrics(), logger: Logger) {
        self.outbox = outbox
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        metrics.declare("vigilar_recorder_lost_total", .counter, help: "Events pushed out of memory while the outbox could not be written.")
    }

    /// A camera's motion episode started, went on or ended.
    package func record(_ change: MotionEpisodeChange, camera: String) {
        add(scenes[camera, default: SceneEvents(camera: camera)].take(change))
    }

    /// Objects came into a camera's sight, were followed, left.
    package func record(_ outcome: SightOutcome, camera: String) {
        for event in outcome.explained { scenes[camera]?.explain(event) }
        for change in outcome.changes { add(scenes[camera, default: SceneEvents(camera: camera)].take(change)) }
    }

    /// Whether an event will be told, so that its pictures are wanted.
    package func isWanted(_ event: EventID) -> Bool { !scenes.values.contains { $0.isSilenced(event) } }

    /// A picture of an event is queued for the hub: the event says so from its next revision on.
    package func pictured(_ event: EventID) {
        for camera in scenes.keys { add(scenes[camera]?.pictured(event) ?? []) }
    }

    /// - Parameter why: In words, without credentials.
    package func cameraWentOffline(_ camera: String, why: String) {
        presence[camera, default: CameraPresence(camera: camera)].wentOffline(at: clock.now, uptime: clock.uptime, why: why)
        signal.yield()
    }

    package func cameraCameOnline(_ camera: String) {
        add(presence[camera, default: CameraPresence(camera: camera)].cameOnline(at: clock.now))
    }

    /// A camera is not the node's any more: nothing of it goes on.
    package func cameraWasRemoved(_ camera: String) {
        add(presence.removeValue(forKey: camera)?.removed(at: clock.now) ?? [])
        add(scenes[camera]?.removed() ?? [])
        scenes[camera] = nil
    }

    /// An event of any other kind.
    package func record(_ draft: DraftEvent) { add([draft]) }

    /// Ends what a crash left open, then writes until the task is cancelled or a graceful shutdown begins, and then what is left.
    package func run() async throws {
        await endInterrupted()
        try? await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        try await Task.sleep(for: .seconds(1))
                        await self.tick()
                    }
                }
                try await self.write()
                group.cancelAll()
            }
        }
        signal.finish()
        await writeRest()
    }

    private func add(_ drafts: [DraftEvent]) {
        let lost = queue.lost.dropped
        for draft in drafts { queue.append(draft, now: clock.now) }
        if queue.lost.dropped > lost { metrics.add("vigilar_recorder_lost_total", Double(queue.lost.dropped - lost)) }
        signal.yield()
    }

    private func tick() {
        for camera in presence.keys { add(presence[camera]?.tick(uptime: clock.uptime) ?? []) }
    }

    private func endInterrupted() async {
        do {
            let ends = try await outbox.openEvents().compactMap { InterruptedEvent.end(of: $0) }
            // Straight to the outbox: there may be more of them than fit in the queue.
            _ = try await outbox.append(ends)
            if !ends.isEmpty { logger.notice("events that an earlier run left open were ended", metadata: ["count": "\(ends.count)"]) }
        } catch {
            logger.error("events that an earlier run left open stay open", metadata: ["error": "\(error)"])
        }
    }

    private func write() async throws {
        for await _ in signals {
            var backoff = Backoff(base: 0.5, maximum: 30)
            while !queue.isSettled {
                do {
                    try await writeOnce()
                    backoff.reset()
                } catch {
                    logger.error(
                        "the outbox cannot be written; events wait in memory", metadata: ["error": "\(error)", "waiting": "\(queue.count)"])
                    try await Task.sleep(for: .seconds(backoff.next()))
                }
            }
        }
        try Task.checkCancellation()
    }

    private func writeOnce() async throws(OutboxError) {
        let drafts = queue.prefix(Self.appendBound)
        queue.removeFirst(drafts.count)
        do {
            _ = try await outbox.append(drafts)
        } catch {
            queue.putBack(drafts, now: clock.now)
            throw error
        }
        let lost = queue.lost
        if lost.dropped > 0 {
            try await outbox.countDrops(lost.dropped, from: lost.from, to: lost.to)
            queue.reportedLoss(lost)
        }
    }

    private func writeRest() async {
        do {
            while !queue.isSettled { try await writeOnce() }
        } catch {
            logger.error("the last events were not written", metadata: ["error": "\(error)", "lost": "\(queue.count)"])
        }
    }
}
