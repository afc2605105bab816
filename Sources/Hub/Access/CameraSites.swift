/// Where cameras are: at the site of the node that has them now.
struct CameraSites: Sendable {
    let fleet: any FleetStore

    /// Nil for a camera that no node has.
    func site(of camera: String) async throws(StoreError) -> String? {
        guard let node = try await fleet.cameras().first(where: { $0.id == camera })?.node else { return nil }
        return try await fleet.fleetNode(node)?.site
    }

    /// Those of some cameras for which somebody has a right.
    func those(of cameras: Set<String>, in scope: AccessScope) async throws(StoreError) -> Set<String> {
        if scope == .everything { return cameras }
        var permitted: Set<String> = []
        for camera in cameras where scope.contains(site: try await site(of: camera), camera: camera) { permitted.insert(camera) }
        return permitted
    }
}
