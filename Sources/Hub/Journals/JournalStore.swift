package import Base
package import Protocol

/// What the journals know beside the events: where cameras look, which clock a site has, what somebody says of an animal, what they want to be told.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol JournalStore: Sendable {
    /// By camera; cameras of which nobody has said where they look are left out.
    func places() async throws(StoreError) -> [String: CameraPlace]
    /// - Parameter place: Nil: nobody knows.
    /// - Returns: Whether there is such a camera.
    func setPlace(_ place: CameraPlace?, of camera: String) async throws(StoreError) -> Bool

    /// Names of the tz database, by site; sites of which nobody has said are left out.
    func timeZones() async throws(StoreError) -> [String: String]
    /// - Parameter zone: Nil: the hub's own.
    func setTimeZone(_ zone: String?, of site: String) async throws(StoreError)

    /// Notes what animal somebody says that an event shows; it stands beside what the node says and outlives its revisions.
    /// - Parameter name: Nil takes it back.
    /// - Returns: Whether there is such an event.
    func setSpecies(_ name: String?, of event: EventID, by account: String, at time: Timestamp) async throws(StoreError) -> Bool

    /// In the order in which they were made.
    func petRules() async throws(StoreError) -> [PetRule]
    func addPetRule(_ rule: PetRule) async throws(StoreError) -> PetRuleOutcome
    /// - Returns: Whether there was such a rule.
    func deletePetRule(_ id: EventID) async throws(StoreError) -> Bool
    /// Says of an event of the hub's own whom it is about, without having been seen in it: answers name them, and an erasure takes the name away.
    /// Repeating it changes nothing.
    func setSubject(_ individual: EventID, of event: EventID) async throws(StoreError)
}
