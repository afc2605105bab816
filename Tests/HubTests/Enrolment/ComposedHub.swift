import Base
import Foundation
import Hub
import Logging
import MQTT
import NIOSSL
import Protocol
import ServiceLifecycle
import Settings
import TestSupport
import Testing
import Trust

/// A hub as the program composes it, with a Mosquitto of its own.
final class ComposedHub: Sendable {
    let composition: HubComposition
    let broker: EmbeddedBroker
    let folder: TemporaryDirectory
    private let logger: Logger
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    init() async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
        folder = try TemporaryDirectory("hub")
        let configuration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: [
                "data": folder.path("hub"), "listen": "127.0.0.1:0", "tls_listen": "127.0.0.1:0", "broker_listen": "127.0.0.1:0",
                "replica": "test",
            ])
        let composition = try await HubComposition.build(configuration, administratorPassword: nil, logger: logger)
        self.composition = composition
        broker = try #require(composition.broker)
        let group = ServiceGroup(services: composition.services, logger: logger)
        self.group = group
        running = Task { try await group.run() }
        let broker = broker
        try await eventually("web server and broker") { composition.web.ports.secure != nil && broker.status == .ready }
    }

    /// Stops it as a signal would.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        await composition.store.close()
    }

    /// Has a node join, and makes the files that it would have.
    func join(_ name: String) async throws -> Node {
        let line = try await composition.enrolment.invite(node: name, site: "home")
        let key = KeyPair()
        let answer = try await composition.enrolment.join(
            try JoinRequest(invitation: String(line.split(separator: " ").last ?? ""), key: key))
        let node = Node(
            name: name, serial: try CertificateFacts(pem: answer.certificate).serial, certificate: answer.certificate,
            key: key.privateKeyPEM, authority: answer.authority, file: folder.path("\(name)-\(UUID().uuidString).pem"),
            authorityFile: folder.path("authority.pem"))
        try PrivateFile.write(answer.certificate + key.privateKeyPEM, to: URL(filePath: node.file))
        try PrivateFile.write(answer.authority, to: URL(filePath: node.authorityFile))
        return node
    }

    /// A node's keys.
    struct Node: Sendable {
        let name: String
        let serial: String
        let certificate: String
        let key: String
        let authority: String
        /// Certificate and key.
        let file: String
        let authorityFile: String
    }

    /// A connection to the web server with the node's certificate, over which it has been recognised.
    func connect(_ node: Node) async throws -> RawConnection {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(node.authority.utf8)))
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(node.certificate.utf8)).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(node.key.utf8), format: .pem))
        return try await RawConnection.open(port: composition.web.ports.secure ?? 0, tls: tls)
    }

    /// What the web server answers a node that asks who it is.
    func identity(_ node: Node, _ connection: RawConnection) async throws -> Int? {
        try await connection.request("GET", "/api/v1/nodes/\(node.name)/identity")?.status
    }

    /// A node that publishes without a pause, for the length of a test.
    func withPublisher<R>(_ node: Node, _ body: (Publisher) async throws -> R) async throws -> R {
        var configuration = MQTTConfiguration(host: "127.0.0.1", port: broker.port, clientID: node.name)
        configuration.security = MQTTTransportSecurity(authorityFile: node.authorityFile, certificateFile: node.file, keyFile: node.file)
        configuration.reconnectDelay = 0.02...0.1
        let publisher = Publisher(client: MQTTClient(configuration, logger: logger), seen: Seen())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await publisher.client.run() }
            group.addTask { for await event in publisher.client.events { publisher.seen.note(event) } }
            group.addTask {
                while !Task.isCancelled {
                    do {
                        _ = try await publisher.client.publish(MQTTMessage(topic: Topics.health(node: node.name), payload: [123, 125]))
                    } catch { try? await eventually("a connection") { publisher.client.isConnected } }
                }
            }
            let result = try await body(publisher)
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    struct Publisher: Sendable {
        let client: MQTTClient
        let seen: Seen

        /// Publishes that the broker has taken.
        var accepted: Int { client.statistics.acknowledged + client.statistics.noSubscribers }
        /// Attempts to connect that were refused for its certificate.
        var refusals: Int { seen.errors.count { if case .security = $0 { true } else { false } } }

        /// Waits until more of its messages have been taken than by now.
        func goesOn() async throws {
            let before = accepted
            try await eventually("more messages to be taken") { accepted > before + 20 }
        }
    }
}
