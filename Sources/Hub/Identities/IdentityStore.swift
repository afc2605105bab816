package import Base
package import Protocol

/// Who was seen, and who has a name. Both adapters of `EventStore` have it, and one conformance suite runs over both. Portraits are sealed: the
/// store never sees one open.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing. Whatever changes
/// who an event's answer says was seen writes a feed row; that a portrait has come, and waits to be compared, does not.
package protocol IdentityStore: Sendable {
    // MARK: Portraits

    /// Keeps a portrait for as long as its event, in place of one with a lower rank; it is to be compared then, unless somebody has said who it is.
    /// One of another kind makes the event somebody else's.
    func putPortrait(_ facts: PortraitFacts, box: [UInt8], at time: Timestamp) async throws(StoreError) -> PortraitOutcome
    func portrait(of event: EventID) async throws(StoreError) -> StoredPortrait?
    /// Portraits that are to be compared, the newest first; no faces while recognition is off.
    func duePortraits(limit: Int) async throws(StoreError) -> [StoredPortrait]
    /// Portraits in certain states, the newest first.
    func portraits(_ kind: PortraitKind, _ states: Set<IdentityState>, limit: Int) async throws(StoreError) -> [StoredPortrait]
    /// Notes who was seen, where the portrait is still to be compared as it was then and nobody has said who it is meanwhile.
    /// - Returns: How many events say something else now.
    func decide(_ decisions: [IdentityDecision]) async throws(StoreError) -> Int
    /// Notes what somebody says of who was seen in some events, all of them or none. It stands until somebody says something else.
    func say(_ saying: Saying, in events: [EventID], by account: String, at time: Timestamp) async throws(StoreError) -> Saying.Outcome
    /// Has all portraits of a kind compared again that nobody has said anything about.
    func reconsider(_ kind: IndividualKind) async throws(StoreError)
    /// Forgets faces of those whom nobody has named, also where they are probably somebody. They do not come back for these events.
    /// - Parameters:
    ///   - time: Of events before it; nil: of all.
    ///   - limit: At most so many, so that nobody waits long.
    /// - Returns: How many.
    func forgetStrangers(before time: Timestamp?, limit: Int) async throws(StoreError) -> Int

    // MARK: Individuals

    /// Another name or profile.
    /// - Returns: Whether there is somebody of this id.
    func changeIndividual(_ id: EventID, name: String?, profile: Individual.Profile?) async throws(StoreError) -> Bool
    /// What somebody has consented to, in words, and until when they may be known; nil: nobody has said.
    /// - Returns: Whether there is somebody of this id.
    func setConsent(_ consent: String?, until time: Timestamp?, of id: EventID) async throws(StoreError) -> Bool
    func individual(_ id: EventID) async throws(StoreError) -> Individual?
    /// By name.
    func individuals(_ kind: IndividualKind?) async throws(StoreError) -> [IndividualRecord]
    /// What people or pets are known by, without what revoked nodes sent.
    func gallery(_ kind: IndividualKind) async throws(StoreError) -> [GalleryPortrait]
    /// Of what somebody is known by, also by what revoked nodes sent.
    func galleryEvents(of individual: EventID) async throws(StoreError) -> [EventID]
    /// The portrait of the gallery that came of an event, with the node and rank that it is sealed for; nil where it is gone.
    func galleryPortrait(_ event: EventID) async throws(StoreError) -> (box: [UInt8], node: String, rank: Int)?

    // MARK: The choice

    /// Nil where nobody ever chose.
    func recognition() async throws(StoreError) -> RecognitionChoice?
    func setRecognition(_ choice: RecognitionChoice) async throws(StoreError)
}
