/// For which cameras somebody has a right.
package enum AccessScope: Sendable, Hashable {
    case everything
    /// All cameras of these sites, and these cameras wherever they are; nothing where both are empty.
    case limited(sites: Set<String>, cameras: Set<String>)

    package static let nothing = AccessScope.limited(sites: [], cameras: [])

    /// - Parameters:
    ///   - site: Where the camera is, or was when it saw something; nil where nobody knows.
    ///   - camera: Its id, or of whatever an event comes of.
    package func contains(site: String?, camera: String) -> Bool {
        switch self {
        case .everything: true
        case .limited(let sites, let cameras): site.map(sites.contains) ?? false || cameras.contains(camera)
        }
    }

    /// Whether it is all of a site.
    package func contains(site: String) -> Bool {
        switch self {
        case .everything: true
        case .limited(let sites, _): sites.contains(site)
        }
    }
}
