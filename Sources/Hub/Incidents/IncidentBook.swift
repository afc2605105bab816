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
    /// Seconds for which an event without an end counts at most: its node may have been away since. Its revisions say no more than it did: they may
    /// have waited at the node behind the one that ends it.
    package static let ongoing = 600.0
    /// What tells of the world. A node that is away for a night would join the evening with the morning.
    package static let types: Set<String> = ["motion", "person", "face", "pet", "wildlife", "vehicle", "sound"]

    private var sites: [String: [Incident]] = [:]
    private var changes: [EventID: Incident] = [:]

    /// - Parameter known: Incidents that there are, as many as `reach` asks for and those of revisions; one may be there twice.
    package init(_ known: [Incident]) {
        var ids: Set<EventID> = []
        for incident in known where ids.insert(incident.id).inserted { sites[incident.site, default: []].append(incident) }
    }

    /// The incidents that are new or have grown.
    package var changed: [Incident] { changes.values.sorted { $0.id < $1.id } }

    /// What has to be known for some events that have no incident yet: of each site the incidents that begin in these spans, which do not overlap. An
    /// event that comes months late asks for its own time, and not for all months since.
    /// - Parameter now: The time by which events that go on have lasted so far.
    package static func reach(_ events: some Sequence<EventSpan>, now: Timestamp) -> [String: [ClosedRange<Timestamp>]] {
        var reach: [String: [ClosedRange<Timestamp>]] = [:]
        for event in events where types.contains(event.type) {
            let span = event.ts.advanced(bySeconds: -longest)...end(of: event, now: now).advanced(bySeconds: gap)
            reach[event.site, default: []].append(span)
        }
        return reach.mapValues(joined)
    }

    /// The same times in spans that do not overlap, in their order.
    private static func joined(_ spans: [ClosedRange<Timestamp>]) -> [ClosedRange<Timestamp>] {
        var joined: [ClosedRange<Timestamp>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, span.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, span.upperBound)
            } else {
                joined.append(span)
            }
        }
        return joined
    }

    /// The incident of an event; nil where it is of a type that belongs to none.
    /// - Parameters:
    ///   - known: The one that an earlier revision got: it stays.
    ///   - now: As of `reach`.
    package mutating func place(_ event: EventSpan, known: EventID? = nil, now: Timestamp) -> EventID? {
        guard known != nil || Self.types.contains(event.type) else { return nil }
        let end = Self.end(of: event, now: now)
        let incidents = sites[event.site, default: []]
        let place =
            if let known { incidents.firstIndex { $0.id == known } } else {
                incidents.indices.filter { takes(incidents[$0], event.ts, end) }.max { precedes(incidents[$0], incidents[$1]) }
            }
        guard let place else {
            if let known { return known }
            let begun = Incident(id: event.id, site: event.site, from: event.ts, until: end)
            sites[event.site, default: []].append(begun)
            changes[begun.id] = begun
            return begun.id
        }
        let before = incidents[place]
        var incident = before
        incident.from = min(incident.from, event.ts)
        incident.until = max(incident.until, end)
        if incident != before {
            sites[event.site, default: []][place] = incident
            changes[incident.id] = incident
        }
        return incident.id
    }

    /// When an event ends, or up to when it has lasted. What lies further from its start than an incident is long joins nothing.
    private static func end(of event: EventSpan, now: Timestamp) -> Timestamp {
        let end = event.endTS ?? min(now, event.ts.advanced(bySeconds: ongoing))
        return max(event.ts, min(end, event.ts.advanced(bySeconds: longest)))
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
