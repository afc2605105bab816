package import Base
package import Protocol

/// Who was seen, and who has a name. Both adapters of `EventStore` have it, and one conformance suite runs over both. Portraits are sealed: the
/// store never sees one open.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing. Whatever changes
/// what an event's answer says of who was seen writes a feed row.
package protocol IdentityStore: Sendable {
    // MARK: Portraits

    /// Keeps a portrait for as long as its event, in place of one with a lower rank; it is to be compared then, unless somebody has said who it is.
    func putPortrait(_ facts: PortraitFacts, box: [UInt8], at time: Timestamp) async throws(StoreError) -> SnapshotOutcome
    func portrait(of event: EventID) async throws(StoreError) -> StoredPortrait?
    /// Portraits that are to be compared, the newest event first.
    func duePortraits(limit: Int) async throws(StoreError) -> [StoredPortrait]
    /// Portraits in certain states, the newest event first.
    func portraits(_ kind: PortraitKind, _ states: Set<IdentityState>, limit: Int) async throws(StoreError) -> [StoredPortrait]
    /// Notes who was seen. What somebody said is only changed by somebody.
    /// - Parameter rank: Of the portrait that was compared: where there is a better one by now nothing is changed.
    /// - Returns: Whether anything changed.
    func decide(_ event: EventID, rank: Int, _ decision: IdentityDecision) async throws(StoreError) -> Bool
    /// Has all portraits of a kind compared again that nobody has said anything about.
    func reconsider(_ kind: PortraitKind) async throws(StoreError)
    /// Forgets the faces of those whom nobody has named.
    /// - Parameter time: Of events before it; nil: of all.
    /// - Returns: How many.
    func forgetStrangers(before time: Timestamp?) async throws(StoreError) -> Int

    // MARK: Individuals

    /// Adds somebody, or changes their name and profile.
    func putIndividual(_ individual: Individual) async throws(StoreError)
    func individual(_ id: EventID) async throws(StoreError) -> Individual?
    /// By name.
    func individuals(_ kind: IndividualKind?) async throws(StoreError) -> [IndividualRecord]
    /// Takes somebody away, with all pictures that they are known by and all portraits in which they were known. Their events stay, without them.
    /// - Returns: Whether there was somebody.
    func eraseIndividual(_ id: EventID) async throws(StoreError) -> Bool
    /// Somebody is known by an event's portrait from now on.
    func addToGallery(_ event: EventID, _ individual: EventID, by account: String, at time: Timestamp) async throws(StoreError)
    /// Nobody is known by an event's portrait any more.
    func removeFromGallery(_ event: EventID) async throws(StoreError)
    func gallery(_ kind: IndividualKind) async throws(StoreError) -> [GalleryPortrait]

    // MARK: The choice

    /// Nil where nobody ever chose.
    func recognition() async throws(StoreError) -> RecognitionChoice?
    func setRecognition(_ choice: RecognitionChoice) async throws(StoreError)
}
