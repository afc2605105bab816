import Base
import Foundation
import Hub
import Logging
import NIOSSL
import Protocol
import Settings
import TestSupport
import Trust

/// A web server with two listeners, one of them with TLS, that lets nodes join.
final class SecureWebFixture: Sendable {
    let base: EnrolmentFixture
    let enrolment: Enrolment
    let connections = NodeConnections()
    let access: FleetAccess
    private let accounts: Accounts
    private let web: WebApplication
    let parts: PlaybackParts
    let metrics = Metrics()

    /// - Parameters:
    ///   - usesRSA: Whether the server's certificate is one for an RSA key, as an administrator may give one.
    ///   - other: Another replica's installation; nil for one of its own.
    ///   - replica: With which its tickets begin.
    ///   - proxies: Whose forwarding headers count.
    ///   - send: What nodes answer to commands.
    init(
        usesRSA: Bool = false, of other: EnrolmentFixture? = nil, replica: String = "test", trusting proxies: TrustedProxies = .nobody,
        send: @escaping UploadDesk.Send = { _, _ in NodeReply(ok: false) }
    ) async throws {
        let base = if let other { other } else { try await EnrolmentFixture() }
        self.base = base
        let trust = usesRSA ? try await base.trustWithRSA() : base.trust
        let access = FleetAccess(
            store: base.store, trust: base.trust, broker: nil, connections: connections, clock: base.clock, logger: base.logger)
        self.access = access
        try await access.prepare()
        let ports = WebPorts()
        let enrolment = Enrolment(
            store: base.store, trust: base.trust, keyring: base.keyring,
            addresses: { Enrolment.Addresses(hubs: ["https://127.0.0.1:\(ports.secure ?? 0)"], brokers: ["127.0.0.1:8883"]) },
            clock: base.clock, logger: base.logger, changed: { await access.refresh() })
        self.enrolment = enrolment
        let memory = MemoryStore()
        let accounts = Accounts(
            store: memory, audit: AuditLog(store: memory, clock: base.clock, metrics: Metrics(), logger: base.logger),
            sealing: SecretSealing(base.keyring), clock: base.clock, logger: base.logger, hasher: PasswordHasher(logRounds: 10))
        try await accounts.ensureAdministrator(password: WebFixture.password)
        self.accounts = accounts
        let metrics = metrics
        let stream = EventFanout(metrics: metrics, logger: base.logger) { await accounts.goesOn($0) }
        let parts = try PlaybackParts(
            store: base.store, trust: base.trust, keyring: base.keyring, clock: base.clock, metrics: metrics, folder: base.folder,
            replica: replica, send: send)
        self.parts = parts
        let address = HostAndPort(host: "127.0.0.1", port: 0)
        web = WebApplication(
            WebDependencies(
                store: memory, stream: stream, accounts: accounts, enrolment: enrolment,
                gate: NodeGate(store: base.store, connections: connections),
                snapshots: Snapshots(
                    store: base.store, keyring: base.keyring, clock: base.clock, metrics: metrics, logger: base.logger),
                identities: Identities(store: base.store, keyring: base.keyring, clock: base.clock, metrics: metrics, logger: base.logger),
                pictures: OfferedPictures(
                    store: base.store, keyring: base.keyring, reader: KnownPictureReader(), clock: base.clock, metrics: metrics,
                    logger: base.logger, holder: "tests",
                    onLearnt: {}),
                journals: Journals(store: base.store),
                segments: SegmentIntake(store: base.store, clock: base.clock, metrics: metrics),
                cameras: CameraAdministration(
                    store: base.store, key: base.trust.signingKey, clock: base.clock, logger: base.logger,
                    send: { _, _ in NodeReply(ok: false) }, fleetChanged: {}, settingsChanged: {}),
                stars: parts.stars, deletions: parts.deletions, playback: parts.playback, uploads: parts.uploads, relay: parts.relay,
                live: parts.live,
                push: PushSender(
                    store: base.store, sealing: SecretSealing(base.keyring), client: PushClient(allowsPrivate: false),
                    contact: "https://hub.test", clock: base.clock, metrics: metrics, logger: base.logger),
                keyring: base.keyring,
                metrics: metrics,
                readiness: Readiness(),
                clock: base.clock, logger: base.logger, visitPause: 600, trustedProxies: proxies),
            listeners: [WebListener(address), WebListener(address, certificate: try WebCertificate(trust))], ports: ports)
    }

    /// Serves for the length of a test.
    func run(_ body: () async throws -> Void) async throws {
        do { try await serve(body) } catch {
            await parts.replicaClient.close()
            throw error
        }
        await parts.replicaClient.close()
    }

    private func serve(_ body: () async throws -> Void) async throws {
        let web = web
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await web.run() }
            try await eventually("both listeners") { web.ports.plain != nil && web.ports.secure != nil }
            try await body()
            group.cancelAll()
            // Cancelled in the middle of serving, it may say so.
            try? await group.waitForAll()
        }
    }

    /// Of the listener with TLS, while it serves.
    var securePort: Int { web.ports.secure ?? 0 }
    /// Of the listener without, while it serves.
    var plainPort: Int { web.ports.plain ?? 0 }

    /// A session's cookie, and that the request comes from this site.
    func signedIn() async throws -> [String] {
        let (token, _) = try await accounts.signIn(name: "admin", password: WebFixture.password, from: SignInOrigin(address: "127.0.0.1"))
        return ["Cookie: \(SessionMiddleware.cookie)=\(token.text)", "Origin: https://127.0.0.1:8443"]
    }

    /// A client that trusts the hub's authority.
    func tls(_ pem: String? = nil, key: String? = nil) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(base.trust.authority.certificatePEM.utf8)))
        if let pem, let key {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        }
        return configuration
    }

    func tls(_ node: EnrolmentFixture.JoinedNode) throws -> TLSConfiguration {
        try tls(node.answer.certificate, key: node.key.privateKeyPEM)
    }

    func connect(_ tls: TLSConfiguration) async throws -> RawConnection {
        try await RawConnection.open(port: web.ports.secure ?? 0, tls: tls)
    }

    func connect() async throws -> RawConnection { try await connect(tls()) }

    func connectWithoutTLS(secure: Bool = false) async throws -> RawConnection {
        try await RawConnection.open(port: (secure ? web.ports.secure : web.ports.plain) ?? 0, tls: nil)
    }

    /// A client that speaks TLS to the listener without.
    func connectWithTLSToPlain() async throws -> RawConnection { try await RawConnection.open(port: web.ports.plain ?? 0, tls: tls()) }
}
