package import Protocol

/// What people think of events that should not have been ones. A verdict goes with its event.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol VerdictStore: Sendable {
    /// Nil where there is none, or no such event.
    func verdict(on event: EventID) async throws(StoreError) -> EventVerdict?
    /// Sets a verdict, and acknowledges the event by its account; that stays when the verdict is taken back. `misread` empties the event's portrait and
    /// takes it out of the gallery for good.
    /// - Returns: Whether there is such an event.
    func setVerdict(_ verdict: EventVerdict, on event: EventID) async throws(StoreError) -> Bool
    /// Whether somebody is known by what an event shows.
    func isInGallery(_ event: EventID) async throws(StoreError) -> Bool
    /// Takes a verdict back. What was forgotten does not come back.
    func deleteVerdict(on event: EventID) async throws(StoreError)
}
