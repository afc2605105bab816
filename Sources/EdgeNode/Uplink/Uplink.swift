package import Base
package import Logging
import MQTT
import Protocol
import ServiceLifecycle
import Zstandard

/// Brings the outbox's rows to the hub: does what `UplinkMachine` decides.
package actor Uplink: Service {
    private enum Work: Sendable {
        case read(UplinkRead)
        case send(UplinkBatch)
        case wake(at: Double)
    }

    private let node: String
    private let outbox: Outbox
    private let transport: any UplinkTransport
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let work = BoundedFeed<Work>(bound: 2048)
    private var machine: UplinkMachine
    /// The earliest wake-up that is under way, in seconds of uptime.
    private var wakesAt = Double.infinity

    package init(
        node: String, outbox: Outbox, transport: any UplinkTransport, settings: UplinkSettings = UplinkSettings(),
        clock: any WallClock = SystemClock(), metrics: Metrics = Metrics(), logger: Logger
    ) {
        self.node = node
        self.outbox = outbox
        self.transport = transport
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        machine = UplinkMachine(settings: settings, firstBatch: clock.now.microseconds / 1000)
        metrics.declare("vigilar_uplink_batches_total", .counter, help: "Event batches by what the broker said to them.")
        metrics.declare("vigilar_uplink_acknowledged_total", .counter, help: "Event revisions that the hub has committed.")
        metrics.declare("vigilar_uplink_bad_answers_total", .counter, help: "Acknowledgements that could not be read.")
        metrics.declare(
            "vigilar_uplink_epochs_total", .counter, help: "New epochs begun because the hub held other events under our numbers.")
    }

    /// Sends until the task is cancelled or a graceful shutdown begins; then writes the last marks.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in self.outbox.appended { await self.handle(.rowsAdded) } }
                group.addTask { await self.maintainOutbox() }
                for await work in self.work.stream {
                    group.addTask { await self.perform(work) }
                }
                group.cancelAll()
            }
        }
        do { try await outbox.maintain() } catch {
            logger.error("the last marks of the outbox were not written", metadata: ["error": "\(error)"])
        }
    }

    /// The connection is up, and the acknowledgements are subscribed to.
    package func connected() async { await handle(.connected) }

    package func disconnected() async { await handle(.disconnected) }

    /// A message on the node's acknowledgement topic.
    package func received(acknowledgement payload: [UInt8]) async {
        do {
            await handle(.answered(try Acknowledgement(json: payload)))
        } catch {
            metrics.add("vigilar_uplink_bad_answers_total")
            logger.warning("an acknowledgement from the hub cannot be read", metadata: ["error": "\(error)"])
        }
    }

    /// Sends kept rows again.
    ///
    /// - Returns: How many rows wait again.
    package func resend(since: Timestamp) async throws(OutboxError) -> Int {
        let count = try await outbox.resend(since: since)
        await handle(.rewound)
        return count
    }

    private func maintainOutbox() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            do { try await outbox.maintain() } catch { logger.error("the outbox cannot be written", metadata: ["error": "\(error)"]) }
        }
    }

    private func handle(_ input: UplinkInput) async {
        var actions = decide(input)[...]
        while let action = actions.popFirst() {
            switch action {
            case .read(let read):
                if !work.send(.read(read)) { actions += decide(.readFailed(read)) }
            case .send(let batch):
                if !work.send(.send(batch)) { actions += decide(.published(batch: batch.number, .failed)) }
            case .acknowledge(let epoch, let ranges):
                metrics.add("vigilar_uplink_acknowledged_total", Double(ranges.count))
                await outbox.acknowledge(epoch: epoch, ranges)
            case .bury(let epoch, let seq, let why):
                do { try await outbox.bury(epoch: epoch, seq: seq, why: why) } catch {
                    logger.error("a dead letter was not written; the row will be sent again", metadata: ["error": "\(error)"])
                    actions += decide(.buryFailed)
                }
            case .startNewEpoch(let stale): await startNewEpoch(stale: stale)
            }
        }
    }

    /// Asks the machine, and arms the wake-up that it now wants.
    private func decide(_ input: UplinkInput) -> [UplinkAction] {
        let actions = machine.handle(input, at: clock.uptime)
        schedule()
        return actions
    }

    private func startNewEpoch(stale: String) async {
        metrics.add("vigilar_uplink_epochs_total")
        do { try await outbox.startNewEpoch(stale: stale) } catch {
            logger.error("no new epoch could be begun; the hub will ask again", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: .seconds(2))
        }
        await handle(.rewound)
    }

    /// Arms a wake-up where the next one comes too late.
    private func schedule() {
        guard let deadline = machine.deadline, deadline < wakesAt else { return }
        wakesAt = deadline
        if !work.send(.wake(at: deadline)) { wakesAt = .infinity }
    }

    private func perform(_ work: Work) async {
        switch work {
        case .wake(let time):
            try? await Task.sleep(for: .seconds(max(0, time - clock.uptime)))
            if wakesAt == time { wakesAt = .infinity }
            await handle(.tick)
        case .read(let read):
            do {
                await handle(.page(read, try await outbox.unsent(read.lane, after: read.after, rows: read.rows, bytes: read.bytes)))
            } catch {
                logger.error("the outbox cannot be read", metadata: ["error": "\(error)"])
                await handle(.readFailed(read))
            }
        case .send(let batch): await handle(.published(batch: batch.number, await publish(batch)))
        }
    }

    private nonisolated func publish(_ batch: UplinkBatch) async -> UplinkOutcome {
        var payload = EventBatch.encode(node: node, epoch: batch.epoch, batch: batch.number, bodies: batch.rows.map(\.body))
        var contentType = Topics.json
        if batch.compressed, let packed = try? Zstandard.compress(payload, level: 1), packed.count < payload.count {
            payload = packed
            contentType = Topics.zstd
        }
        do {
            let message = MQTTMessage(
                topic: Topics.events(node: node), payload: payload, contentType: contentType, messageExpiry: 300)
            switch try await transport.publish(message) {
            case .delivered:
                metrics.add("vigilar_uplink_batches_total", labels: [("outcome", "delivered")])
                return .delivered
            case .noSubscribers:
                metrics.add("vigilar_uplink_batches_total", labels: [("outcome", "no_hub")])
                return .noSubscribers
            }
        } catch {
            metrics.add("vigilar_uplink_batches_total", labels: [("outcome", "failed")])
            if case .refused = error { logger.error("the broker refused a batch of events", metadata: ["error": "\(error)"]) }
            return .failed
        }
    }
}
