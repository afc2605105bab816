import Base
import Foundation
import Hub
import Logging
import MQTT
import NIOSSL
import Protocol
import Settings
import Synchronization
import TestSupport
import Testing
import Trust

/// What a client was told.
final class Seen: Sendable {
    private let state = Mutex((topics: [String](), errors: [MQTTError]()))

    func note(_ event: MQTTEvent) {
        state.withLock { state in
            switch event {
            case .message(let message): state.topics.append(message.topic)
            case .disconnected(let error): state.errors.append(error)
            case .connected: break
            }
        }
    }

    var topics: [String] { state.withLock { $0.topics } }
    var errors: [MQTTError] { state.withLock { $0.errors } }
}

/// An authority, and an embedded broker with a certificate of it, in a folder of their own.
final class BrokerFixture: Sendable {
    static let standard = [BrokerNode(name: "porch", cameras: ["porch-cam"]), BrokerNode(name: "garden", cameras: ["garden-cam"])]

    let folder: TemporaryDirectory
    let trust: HubTrust
    let authority: CertificateAuthority
    let logger: Logger

    init() throws {
        folder = try TemporaryDirectory("broker")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": folder.path("hub")])
        trust = try HubTrust.open(configuration.trust, names: ["localhost", "127.0.0.1"], now: SystemClock().now)
        authority = trust.authority
    }

    /// A broker that has not started.
    func broker(port: Int = 0) throws -> EmbeddedBroker {
        try EmbeddedBroker(
            folder: URL(filePath: folder.path("broker")), listen: HostAndPort(host: "127.0.0.1", port: port), certificates: trust.files,
            logger: logger)
    }

    /// An empty list of the authority's, or one with these serials.
    func revocations(_ serials: [String] = []) throws -> String {
        let now = SystemClock().now
        return try authority.revocationList(
            serials.map { Revocation(serial: $0, revokedAt: now) }, number: now.microseconds, now: now, days: 30)
    }

    /// Runs a broker with the standard nodes for the length of a test.
    func withBroker<R>(_ body: (EmbeddedBroker) async throws -> R) async throws -> R {
        let broker = try broker()
        try await broker.set(nodes: Self.standard, revocations: revocations())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await broker.run() }
            try await eventually("the broker") { broker.status == .ready }
            let result = try await body(broker)
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    /// A node's certificate and key as files.
    /// - Parameters:
    ///   - name: Its common name.
    ///   - issuer: Another authority than the broker's.
    ///   - now: When it is issued.
    func credentials(
        _ name: String, by issuer: CertificateAuthority? = nil, now: Timestamp? = nil, days: Int = 30
    ) throws -> (security: MQTTTransportSecurity, serial: String) {
        let key = KeyPair()
        let request = try SigningRequest(pem: key.signingRequest(name: name))
        let issued = try (issuer ?? authority).issueNode(request: request, node: name, now: now ?? SystemClock().now, days: days)
        let file = folder.path("\(name)-\(issued.serial).pem")
        try PrivateFile.write(issued.pem + key.privateKeyPEM, to: URL(filePath: file))
        return (
            MQTTTransportSecurity(authorityFile: trust.files.authority.path, certificateFile: file, keyFile: file), issued.serial
        )
    }

    /// A certificate that nobody but its own key has signed, made by another implementation.
    func selfSigned(_ name: String) async throws -> MQTTTransportSecurity {
        let (key, certificate) = (folder.path("own.key"), folder.path("own.pem"))
        let child = try ChildProcess(
            executable: "openssl",
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)", "-days", "1",
                "-keyout", key, "-out", certificate,
            ])
        try #require(await child.waitForExit() == 0)
        return MQTTTransportSecurity(authorityFile: trust.files.authority.path, certificateFile: certificate, keyFile: key)
    }

    /// TLS with a node's certificate for a connection on which a test says what it likes.
    func tls(_ name: String) throws -> TLSConfiguration {
        let file = try credentials(name).security.certificateFile ?? ""
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(trust.files.authority.path)
        tls.certificateChain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))
        return tls
    }

    /// Connects as a node for the length of a test.
    func withNode<R>(
        _ broker: EmbeddedBroker, _ name: String, clientID: String? = nil, security: MQTTTransportSecurity? = nil,
        _ body: (MQTTClient, Seen) async throws -> R
    ) async throws -> R {
        var configuration = MQTTConfiguration(host: "127.0.0.1", port: broker.port, clientID: clientID ?? name)
        configuration.security = try security ?? credentials(name).security
        return try await withClient(configuration, body)
    }

    /// Connects as a part of the hub for the length of a test.
    func withHub<R>(
        _ broker: EmbeddedBroker, _ part: String = "test", _ body: (MQTTClient, Seen) async throws -> R
    ) async throws -> R {
        try await withClient(broker.client("hub-x-\(part)"), body)
    }

    func withClient<R>(_ configuration: MQTTConfiguration, _ body: (MQTTClient, Seen) async throws -> R) async throws -> R {
        var configuration = configuration
        configuration.reconnectDelay = 0.05...0.4
        let client = MQTTClient(configuration, logger: logger)
        let seen = Seen()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask { for await event in client.events { seen.note(event) } }
            let result = try await body(client, seen)
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }
}
