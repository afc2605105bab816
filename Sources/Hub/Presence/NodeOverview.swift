package import Protocol

/// A node of the installation and what is known of it: what the API, the page and the metrics show.
package struct NodeOverview: Sendable {
    package enum State: String, Sendable { case online, offline, never }

    package struct Camera: Sendable, Hashable {
        package enum State: String, Sendable {
            case online, offline
            /// Its node is away: nobody knows.
            case unknown
        }

        package var id: String
        package var name: String
        package var state: State
        /// Why it stays off on this node, in words; nil for one that does not.
        package var problem: String?
        /// Why nothing of it is recorded although it should be, in words; nil where it is, or the node does not say.
        package var unrecorded: String?
        /// Whether it has a small stream beside its main one.
        package var hasSubStream: Bool
        /// Its last figures; nil where there are none, or they are of a node that is away.
        package var figures: NodeHealth.Camera?
    }

    package let node: NodeRecord
    /// Nil for a node that was never heard of.
    package let record: PresenceRecord?
    /// What whoever asks may see: other cameras are left out.
    private let scope: AccessScope

    package init(node: NodeRecord, record: PresenceRecord?, scope: AccessScope) {
        self.node = node
        self.record = record
        self.scope = scope
    }

    package var state: State { record.map { $0.isOnline ? .online : .offline } ?? .never }

    /// How many events are missing, 0 where none are known to be.
    package var missing: Int64 { record?.missing.flatMap { $0.isOpen ? $0.count : nil } ?? 0 }

    /// Those that the node announced, and behind them what only its figures name.
    package var cameras: [Camera] {
        guard let record else { return [] }
        let figures = Dictionary((record.health?.cameras ?? []).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let announced = record.state?.cameras ?? []
        let names = Set(announced.map(\.id))
        func camera(_ id: String, _ name: String, isOnline: Bool, announced: NodeCamera? = nil) -> Camera {
            Camera(
                id: id, name: name.isEmpty ? id : name, state: !record.isOnline ? .unknown : isOnline ? .online : .offline,
                problem: announced?.problem, unrecorded: announced?.unrecorded, hasSubStream: announced?.subStream == true,
                figures: record.isOnline ? figures[id] : nil)
        }
        let all =
            announced.map { camera($0.id, $0.name, isOnline: $0.online, announced: $0) }
            + (record.health?.cameras ?? []).filter { !names.contains($0.id) }.map { camera($0.id, "", isOnline: $0.online) }
        return all.filter { scope.contains(site: node.site, camera: $0.id) }
    }

    /// Every node of which something may be seen, by name.
    package static func all(from store: any EventStore & PresenceStore, _ scope: AccessScope) async throws(StoreError) -> [NodeOverview] {
        let nodes = try await store.nodes()
        let records = Dictionary(try await store.presence().map { ($0.node, $0) }, uniquingKeysWith: { $1 })
        return nodes.map { NodeOverview(node: $0, record: records[$0.name], scope: scope) }
            .filter { scope.contains(site: $0.node.site) || !$0.cameras.isEmpty }
    }
}
