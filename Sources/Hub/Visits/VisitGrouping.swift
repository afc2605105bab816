package import Base
package import Protocol

/// Makes visits of events of people. A visit is one person who has a name, or all who have none, at one site, over its cameras, until they were not
/// seen for a while. Pure.
package struct VisitGrouping: Sendable, Hashable {
    /// Seconds without a sighting after which a visit is over.
    private let pause: Double

    /// - Parameter pause: Seconds without a sighting after which a visit is over.
    package init(pause: Double) { self.pause = pause }

    private struct Key: Hashable {
        var site: String
        var individual: EventID?
    }

    /// - Parameters:
    ///   - events: Of people, in any order; others are passed over.
    ///   - now: By which it is told whether a visit is over.
    /// - Returns: The latest first.
    package func visits(_ events: [StoredEvent], now: Timestamp) -> [Visit] {
        var open: [Key: Visit] = [:]
        var ends: [Key: [(camera: String, end: Timestamp)]] = [:]
        var closed: [Visit] = []
        let people = events.filter { ["person", "face"].contains($0.event.type) }.sorted {
            ($0.event.ts, $0.event.id) < ($1.event.ts, $1.event.id)
        }
        for stored in people {
            let event = stored.event
            let who = stored.knownIndividual
            let key = Key(site: event.site, individual: who?.id)
            // One that goes on was seen until now, or until its node went silent.
            let end = stored.seenUntil(now)
            if let visit = open[key], event.ts.seconds(since: visit.seen) > pause {
                closed.append(visit)
                open[key] = nil
                ends[key] = nil
            }
            var visit =
                open[key]
                ?? Visit(
                    site: event.site, individual: who?.id, name: who?.name, from: event.ts, to: nil, seen: end, isOpen: true, cameras: [],
                    events: [], people: 1)
            visit.seen = max(visit.seen, end)
            visit.events.append(event.id)
            if visit.portrait == nil, stored.identities != StoredEvent.nobody { visit.portrait = event.id }
            if !visit.cameras.contains(event.sourceID) { visit.cameras.append(event.sourceID) }
            var going = (ends[key] ?? []).filter { $0.end > event.ts }
            going.append((event.sourceID, end))
            ends[key] = going
            if who == nil { visit.people = max(visit.people, going.filter { $0.camera == event.sourceID }.count) }
            open[key] = visit
        }
        closed += open.values
        return closed.map { visit in
            var visit = visit
            visit.isOpen = now.seconds(since: visit.seen) <= pause
            visit.to = visit.isOpen ? nil : visit.seen
            return visit
        }.sorted { ($0.seen, $0.from, $0.events[0]) > ($1.seen, $1.from, $1.events[0]) }
    }
}

extension StoredEvent {
    /// Who is known to have been seen in it; nil where it is nobody who has a name, or only probably.
    package var knownIndividual: (id: EventID, name: String)? {
        for who in JSONObject.objects(in: identities) {
            guard who.string("state") == IdentityState.known.rawValue, let id = who.string("id").flatMap({ EventID($0) }),
                let name = who.string("name")
            else { continue }
            return (id, name)
        }
        return nil
    }

    /// When an event that goes on was seen last, by its own word.
    var lastSighting: Timestamp? {
        (try? JSONObject(event.payload))?.string("last_ts").flatMap { Timestamp(rfc3339: $0) }
    }
}
