/// What somebody may do: all that their grants give, together.
package struct Access: Sendable, Hashable {
    package let grants: [Grant]

    package init(_ grants: [Grant]) { self.grants = grants }

    /// Of whoever is not signed in.
    package static let none = Access([])

    /// For which cameras they have a right.
    package func scope(_ right: Right) -> AccessScope {
        let giving = grants.filter { $0.gives(right) }
        if giving.contains(where: { $0.site == nil && $0.camera == nil }) { return .everything }
        return .limited(sites: Set(giving.compactMap { $0.camera == nil ? $0.site : nil }), cameras: Set(giving.compactMap(\.camera)))
    }

    package func mayEverywhere(_ right: Right) -> Bool { scope(right) == .everything }

    package func may(_ right: Right, site: String?, camera: String) -> Bool { scope(right).contains(site: site, camera: camera) }

    /// The highest role that they have anywhere; nil where they have none.
    package var highestRole: Role? { Role.allCases.last { role in grants.contains { $0.role == role } } }
}
