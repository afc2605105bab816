package import Base
private import Protocol

/// Incidents for whoever does not see all of a site: made of what they see, by the same rule, when it is read. In the stored ones two events five minutes
/// apart would tell that a camera of others saw something in between.
package struct VisibleIncidents: Sendable {
    private let store: any EventStore
    private let scope: AccessScope

    /// Events of a site that are read for it at most, as many as a list has: each with all that its node said.
    private static let limit = 500
    /// Seconds that are looked back, so that an incident begins where one begins for a page before this one, too.
    private static let back = 2 * IncidentBook.longest

    /// - Parameter scope: What they see.
    package init(store: any EventStore, scope: AccessScope) {
        self.store = store
        self.scope = scope
    }

    /// Some events with the incidents of those sites of which they do not see all.
    package func fill(_ events: [StoredEvent], now: Timestamp) async throws(StoreError) -> [StoredEvent] {
        var events = events
        let apart = events.filter { IncidentBook.types.contains($0.event.type) && !scope.contains(site: $0.event.site) }
        for (site, seen) in Dictionary(grouping: apart, by: \.event.site) {
            let times = seen.map(\.event.ts)
            guard let first = times.min(), let last = times.max() else { continue }
            let incidents = try await placed(site, first, last, now: now).incidents
            for index in events.indices where events[index].event.site == site {
                events[index].incident = incidents[events[index].event.id]
            }
        }
        return events
    }

    /// The events of one incident, oldest first.
    /// - Parameter one: One of them. A page that was made before an earlier one came still names the incident by this.
    package func events(of one: StoredEvent, now: Timestamp) async throws(StoreError) -> [EventSpan] {
        let last = one.event.ts.advanced(bySeconds: Self.back)
        let (events, incidents) = try await placed(one.event.site, one.event.ts, last, now: now)
        guard let incident = incidents[one.event.id] else { return [] }
        return events.filter { incidents[$0.id] == incident }
    }

    /// What is seen of a site from a while before a time on, oldest first, and the incidents by the events.
    private func placed(
        _ site: String, _ first: Timestamp, _ last: Timestamp, now: Timestamp
    ) async throws(StoreError) -> (events: [EventSpan], incidents: [EventID: EventID]) {
        var query = EventQuery(scope)
        query.sites = [site]
        query.types = IncidentBook.types.sorted()
        query.from = first.advanced(bySeconds: -Self.back)
        query.to = Timestamp(microseconds: last.microseconds + 1)
        query.limit = Self.limit
        let events = Array(try await store.spans(query).reversed())
        var book = IncidentBook([])
        var incidents: [EventID: EventID] = [:]
        for event in events { incidents[event.id] = book.place(event, now: now) }
        return (events, incidents)
    }
}
