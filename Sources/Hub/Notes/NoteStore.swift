package import Protocol

/// What people wrote about events. A note goes with its event.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol NoteStore: Sendable {
    /// In the order in which they were written; none of an event that is not there.
    func notes(of event: EventID) async throws(StoreError) -> [EventNote]
    func addNote(_ note: EventNote) async throws(StoreError) -> NoteOutcome
    /// - Parameter author: Whose it must be; nil for anybody's.
    /// - Returns: Whether there was such a note of this event.
    func deleteNote(_ id: EventID, of event: EventID, by author: String?) async throws(StoreError) -> Bool
}
