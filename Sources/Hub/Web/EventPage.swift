import Protocol

/// One page of the newest-first list.
struct EventPage: Sendable {
    var events: [StoredEvent]
    /// Where the next page starts; nil where this is the last.
    let next: PageToken?

    /// Reads one event more than asked for, to know whether there are older ones.
    static func read(_ query: EventQuery, from store: any EventStore) async throws(StoreError) -> EventPage {
        var query = query
        let limit = query.limit
        query.limit = limit + 1
        let events = try await store.events(query)
        guard events.count > limit, let last = events.dropLast(events.count - limit).last else {
            return EventPage(events: events, next: nil)
        }
        return EventPage(events: Array(events.prefix(limit)), next: PageToken(ts: last.event.ts, id: last.event.id))
    }
}
