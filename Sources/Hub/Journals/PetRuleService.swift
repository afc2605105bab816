package import Base
package import Logging
private import Protocol
import ServiceLifecycle

/// Tells what rules about pets have to tell, on one replica at a time.
///
/// An event's id is made of the rule and of what it tells: a hub that stopped in the middle, or another replica, tells nothing twice.
package final class PetRuleService: Service {
    private let store: any HubStore
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let leadership: Leadership
    private let onCommit: @Sendable () -> Void
    private let wakes = Batcher<Void>(bound: 1)

    /// Seconds between two looks, and between attempts to lead.
    private static let interval = 20.0
    /// Seconds after which a hub that has just begun knows which nodes are there, and has what they kept for it.
    private static let settling = 90.0
    /// Seconds back to which events of ours that go on are looked for.
    private static let memory = 400 * 86_400.0
    private static let limit = 5000
    /// Seconds from one look to the next at least: who was seen changes for many events at once.
    private static let pause = 1.0

    /// - Parameters:
    ///   - holder: This replica's name.
    ///   - onCommit: Called after a commit that wrote feed rows.
    package init(
        store: any HubStore, clock: any WallClock, metrics: Metrics, logger: Logger, holder: String,
        onCommit: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.onCommit = onCommit
        leadership = Leadership(name: "pet-rules", holder: holder, store: store, clock: clock)
        metrics.declare("vigilar_pet_alerts_total", .counter, help: "Events that this replica stored because a rule about a pet said so.")
    }

    /// Says that somebody was seen, or that a rule has changed.
    package func wake() { wakes.put(()) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // While the store is away nobody leads.
                if let term = try? await self.leadership.acquire() {
                    await self.lead(term)
                } else {
                    _ = await self.wakes.take(atMost: 1, within: Self.interval)
                }
            }
        }
    }

    private func lead(_ term: LeaseTerm) async {
        await leadership.lead(term) { await self.work(term) }
        if Task.isCancelled { await leadership.release(term) }
    }

    private func work(_ term: LeaseTerm) async {
        let start = clock.uptime
        var teller = Teller(epoch: "rules-\(term.lease.generation)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))")
        var isFailing = false
        while !Task.isCancelled, clock.uptime < term.expires {
            do {
                try await look(&teller, hasSettled: clock.uptime - start >= Self.settling)
                isFailing = false
            } catch {
                if !isFailing {
                    logger.error("The rules about pets cannot be looked at; it is tried again", metadata: ["error": "\(error)"])
                }
                isFailing = true
            }
            try? await Task.sleep(for: .seconds(Self.pause))
            _ = await wakes.take(atMost: 1, within: Self.interval)
        }
    }

    /// The address of what is told next.
    struct Teller {
        var epoch: String
        var seq: Int64 = 0
    }

    /// Looks at all rules once.
    /// - Parameter hasSettled: Whether the hub knows which nodes are there: before that nobody is missed.
    func look(_ teller: inout Teller, hasSettled: Bool) async throws {
        let rules = try await store.petRules()
        let reader = PetRules(store: store)
        let clocks = SiteClocks(zones: try await store.timeZones())
        let open = try await openAlerts()
        var last: [EventID: StoredEvent] = [:]
        for rule in rules {
            let outcome = try await reader.outcome(rule, clocks: clocks, now: clock.now)
            last[rule.id] = outcome.last
            if case .unseen = rule.condition, !hasSettled || open.contains(where: { $0.rule == rule.id }) { continue }
            for alert in outcome.alerts {
                if let told = try await store.event(alert.id) {
                    try await name(told, rule)
                } else {
                    try await tell(alert, rev: 1, &teller)
                    logger.notice("A rule about a pet has something to tell", metadata: ["rule": "\(rule.id)", "event": "\(alert.id)"])
                }
            }
        }
        let judge = PetRuleJudge(clocks: clocks, now: clock.now)
        for (id, stored) in open {
            let rule = rules.first { $0.id == id }
            if let rule { try await name(stored, rule) }
            if let end = rule == nil ? max(stored.event.ts, clock.now) : judge.end(stored, last: last[id]) {
                try await self.end(stored, of: id, at: end, &teller)
            }
        }
    }

    /// One that was stored, where the hub stopped before it was said whom it is about.
    private func name(_ stored: StoredEvent, _ rule: PetRule) async throws {
        if stored.knownIndividual == nil { try await store.setSubject(rule.individual, of: stored.event.id) }
    }

    /// Events of ours that go on, with their rules.
    private func openAlerts() async throws -> [(rule: EventID, event: StoredEvent)] {
        var query = EventQuery(.everything)
        // A node may send events of any type, and these are not its own.
        (query.nodes, query.types) = ([PresenceEvent.node], [PetAlert.type])
        (query.from, query.limit) = (clock.now.advanced(bySeconds: -Self.memory), Self.limit)
        return try await store.events(query).filter { $0.event.endTS == nil }.compactMap { stored in
            (try? JSONObject(stored.event.payload))?.string("rule").flatMap { EventID($0) }.map { ($0, stored) }
        }
    }

    private func end(_ stored: StoredEvent, of rule: EventID, at end: Timestamp, _ teller: inout Teller) async throws {
        let event = stored.event
        let payload = try JSONObject(event.payload)
        guard let sighting = payload.string("sighting").flatMap({ EventID($0) }) else { return }
        let alert = PetAlert(
            id: event.id, rule: rule, condition: payload.string("condition") ?? "", individual: rule, site: event.site,
            camera: event.sourceID, ts: event.ts, end: end, sighting: sighting,
            why: (try? payload.object("why"))?.string("text") ?? "")
        try await store(alert, rev: event.rev + 1, &teller)
    }

    private func tell(_ alert: PetAlert, rev: Int64, _ teller: inout Teller) async throws {
        try await store(alert, rev: rev, &teller)
        try await store.setSubject(alert.individual, of: alert.id)
        onCommit()
    }

    private func store(_ alert: PetAlert, rev: Int64, _ teller: inout Teller) async throws {
        let event = try alert.event(rev: rev, epoch: teller.epoch, seq: teller.seq)
        teller.seq += 1
        let batch = IngestBatch(node: PresenceEvent.node, epoch: teller.epoch, events: [event], refused: [], receivedAt: clock.now)
        let outcome = try await store.ingest([batch]).first
        metrics.add("vigilar_pet_alerts_total", Double(outcome?.committed.count ?? 0))
        if outcome?.feedRows ?? 0 > 0 { onCommit() }
    }
}
