package import Protocol

/// What a stream's client asked to see. Empty sets do not filter.
package struct EventFilter: Sendable, Hashable {
    package var sites: Set<String> = []
    package var cameras: Set<String> = []
    package var types: Set<String> = []
    package var minimumSeverity: Severity?

    package init() {}

    /// Whether anything is left out.
    package var isOpen: Bool { sites.isEmpty && cameras.isEmpty && types.isEmpty && minimumSeverity == nil }

    package func admits(site: String, camera: String, type: String, severity: Severity) -> Bool {
        (sites.isEmpty || sites.contains(site)) && (cameras.isEmpty || cameras.contains(camera)) && (types.isEmpty || types.contains(type))
            && severity >= (minimumSeverity ?? .info)
    }
}
