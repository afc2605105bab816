package import Base
private import Protocol

/// Reads from the store what rules are decided by.
package struct PetRules: Sendable {
    let store: any HubStore

    package init(store: any HubStore) { self.store = store }

    /// What a rule has to tell now.
    package struct Outcome: Sendable {
        package var alerts: [PetAlert] = []
        /// The last event in which the pet was known; nil where it never was.
        package var last: StoredEvent?
        /// Why it cannot be told now; nil where it can.
        package var waits: String?
    }

    /// Seconds back to which sightings are looked at that may come late, when a node was cut off.
    private static let late = 36 * 3600.0
    /// Seconds before the last sighting in which a camera that knows the pet has seen it.
    private static let knowing = 30 * 86_400.0
    private static let limit = 1000

    package func outcome(_ rule: PetRule, clocks: SiteClocks, now: Timestamp) async throws(StoreError) -> Outcome {
        var outcome = Outcome()
        let judge = PetRuleJudge(clocks: clocks, now: now)
        outcome.last = try await sightings(rule, limit: 1).first
        switch rule.condition {
        case .outside(let from, let to):
            let places = try await store.places()
            let seen = try await sightings(rule, from: now.advanced(bySeconds: -Self.late), limit: Self.limit)
            outcome.alerts = judge.outside(rule, from: from, to: to, sightings: seen, places: places)
            if !places.values.contains(.outdoor) { outcome.waits = "No camera is said to look outdoors." }
        case .unseen(let hours):
            guard let last = outcome.last else {
                outcome.waits = "It has not been seen yet."
                return outcome
            }
            let absence = try await absence(rule, last, now)
            outcome.waits = absence.isBlind
            outcome.alerts = [judge.unseen(rule, hours: hours, absence)].compactMap(\.self)
        }
        return outcome
    }

    /// Newest first.
    private func sightings(_ rule: PetRule, from: Timestamp? = nil, limit: Int) async throws(StoreError) -> [StoredEvent] {
        var query = EventQuery(.everything)
        (query.individual, query.from, query.limit) = (rule.individual, from, limit)
        return try await store.events(query)
    }

    private func absence(_ rule: PetRule, _ last: StoredEvent, _ now: Timestamp) async throws(StoreError) -> PetRuleJudge.Absence {
        var absence = PetRuleJudge.Absence(last: last)
        let since = last.event.ts.advanced(bySeconds: -Self.knowing)
        let knowing = Set(try await sightings(rule, from: since, limit: Self.limit).map(\.event.sourceID))
        let owners = try await store.cameras().filter { knowing.contains($0.id) }
        guard !owners.isEmpty else {
            absence.isBlind = "None of the cameras that have seen it is there any more."
            return absence
        }
        let nodes = Set(owners.map(\.node))
        let overviews = try await NodeOverview.all(from: store, .everything).filter { nodes.contains($0.node.name) }
        absence.isBlind = Self.blindness(owners, overviews)
        var query = EventQuery(.everything)
        (query.types, query.limit) = (["camera_offline", "node_offline"], Self.limit)
        (query.cameras, query.from) = (owners.map(\.id) + nodes, since)
        absence.outages = try await store.events(query).map { ($0.event.ts, $0.event.endTS ?? now) }
            .filter { $0.1 > last.event.ts }
        return absence
    }

    private static func blindness(_ owners: [CameraRecord], _ overviews: [NodeOverview]) -> String? {
        for owner in owners {
            guard let overview = overviews.first(where: { $0.node.name == owner.node }), overview.state == .online else {
                return "Node \(owner.node) is not connected."
            }
            if let why = overview.record?.state?.motionOnly { return "Node \(owner.node) sees motion only: \(why)" }
            guard overview.cameras.first(where: { $0.id == owner.id })?.state == .online else { return "Camera \(owner.id) is offline." }
            if overview.record?.health?.outbox.map({ $0.waiting > 0 }) ?? false {
                return "What node \(owner.node) has seen is still on its way."
            }
        }
        return nil
    }
}
