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
        let nodes = Dictionary(try await fleet.cameras().map { ($0.id, $0.node) }) { $1 }
        let sites = Dictionary(try await fleet.fleetNodes().map { ($0.name, $0.site) }) { $1 }
        return cameras.filter { camera in scope.contains(site: nodes[camera].flatMap { sites[$0] }, camera: camera) }
    }
}
