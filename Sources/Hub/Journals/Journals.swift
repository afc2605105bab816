import Base
import Protocol

/// What the pages and answers of journals are made of.
package struct Journals: Sendable {
    package let store: any HubStore
    /// Called after a change by which a rule may have something to tell.
    let onChange: @Sendable () -> Void

    /// Called after somebody was erased.
    let onErased: @Sendable () -> Void

    package init(store: any HubStore, onChange: @escaping @Sendable () -> Void = {}, onErased: @escaping @Sendable () -> Void = {}) {
        self.store = store
        self.onChange = onChange
        self.onErased = onErased
    }

    /// What the clocks of the sites show.
    package func clocks() async throws(StoreError) -> SiteClocks { SiteClocks(zones: try await store.timeZones()) }

    // What routes change goes through here, not inlined: Swift 6.3.1 fails with -O where it splits a coroutine that has an inlined call with a typed
    // error, the answer of which decides whether another error is thrown.

    /// Notes what animal somebody says that an event shows.
    /// - Returns: Whether there is such an event, of an animal.
    @inline(never)
    func setSpecies(_ name: String?, of event: EventID, by account: String, at time: Timestamp) async throws -> Bool {
        guard let type = try await store.event(event)?.event.type, ["pet", "wildlife"].contains(type) else { return false }
        return try await store.setSpecies(name, of: event, by: account, at: time)
    }

    /// - Returns: Whether there was such a rule.
    @inline(never)
    func deleteRule(_ id: EventID) async throws -> Bool { try await store.deletePetRule(id) }

    @inline(never)
    func add(_ rule: PetRule) async throws -> PetRuleOutcome { try await store.addPetRule(rule) }

    /// - Returns: Whether there is such a camera.
    @inline(never)
    func setPlace(_ place: CameraPlace?, of camera: String) async throws -> Bool { try await store.setPlace(place, of: camera) }
}
