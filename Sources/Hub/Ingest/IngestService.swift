package import Base
package import Logging
package import MQTT
private import Protocol
private import ServiceLifecycle

/// Takes events in: shared subscription, one transaction for all that waits, and only then the acknowledgements.
///
/// Nothing here is kept when it cannot be committed: the node's outbox is the truth, and it sends again.
package struct IngestService: Service {
    private let client: MQTTClient
    private let store: any EventStore
    private let subscription: KeptSubscription
    private let reader: BatchReader
    private let clock: any WallClock
    private let metrics: Metrics
    private let readiness: Readiness
    private let logger: Logger
    /// Called after a commit that wrote feed rows.
    private let onCommit: @Sendable () -> Void

    /// Batches that may wait for the store; what comes beyond is dropped, and the nodes send it again.
    private static let queueBound = 2048
    /// Batches in one transaction: about 1,600 events of a drained backlog, a few tens of milliseconds.
    private static let batchesPerTransaction = 32
    /// Seconds that a batch waits for a store that is away, before the node's own retry takes over.
    private static let patience = 10.0

    package init(
        client: MQTTClient, store: any EventStore, clock: any WallClock, metrics: Metrics, readiness: Readiness, logger: Logger,
        onCommit: @escaping @Sendable () -> Void
    ) {
        self.client = client
        self.store = store
        self.reader = BatchReader(clock: clock)
        self.clock = clock
        self.metrics = metrics
        self.readiness = readiness
        self.logger = logger
        self.onCommit = onCommit
        subscription = KeptSubscription(client: client, filters: [Topics.sharedEvents]) { refusal in
            if let refusal {
                readiness.problem(.broker, "cannot subscribe to events: \(refusal)")
                logger.error("Cannot subscribe to events; trying again", metadata: ["error": "\(refusal)"])
            } else {
                readiness.ok(.broker)
            }
        }
        metrics.declare("vigilar_ingest_events_total", .counter, help: "Events committed, duplicates included.")
        metrics.declare("vigilar_ingest_batches_total", .counter, help: "Event batches received.")
        metrics.declare("vigilar_ingest_rejected_total", .counter, help: "Events that can never be stored, kept in the quarantine.")
        metrics.declare("vigilar_ingest_unreadable_total", .counter, help: "Batches that could not be parsed.")
        metrics.declare(
            "vigilar_ingest_dropped_total", .counter, help: "Batches dropped because the store did not keep up; nodes send them again.")
        metrics.declare(
            "vigilar_ingest_lost_acknowledgements_total", .counter,
            help: "Acknowledgements that did not reach the broker; the node sends again.")
        metrics.declare("vigilar_ingest_stale_epochs_total", .counter, help: "Batches of an outbox restored from an old copy.")
    }

    package func run() async throws {
        let queue = Batcher<Received>(bound: Self.queueBound)
        let answers = Batcher<MQTTMessage>(bound: Self.queueBound * 4)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await subscription.run() }
                group.addTask { await receive(into: queue, answers: answers) }
                group.addTask { await commit(from: queue, answers: answers) }
                group.addTask { await send(answers) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// A batch that waits for its transaction.
    private struct Received: Sendable {
        let batch: IngestBatch
        let number: Int64
        let uptime: Double
    }

    private func receive(into queue: Batcher<Received>, answers: Batcher<MQTTMessage>) async {
        for await event in client.events {
            switch event {
            case .connected:
                subscription.connected()
            case .disconnected(let error):
                subscription.disconnected()
                readiness.problem(.broker, "not connected: \(error)")
            case .message(let message):
                metrics.add("vigilar_ingest_batches_total")
                switch reader.read(message) {
                case .batch(let batch, let number) where batch.events.isEmpty && batch.refused.isEmpty:
                    // There is nothing to store: a hub asks whether what nodes send arrives (`BrokerProbe`).
                    answers.put(reply(Acknowledgement(epoch: batch.epoch, batch: number), to: batch.node))
                case .batch(let batch, let number):
                    if !queue.put(Received(batch: batch, number: number, uptime: clock.uptime)) {
                        metrics.add("vigilar_ingest_dropped_total")
                    }
                case .unreadable(let node, let answer):
                    metrics.add("vigilar_ingest_unreadable_total")
                    logger.warning(
                        "A batch of events could not be read", metadata: ["node": "\(node)", "why": "\(answer.unreadable ?? "")"])
                    answers.put(reply(answer, to: node))
                case .foreign:
                    metrics.add("vigilar_ingest_unreadable_total")
                }
            }
        }
    }

    private func commit(from queue: Batcher<Received>, answers: Batcher<MQTTMessage>) async {
        while !Task.isCancelled {
            let received = await queue.take(atMost: Self.batchesPerTransaction)
            guard !received.isEmpty, let outcomes = await store(received) else { continue }
            for (entry, outcome) in zip(received, outcomes) {
                answers.put(reply(answer(entry, outcome), to: entry.batch.node))
            }
            if outcomes.contains(where: { $0.feedRows > 0 }) { onCommit() }
        }
    }

    /// One transaction, tried again while the store is away and the batches are young; nil when they were given up.
    private func store(_ received: [Received]) async -> [IngestOutcome]? {
        var backoff = Backoff(base: 0.1, maximum: 1)
        while !Task.isCancelled {
            do {
                let outcomes = try await store.ingest(received.map(\.batch))
                readiness.ok(.store)
                return outcomes
            } catch {
                readiness.problem(.store, error.description)
                let oldest = received.map(\.uptime).min() ?? clock.uptime
                guard error.code == .unavailable, clock.uptime - oldest < Self.patience else {
                    metrics.add("vigilar_ingest_dropped_total", Double(received.count))
                    logger.error("Events could not be stored; their nodes send them again", metadata: ["error": "\(error)"])
                    return nil
                }
                try? await Task.sleep(for: .seconds(backoff.next()))
            }
        }
        return nil
    }

    private func answer(_ entry: Received, _ outcome: IngestOutcome) -> Acknowledgement {
        var answer = Acknowledgement(epoch: entry.batch.epoch, batch: entry.number)
        if outcome.staleEpoch {
            metrics.add("vigilar_ingest_stale_epochs_total")
            logger.warning("A node sends numbers that are taken: its outbox is an old copy", metadata: ["node": "\(entry.batch.node)"])
            answer.staleEpoch = true
            return answer
        }
        answer.committed = outcome.committed
        answer.rejected =
            outcome.rejected + entry.batch.refused.compactMap { element in element.seq.map { .init(seq: $0, why: element.why) } }
        metrics.add("vigilar_ingest_events_total", Double(outcome.committed.count))
        if !answer.rejected.isEmpty { metrics.add("vigilar_ingest_rejected_total", Double(answer.rejected.count)) }
        return answer
    }

    private func reply(_ answer: Acknowledgement, to node: String) -> MQTTMessage {
        MQTTMessage(
            topic: Topics.acknowledgement(node: node), payload: answer.json, qos: .atLeastOnce, contentType: Topics.json, messageExpiry: 60)
    }

    /// A lost acknowledgement costs a repetition, so a failure is only counted.
    private func send(_ answers: Batcher<MQTTMessage>) async {
        while !Task.isCancelled {
            let batch = await answers.take(atMost: 64)
            await withTaskGroup(of: Void.self) { group in
                for message in batch {
                    group.addTask {
                        do { try await client.publish(message) } catch { metrics.add("vigilar_ingest_lost_acknowledgements_total") }
                    }
                }
            }
        }
    }
}
