package import Protocol

/// The incidents that the sequencer put events into: see `EventStore.stampFeed`.
package protocol IncidentStore: Sendable {
    /// The events of an incident, oldest first, at most `limit`; none where there is no such incident.
    func events(of incident: EventID, limit: Int) async throws(StoreError) -> [EventSpan]
}
