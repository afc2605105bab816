import Base
import EdgeNode
import Foundation
import Hub
import Logging
import ServiceLifecycle
import Settings
import TestSupport

/// A hub with everything embedded and one node, composed as the programs compose them, in this process.
final class Installation: Sendable {
    static let password = "correct horse battery"

    let hub: HubComposition
    let node: EdgeComposition
    private let folder: TemporaryDirectory
    private let running: Task<Void, any Error>
    private let groups: [ServiceGroup]

    /// - Parameters:
    ///   - cameras: Camera ids and their sources.
    ///   - more: Other lines of a camera's table, by its id.
    ///   - node: Tables of the node's own.
    ///   - nodeClock: The node's.
    ///   - nodeLogger: The node's; nil for one that says nothing.
    ///   - perception: Makes ready what the node sees with.
    ///   - prepare: Called with the node's data folder before it starts for the first time.
    init(
        cameras: [(id: String, source: String)], more: [String: String] = [:], node lines: String = "",
        nodeClock: any WallClock = SystemClock(),
        nodeLogger: Logger? = nil,
        perception: @escaping @Sendable (EdgeConfiguration) async throws -> Perception = { try await NodeModels.perception($0) },
        prepare: (_ folder: String) throws -> Void = { _ in }
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let folder = try TemporaryDirectory("installation")
        self.folder = folder
        let hubConfiguration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: [
                "data": folder.path("hub"), "listen": "127.0.0.1:0", "tls_listen": "127.0.0.1:0", "broker_listen": "127.0.0.1:0",
                "replica": "test", "models": folder.path("node/models"),
            ])
        let hub = try await HubComposition.build(hubConfiguration, administratorPassword: Self.password, logger: logger)
        self.hub = hub
        let hubGroup = ServiceGroup(services: hub.services, logger: logger)
        let hubRunning = Task { try await hubGroup.run() }
        try await eventually("the web server to listen") { hub.web.ports.secure != nil }
        let line = try await hub.enrolment.invite(node: "porch", site: "home").split(separator: " ").map { String($0) }
        let identity = try await Joining.join(address: line[2], invitation: line[3], dataFolder: folder.path("node"))

        var text = "data = \"\(folder.path("node"))\"\n\(lines)\n"
        for camera in cameras { text += "[[camera]]\nid = \"\(camera.id)\"\nsource = \"\(camera.source)\"\n\(more[camera.id] ?? "")\n" }
        let file = folder.path("edge.toml")
        try PrivateFile.write(text, to: URL(filePath: file))
        let configuration = try EdgeConfiguration.load(
            path: file, environment: [:], joined: JoinedNode(node: identity.node, site: identity.site))
        try prepare(folder.path("node"))
        node = try await EdgeComposition.build(
            configuration, identity: identity, file: file, clock: nodeClock, perception: perception, logger: nodeLogger ?? logger)
        let nodeGroup = ServiceGroup(services: node.services, logger: logger)
        groups = [hubGroup, nodeGroup]
        running = Task {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await hubRunning.value }
                tasks.addTask { try await nodeGroup.run() }
                try await tasks.waitForAll()
            }
        }
    }

    /// Where the hub's administration commands are answered.
    var socket: URL { URL(filePath: folder.path("hub")).appending(path: "hub.sock") }

    /// Where the node's recordings are.
    var recordings: String { folder.path("node/recordings") }

    /// The page's address, once it is served.
    func address() async throws -> String {
        let web = hub.web
        try await eventually("the web server to listen") { web.boundPort != nil }
        return "http://127.0.0.1:\(web.boundPort ?? 0)"
    }

    /// Stops the node as a signal would; the hub goes on.
    func stopNode() async { await groups[1].triggerGracefulShutdown() }

    /// Stops node and hub as a signal would, the node first.
    /// - Throws: Where a service did not end in order.
    func stop() async throws {
        for group in groups.reversed() { await group.triggerGracefulShutdown() }
        try await running.value
        await node.outbox.close()
        await hub.store.close()
    }
}
