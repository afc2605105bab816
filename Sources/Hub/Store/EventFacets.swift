package struct EventFacets: Sendable, Hashable {
    package var sites: [String]
    package var cameras: [String]
    package var types: [String]

    package init(sites: [String], cameras: [String], types: [String]) {
        self.sites = sites
        self.cameras = cameras
        self.types = types
    }
}
