package import Base
package import Protocol

/// Two individuals who are one, and how they become two again. Both adapters of `EventStore` have it, and one conformance suite runs over both.
///
/// What is somebody's says whose it was before (`origin` in `gallery`, `pet_rules`, `event_subjects` and `offered_pictures`); what was said of an event belongs to the
/// picture of the gallery that came of it. Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that
/// throws has changed nothing.
package protocol MergeStore: Sendable {
    /// Makes one of two: everything of the other is the individual's, and what was compared is to be compared again.
    func merge(_ other: EventID, into individual: EventID, by account: String, at time: Timestamp) async throws(StoreError) -> Merge.Outcome
    /// Undoes a merge: whoever was merged is there again, with what was theirs; a group of events is nobody's. What was compared is to be compared
    /// again.
    /// - Parameter individual: Into whom it is merged, not by way of another.
    /// - Returns: Whether there is such a merge.
    func split(_ merge: EventID, from individual: EventID) async throws(StoreError) -> Bool
    /// What was merged into somebody, also by way of others; the latest first. Groups of events of which nothing is left are left out.
    func merges(of individual: EventID) async throws(StoreError) -> [Merge]
}
