/// Whom the same frames go to: those who asked for the same and may see the same.
struct StreamAudience: Hashable {
    let filter: EventFilter
    /// Of which cameras they may see what happens, and who is known.
    private let (seen, identified): (AccessScope, AccessScope)

    init(filter: EventFilter, access: Access) {
        self.filter = filter
        (seen, identified) = (access.scope(.see), access.scope(.identify))
    }

    /// Of some frames those that they get, as they get them.
    func frames(of all: [StreamFrame]) -> [StreamFrame] {
        if filter.isOpen && seen == .everything && identified == .everything { return all }
        return all.filter { $0.passes(filter) && seen.contains(site: $0.site, camera: $0.camera) }.map {
            let frame = identified.contains(site: $0.site, camera: $0.camera) ? $0 : $0.withoutNames
            return seen.contains(site: $0.site) ? frame : frame.withoutIncident
        }
    }
}
