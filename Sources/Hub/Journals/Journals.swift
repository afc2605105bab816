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
}
