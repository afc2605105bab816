package import Base
package import Protocol

/// Says which events belong to one incident: those of a site that overlap or follow one another within a minute.
///
/// Knows the incidents that it was given and those that it began itself; whoever uses it reads them before and keeps them after. No I/O.
package struct IncidentBook: Sendable {
    /// Seconds between two events that still belong together (issue of the web app: "follow within 60 s").
    package static let gap = 60.0
    /// Seconds after which the next incident begins even where something always happens: a shop's door never rests.
    package static let longest = 3600.0
    /// Seconds for which an event without an end counts at most: its node may have been away since.
    package static let ongoing = 600.0
    /// What tells of the world. A node that is away for a night would join the evening with the morning.
    package static let types: Set<String> = ["motion", "person", "face", "pet", "wildlife", "vehicle", "sound"]

    private var sites: [String: [Incident]] = [:]
    private var changes: [EventID: Incident] = [:]

    /// - Parameter known: Incidents that there are, as many as `reach` asks for.
    package init(_ known: [Incident]) { for incident in known { sites[incident.site, default: []].append(incident) } }

    /// The incidents that are new or have grown.
    package var changed: [Incident] { changes.values.sorted { $0.id < $1.id } }

    /// What has to be known for some events: of each site the incidents that begin in a span.
    /// - Parameter now: The time by which events that go on have lasted so far.
    package static func reach(_ events: some Sequence<Event>, now: Timestamp) -> [String: ClosedRange<Timestamp>] {
        var reach: [String: ClosedRange<Timestamp>] = [:]
        for event in events where types.contains(event.type) {
            let span = event.ts.advanced(bySeconds: -longest)...end(of: event, now: now).advanced(bySeconds: gap)
            let known = reach[event.site] ?? span
            reach[event.site] = min(known.lowerBound, span.lowerBound)...max(known.upperBound, span.upperBound)
        }
        return reach
    }

    /// The incident of an event; nil where it is of a type that belongs to none.
    /// - Parameters:
    ///   - known: The one that an earlier revision got: it stays.
    ///   - now: As of `reach`.
    package mutating func place(_ event: Event, known: EventID? = nil, now: Timestamp) -> EventID? {
        guard known != nil || Self.types.contains(event.type) else { return nil }
        let end = Self.end(of: event, now: now)
        let place =
            if let known { sites[event.site]?.firstIndex { $0.id == known } } else {
                sites[event.site]?.indices.filter { takes(sites[event.site]![$0], event.ts, end) }
                    .max { precedes(sites[event.site]![$0], sites[event.site]![$1]) }
            }
        guard let place else {
            if let known { return known }
            let begun = Incident(id: event.id, site: event.site, from: event.ts, until: end)
            sites[event.site, default: []].append(begun)
            changes[begun.id] = begun
            return begun.id
        }
        var incident = sites[event.site]![place]
        let before = incident
        incident.from = min(incident.from, event.ts)
        incident.until = max(incident.until, end)
        if incident != before {
            sites[event.site]![place] = incident
            changes[incident.id] = incident
        }
        return incident.id
    }

    /// When an event ends, or up to when it has lasted.
    private static func end(of event: Event, now: Timestamp) -> Timestamp {
        max(event.ts, event.endTS ?? min(now, event.ts.advanced(bySeconds: ongoing)))
    }

    private func takes(_ incident: Incident, _ start: Timestamp, _ end: Timestamp) -> Bool {
        if start >= incident.from {
            return start.seconds(since: incident.until) <= Self.gap && start.seconds(since: incident.from) < Self.longest
        }
        // It comes late. The incident is not to be longer for that than if it had come in time.
        return incident.from.seconds(since: end) <= Self.gap && incident.until.seconds(since: start) <= Self.longest
    }

    /// The newest is what goes on.
    private func precedes(_ one: Incident, _ other: Incident) -> Bool { (one.from, one.id) < (other.from, other.id) }
}
