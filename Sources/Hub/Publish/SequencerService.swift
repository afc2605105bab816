package import Base
package import Logging
package import MQTT
private import Protocol
private import ServiceLifecycle

/// Stamps committed feed rows with dense cursors and publishes them, on one replica at a time.
///
/// Whoever holds the lease row leads; every stamping transaction checks the row's generation, so a leader that stalled and wakes
/// stamps nothing. Publishing goes on from the store's published cursor: a leader that dies between commit and publish is covered
/// by the next, at the price of a repetition that consumers drop by cursor.
package final class SequencerService: Service {
    private let store: any EventStore
    private let client: MQTTClient
    private let clock: any WallClock
    private let metrics: Metrics
    private let readiness: Readiness
    private let logger: Logger
    private let leadership: Leadership
    private let wakes = Batcher<Void>(bound: 1)

    /// Seconds of the poll behind the wake-up.
    private static let pollSeconds = 0.25
    private static let stampLimit = 500

    /// - Parameters:
    ///   - client: Publishes summaries and carries `vigilar/hub/wake`; this service reads its events.
    ///   - holder: This replica's name.
    package init(
        store: any EventStore, client: MQTTClient, clock: any WallClock, metrics: Metrics, readiness: Readiness, logger: Logger,
        holder: String
    ) {
        self.store = store
        self.client = client
        self.clock = clock
        self.metrics = metrics
        self.readiness = readiness
        self.logger = logger
        leadership = Leadership(name: "sequencer", holder: holder, store: store, clock: clock)
        metrics.declare("vigilar_sequencer_stamped_total", .counter, help: "Feed rows that this replica gave a cursor.")
        metrics.declare("vigilar_sequencer_published_total", .counter, help: "Summaries that this replica published.")
        metrics.declare("vigilar_sequencer_leading", .gauge, help: "1 while this replica holds the sequencer's lease.")
        metrics.declare(
            "vigilar_sequencer_lost_leases_total", .counter, help: "Leases that ran out while this replica thought it held them.")
    }

    /// Says that feed rows were committed: here when this replica leads, to the leader otherwise.
    package func wake() {
        wakes.put(())
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listen() }
                group.addTask { await self.campaign() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func listen() async {
        for await event in client.events {
            switch event {
            case .connected:
                do { try await client.subscribe([(filter: Topics.wake, qos: .atMostOnce)]) } catch {
                    logger.warning("Cannot subscribe to wake-ups; polling covers for it", metadata: ["error": "\(error)"])
                }
            case .message: wakes.put(())
            case .disconnected: break
            }
        }
    }

    /// Tries to lead, passing wake-ups on meanwhile.
    private func campaign() async {
        while !Task.isCancelled {
            do {
                if let term = try await leadership.acquire() {
                    await lead(term)
                    continue
                }
                storeAnswers()
            } catch {
                readiness.problem(.sequencer, error.description)
            }
            if await !wakes.take(atMost: 1, within: Self.pollSeconds).isEmpty { await passWakeOn() }
        }
    }

    /// A replica that takes no events in at the moment learns here that its store is back.
    private func storeAnswers() {
        readiness.ok(.sequencer)
        readiness.ok(.store)
    }

    private func passWakeOn() async {
        // The leader polls too: a lost wake-up costs a quarter of a second.
        _ = try? await client.publish(MQTTMessage(topic: Topics.wake, payload: [], qos: .atMostOnce))
    }

    private func lead(_ term: LeaseTerm) async {
        logger.info("This replica sequences the feed", metadata: ["generation": "\(term.lease.generation)"])
        metrics.set("vigilar_sequencer_leading", 1)
        let stamped = Batcher<[PublishedEvent]?>(bound: 16)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.leadership.renew(term) }
            group.addTask { await self.stamp(term, into: stamped) }
            group.addTask { await self.publish(term, from: stamped) }
            await group.next()
            group.cancelAll()
        }
        metrics.set("vigilar_sequencer_leading", 0)
        if Task.isCancelled {
            await leadership.release(term)
        } else {
            metrics.add("vigilar_sequencer_lost_leases_total")
            logger.warning("The sequencer's lease was lost")
        }
    }

    private func stamp(_ term: LeaseTerm, into stamped: Batcher<[PublishedEvent]?>) async {
        while !Task.isCancelled {
            do {
                guard let events = try await store.stampFeed(term.lease, limit: Self.stampLimit) else { return }
                storeAnswers()
                if !events.isEmpty {
                    metrics.add("vigilar_sequencer_stamped_total", Double(events.count))
                    // Without room the publisher falls behind and reads the store instead.
                    stamped.put(events)
                }
                if events.count < Self.stampLimit { _ = await wakes.take(atMost: 1, within: Self.pollSeconds) }
            } catch {
                readiness.problem(.sequencer, error.description)
                guard clock.uptime < term.expires else { return }
                // The commit may have been done and only its answer lost: then nobody would publish these before the next ones.
                stamped.put(nil)
                try? await Task.sleep(for: .seconds(Self.pollSeconds))
            }
        }
    }

    private func publish(_ term: LeaseTerm, from stamped: Batcher<[PublishedEvent]?>) async {
        var position: PublishPosition?
        var refused = -1
        var backoff = Backoff(base: 0.1, maximum: 1)
        while !Task.isCancelled, clock.uptime < term.expires {
            do {
                var here: PublishPosition
                if let position, stamped.refused == refused {
                    here = position
                } else {
                    // What an earlier leader stamped and never published, what a failure left, what the bounded hand-over refused.
                    refused = stamped.refused
                    here = PublishPosition(through: try await store.publishedCursor())
                    here.through = try await catchUp(after: here.through, term)
                }
                let taken = await stamped.take(atMost: 16, within: Self.pollSeconds)
                guard !taken.contains(nil) else {
                    position = nil
                    continue
                }
                let fresh = taken.flatMap { $0 ?? [] }.drop { $0.cursor <= here.through }
                if let first = fresh.first {
                    if first.cursor != here.through + 1 { here.through = try await catchUp(after: here.through, term) }
                    let next = fresh.drop { $0.cursor <= here.through }
                    try await send(Array(next), term)
                    here.through = next.last?.cursor ?? here.through
                }
                if here.needsMark {
                    guard try await store.markPublished(term.lease, through: here.through) else { return }
                    here.marked = here.through
                }
                position = here
                backoff.reset()
            } catch {
                // The position is unknown now: some of it may have been published. Begin again from what is marked.
                position = nil
                if case .refused(let reason)? = error as? MQTTError {
                    readiness.note(.rights, BrokerProbe.sentence(["may not publish on \(Topics.published): \(reason)"]), by: .sequencer)
                }
                try? await Task.sleep(for: .seconds(backoff.next()))
            }
        }
    }

    private func catchUp(after cursor: Int64, _ term: LeaseTerm) async throws -> Int64 {
        var through = cursor
        while true {
            let page = try await store.feed(after: through, limit: Self.stampLimit)
            guard page.through > through else { return through }
            try await send(page.events, term)
            through = page.through
        }
    }

    private func send(_ events: [PublishedEvent], _ term: LeaseTerm) async throws {
        guard clock.uptime < term.expires else { throw CancellationError() }
        let messages = events.map {
            MQTTMessage(topic: Topics.published, payload: $0.json, qos: .atLeastOnce, contentType: Topics.json, messageExpiry: 3600)
        }
        try await client.publish(inOrder: messages)
        if !messages.isEmpty { readiness.note(.rights, nil, by: .sequencer) }
        metrics.add("vigilar_sequencer_published_total", Double(events.count))
    }
}
