package import Base
package import Logging
package import MQTT
private import Protocol
private import ServiceLifecycle

/// Knows which nodes are there, on one replica at a time, and keeps it in the store for all of them.
///
/// Only the leader subscribes, and does so when it begins to lead: then the broker sends it the retained states.
package final class PresenceService: Service {
    private let store: any EventStore & PresenceStore
    private let client: MQTTClient
    private let clock: any WallClock
    private let settings: PresenceSettings
    private let metrics: Metrics
    private let logger: Logger
    private let leadership: Leadership
    private let subscription: KeptSubscription
    private let inbox: PresenceInbox
    private let onCommit: @Sendable () -> Void
    private let onCameras: @Sendable (_ node: String, _ cameras: [String]) -> Void

    /// Seconds between attempts to lead, and to reach a store that is away.
    private static let pollSeconds = 0.25

    /// - Parameters:
    ///   - client: Brings what nodes say; this service reads its events.
    ///   - holder: This replica's name.
    ///   - onCommit: Called after a commit that wrote feed rows.
    ///   - onCameras: Called with the cameras that a node names in its state, also those that the broker kept.
    package init(
        store: any EventStore & PresenceStore, client: MQTTClient, clock: any WallClock, settings: PresenceSettings = PresenceSettings(),
        metrics: Metrics, logger: Logger, holder: String, onCommit: @escaping @Sendable () -> Void,
        onCameras: @escaping @Sendable (_ node: String, _ cameras: [String]) -> Void = { _, _ in }
    ) {
        let inbox = PresenceInbox()
        self.store = store
        self.client = client
        self.clock = clock
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        self.inbox = inbox
        self.onCommit = onCommit
        self.onCameras = onCameras
        leadership = Leadership(name: "presence", holder: holder, store: store, clock: clock)
        subscription = KeptSubscription(client: client, filters: [Topics.allStates, Topics.allHealth]) { refusal in
            if let refusal {
                logger.error("Cannot subscribe to what nodes say of themselves; trying again", metadata: ["error": "\(refusal)"])
            } else {
                inbox.put(PresenceArrival(.subscribed, clock))
            }
        }
        metrics.declare("vigilar_presence_leading", .gauge, help: "1 while this replica decides which nodes are there.")
        metrics.declare(
            "vigilar_presence_lost_leases_total", .counter, help: "Leases that ran out while this replica thought it held them.")
        metrics.declare("vigilar_presence_reports_total", .counter, help: "Messages of nodes about themselves that this replica took in.")
        metrics.declare(
            "vigilar_presence_ignored_total", .counter, help: "Messages of nodes about themselves that were ignored, by reason.")
        metrics.declare(
            "vigilar_presence_events_total", .counter, help: "Events of the hub's own that this replica stored, repetitions included.")
        metrics.declare("vigilar_presence_refused_events_total", .counter, help: "Events of the hub's own that can never be stored.")
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.subscription.run() }
                group.addTask { await self.listen() }
                group.addTask { await self.campaign() }
                group.addTask { await NodeFigures(store: self.store, metrics: self.metrics).run(every: self.settings.figures) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func listen() async {
        for await event in client.events {
            guard inbox.isOpen else { continue }
            switch event {
            case .connected: subscription.connected()
            case .disconnected:
                subscription.disconnected()
                inbox.put(PresenceArrival(.disconnected, clock))
            case .message(let message):
                switch PresenceReader.read(message) {
                case .input(let input):
                    if case .state(let node, let state, _) = input, state.state == .online {
                        onCameras(node, (state.cameras ?? []).map(\.id))
                    }
                    metrics.add("vigilar_presence_reports_total")
                    inbox.put(PresenceArrival(input, clock))
                case .unreadable(let node):
                    metrics.add("vigilar_presence_ignored_total", labels: [("reason", "unreadable")])
                    logger.debug("What a node says of itself cannot be read", metadata: ["node": "\(node ?? "?")"])
                }
            }
        }
    }

    private func campaign() async {
        while !Task.isCancelled {
            // While the store is away nobody leads.
            if let term = try? await leadership.acquire() {
                await lead(term)
            } else {
                try? await Task.sleep(for: .seconds(Self.pollSeconds))
            }
        }
    }

    private func lead(_ term: LeaseTerm) async {
        logger.info("This replica decides which nodes are there", metadata: ["generation": "\(term.lease.generation)"])
        metrics.set("vigilar_presence_leading", 1)
        inbox.open()
        await leadership.lead(term) { await self.work(term) }
        inbox.close()
        subscription.disconnected()
        metrics.set("vigilar_presence_leading", 0)
        if Task.isCancelled {
            await leadership.release(term)
        } else {
            metrics.add("vigilar_presence_lost_leases_total")
            logger.warning("The lease of the nodes' presence was lost")
        }
    }

    private func work(_ term: LeaseTerm) async {
        var work: PresenceLeadership?
        var losses = lost
        while !Task.isCancelled, clock.uptime < term.expires {
            do throws(StoreError) {
                var present: PresenceLeadership
                if let work {
                    present = work
                } else {
                    present = try await PresenceLeadership(
                        store: store, lease: term.lease, clock: clock, settings: settings, metrics: metrics, logger: logger,
                        onCommit: onCommit)
                    // Without a connection the client's event for the next one does this.
                    if client.isConnected { subscription.connected() }
                }
                var arrivals = await inbox.take(within: settings.tick)
                if lost > losses {
                    metrics.add("vigilar_presence_ignored_total", Double(lost - losses), labels: [("reason", "dropped")])
                    losses = lost
                    arrivals.append(PresenceArrival(.missed, clock))
                }
                // The word of a subscription may come just after the end of its connection.
                if !client.isConnected { arrivals.append(PresenceArrival(.disconnected, clock)) }
                // Kept also where a step fails in the middle: what it has taken in must not be forgotten.
                defer { work = present }
                guard let hasNewNodes = try await present.step(arrivals) else { return }
                if hasNewNodes, client.isConnected { subscription.connected() }
            } catch {
                logger.debug("The store does not answer to presence", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(Self.pollSeconds))
            }
        }
    }

    /// Messages that found no room in the client's queue or in ours.
    private var lost: Int { inbox.refused + client.statistics.dropped }
}
