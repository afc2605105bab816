package import Base
package import Logging
import Protocol
import ServiceLifecycle

/// Brings the queued pictures to the hub, one at a time: does what `SnapshotSchedule` decides. Events never wait for it: they go over MQTT.
package actor SnapshotUploader: Service {
    /// Seconds of real time after which a clock is looked at again.
    private static let look = 1.0

    private let queue: SnapshotQueue
    private let transport: any SnapshotTransport
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private var schedule = SnapshotSchedule()
    /// Which of the hub's addresses answered last.
    private var preferred = 0
    /// What was last logged, so that a hub which is away for a day is one line.
    private var trouble: SnapshotSchedule.Answer?

    package init(
        queue: SnapshotQueue, transport: any SnapshotTransport, clock: any WallClock = SystemClock(), metrics: Metrics, logger: Logger
    ) {
        self.queue = queue
        self.transport = transport
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_snapshot_sent_total", .counter, help: "Pictures of events that the hub has stored.")
    }

    /// Sends until the task is cancelled or a graceful shutdown begins; what is not sent by then is on the disk.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                switch await self.step() {
                case .send(let name): await self.send(name)
                case .wait(let seconds): _ = await self.queue.arrivals.take(atMost: 1, within: min(seconds, Self.look))
                }
            }
        }
        await transport.close()
    }

    private func step() async -> SnapshotSchedule.Step {
        let waiting = await queue.waiting
        return schedule.next(of: waiting, at: clock.uptime)
    }

    private func send(_ name: SnapshotName) async {
        guard let box = await queue.box(of: name) else { return }
        let (answer, words) = await ask(box, name)
        // A request that the node's own end cut off says nothing about the hub.
        if Task.isCancelled, answer == .noAnswer { return }
        note(answer, words)
        switch schedule.answered(name, answer, at: clock.uptime) {
        case .keep: return
        case .sent: metrics.add("vigilar_snapshot_sent_total")
        case .refused:
            metrics.add("vigilar_snapshot_failed_total", labels: [("reason", "refused")])
            logger.error("the hub refuses a picture for good", metadata: ["event": "\(name.event)", "reason": "\(words)"])
        case .givenUp:
            metrics.add("vigilar_snapshot_dropped_total", labels: [("reason", "unknown_event")])
            logger.warning("the hub does not know a picture's event; the picture is given up", metadata: ["event": "\(name.event)"])
        }
        await queue.remove(name)
    }

    /// Asks each of the hub's addresses in turn until one answers.
    private func ask(_ box: [UInt8], _ name: SnapshotName) async -> (SnapshotSchedule.Answer, String) {
        let addresses = transport.addresses
        var words = "the hub has no address"
        for offset in addresses.indices {
            let at = (preferred + offset) % addresses.count
            do throws(IdentityError) {
                let (status, problem) = try await transport.put(box, as: name, to: addresses[at])
                let answer = Self.meaning(of: status)
                words = problem
                if answer != .noAnswer {
                    preferred = at
                    return (answer, words)
                }
            } catch {
                words = error.description
            }
        }
        return (.noAnswer, words)
    }

    /// What the hub means by a status (docs/reference/http.md). What this version does not know counts as no answer: it passes.
    private static func meaning(of status: Int) -> SnapshotSchedule.Answer {
        switch status {
        case 200...204: .stored
        // 404 and 405 come from a hub of a version before pictures, too.
        case 404, 405, 409: .unknownEvent
        case 401, 403: .forbidden
        case 400, 411, 413, 415, 422: .refused
        default: .noAnswer
        }
    }

    private func note(_ answer: SnapshotSchedule.Answer, _ words: String) {
        let now = answer == .forbidden || answer == .noAnswer ? answer : nil
        defer { trouble = now }
        guard let now, now != trouble else { return }
        logger.warning(
            now == .forbidden ? "the hub takes no pictures from this node; they wait" : "pictures do not reach the hub; they wait",
            metadata: ["reason": "\(words)"])
    }
}
