import Base
import EdgeNode
import Foundation
import Hub
import Logging
import ServiceLifecycle
import Settings
import Synchronization
import TestSupport

/// A hub with everything embedded and no node, composed as the program composes it, in this process.
final class RunningHub: Sendable {
    /// The machine's clock, set forward as a test likes.
    final class ShiftedClock: WallClock {
        private let shift = Mutex(0.0)

        var now: Timestamp { SystemClock().now.advanced(bySeconds: shift.withLock { $0 }) }
        var uptime: Double { SystemClock().uptime }

        func advance(by seconds: Double) { shift.withLock { $0 += seconds } }
    }

    let hub: HubComposition
    let clock = ShiftedClock()
    let folder: TemporaryDirectory
    let logger: Logger
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// - Parameter password: Of the administrator; nil for a hub that nobody signs in to.
    init(password: String? = nil) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
        folder = try TemporaryDirectory("joining")
        let configuration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: [
                "data": folder.path("hub"), "listen": "127.0.0.1:0", "tls_listen": "127.0.0.1:0", "broker_listen": "127.0.0.1:0",
                "replica": "test",
            ])
        let hub = try await HubComposition.build(configuration, administratorPassword: password, clock: clock, logger: logger)
        self.hub = hub
        let group = ServiceGroup(services: hub.services, logger: logger)
        self.group = group
        running = Task { try await group.run() }
        try await eventually("the web server to listen") { hub.web.ports.secure != nil }
    }

    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        await hub.store.close()
    }

    /// The hub's address and an invitation.
    func invite(_ node: String) async throws -> (address: String, invitation: String) {
        let words = try await hub.enrolment.invite(node: node, site: "home").split(separator: " ").map { String($0) }
        return (words[2], words[3])
    }

    /// Where a node's data lie.
    func data(_ node: String) -> String { folder.path("node-\(node)") }

    func join(_ node: String) async throws -> NodeIdentity {
        let (address, invitation) = try await invite(node)
        return try await Joining.join(address: address, invitation: invitation, dataFolder: data(node))
    }

    /// The configuration file of the one node that a test runs.
    var edgeFile: String { folder.path("edge.toml") }

    /// Runs a node with what its file says while `body` runs, and stops it as a signal would.
    func withNode(_ identity: NodeIdentity, _ body: (EdgeComposition) async throws -> Void) async throws {
        let configuration = try EdgeConfiguration.load(
            path: edgeFile, environment: [:], joined: JoinedNode(node: identity.node, site: identity.site))
        let node = try await EdgeComposition.build(configuration, identity: identity, file: edgeFile, logger: logger)
        let group = ServiceGroup(services: node.services, logger: logger)
        let running = Task { try await group.run() }
        do { try await body(node) } catch {
            await group.triggerGracefulShutdown()
            try? await running.value
            await node.outbox.close()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running.value
        await node.outbox.close()
    }

    /// Runs a node, whose camera is off, until it has answered a command of the hub.
    func connects(_ identity: NodeIdentity) async throws {
        let camera = "[[camera]]\nid = \"\(identity.node)-cam\"\nsource = \"rtsp://127.0.0.1:\(try FreePort.find())/off\"\n"
        try PrivateFile.write("data = \"\(data(identity.node))\"\n\(camera)", to: URL(filePath: edgeFile))
        let request = AdministrationRequest(command: .nodeResend, name: identity.node, since: "2020-01-01T00:00:00Z")
        let socket = URL(filePath: folder.path("hub")).appending(path: "hub.sock")
        try await withNode(identity) { _ in
            try await eventually("the node to answer") { try await AdministrationClient.ask(request, socket: socket)?.error == nil }
        }
    }
}
