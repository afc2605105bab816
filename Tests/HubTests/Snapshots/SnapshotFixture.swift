import Base
import Foundation
import Hub
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOSSL
import Protocol
import Settings
import Synchronization
import TestSupport
import Testing
import Trust

/// A hub's web server over TLS, with a fleet and a store on disk.
final class SnapshotFixture: Sendable {
    let store: SQLiteStore
    let metrics = Metrics()
    let snapshots: Snapshots
    let identities: Identities
    /// Read by `reader`.
    let pictures: OfferedPictures
    let reader = KnownPictureReader()
    let stream: EventFanout
    let push: PushSender
    let clock = SystemClock()
    /// All that is logged.
    let log = LogRecord()
    let folder: TemporaryDirectory
    private let trust: HubTrust
    let keyring: Keyring
    private let dependencies: WebDependencies
    let accounts: Accounts

    /// - Parameters:
    ///   - takesPrivatePush: Whether push services on this machine are taken.
    ///   - send: What nodes answer to commands.
    init(
        takesPrivatePush: Bool = false, send: @escaping UploadDesk.Send = { _, _ in NodeReply(ok: false) }
    ) async throws {
        let logger = Logger(label: "test") { [log] _ in log.handler }
        folder = try TemporaryDirectory("snapshots")
        let store = try await SQLiteStore.open(path: folder.path("hub.sqlite"))
        self.store = store
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": folder.path("hub")])
        trust = try HubTrust.open(configuration.trust, names: ["localhost", "127.0.0.1"], now: SystemClock().now)
        keyring = Keyring(trust, logger: logger)
        snapshots = Snapshots(store: store, keyring: keyring, clock: clock, metrics: metrics, logger: logger)
        let stream = EventFanout(metrics: metrics, logger: logger) { _ in true }
        self.stream = stream
        identities = Identities(
            store: store, keyring: keyring, clock: clock, metrics: metrics, logger: logger,
            onErased: { [snapshots] in
                stream.forgetRecent()
                snapshots.forget()
            })
        pictures = Self.pictures(store, keyring, identities, reader, holder: "tests")
        let accounts = Accounts(
            store: store, audit: AuditLog(store: store, clock: clock, metrics: metrics, logger: logger), sealing: SecretSealing(keyring),
            clock: clock, logger: logger, hasher: PasswordHasher(logRounds: 10))
        self.accounts = accounts
        let parts = try PlaybackParts(store: store, trust: trust, keyring: keyring, clock: clock, folder: folder, send: send)
        push = PushSender(
            store: store, sealing: SecretSealing(keyring), client: PushClient(allowsPrivate: takesPrivatePush),
            contact: "mailto:somebody@example.org", clock: clock, metrics: metrics, logger: logger)
        let dependencies = WebDependencies(
            store: store, stream: stream, accounts: accounts,
            enrolment: Enrolment(
                store: store, trust: trust, keyring: keyring, addresses: { Enrolment.Addresses(hubs: [], brokers: []) }, clock: clock,
                logger: logger,
                changed: {}),
            gate: NodeGate(store: store, connections: NodeConnections()), snapshots: snapshots,
            identities: identities,
            pictures: pictures,
            journals: Journals(store: store),
            segments: SegmentIntake(store: store, clock: clock, metrics: metrics),
            cameras: CameraAdministration(
                store: store, key: trust.signingKey, clock: clock, logger: logger, send: { _, _ in NodeReply(ok: false) },
                fleetChanged: {}, settingsChanged: {}),
            stars: parts.stars, deletions: parts.deletions, playback: parts.playback, uploads: parts.uploads, relay: parts.relay,
            live: parts.live, push: push,
            keyring: keyring, metrics: metrics,
            readiness: Readiness(),
            clock: clock,
            logger: logger, visitPause: 600)
        self.dependencies = dependencies
        try await accounts.ensureAdministrator(password: WebFixture.password)
    }

    /// Says whether the account that tests ask with may see faces and names.
    func setNames(_ isGiven: Bool) async throws {
        // Somebody must stay who administers.
        try await store.upsertAccount(AccountRecord(name: "other", grants: [Grant(.administrator)], passwordHash: ""))
        let grants = [isGiven ? Grant(.administrator) : Grant(.operator, faces: false)]
        #expect(try await accounts.setGrants(grants, of: Accounts.administrator) == .done)
    }

    private static func pictures(
        _ store: SQLiteStore, _ keyring: Keyring, _ identities: Identities, _ reader: KnownPictureReader, holder: String
    ) -> OfferedPictures {
        OfferedPictures(
            store: store, keyring: keyring, reader: reader, clock: SystemClock(), metrics: Metrics(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, holder: holder, onLearnt: { identities.noteChange() })
    }

    /// What another replica takes in and looks at pictures with.
    func makePictures(_ reader: KnownPictureReader, holder: String) -> OfferedPictures {
        Self.pictures(store, keyring, identities, reader, holder: holder)
    }

    /// What brings nodes to send.
    var uploads: UploadDesk { dependencies.uploads }

    /// Two JPEGs as far as the hub looks, with a marker by which they are found wherever they lie open.
    static let marker: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10] + Array("JFIF\0".utf8)
    static let thumbnail = marker + [UInt8](repeating: 0x11, count: 6_000) + [0xFF, 0xD9]
    static let picture = marker + [UInt8](repeating: 0x22, count: 90_000) + [0xFF, 0xD9]

    /// Seals as a node does.
    func seal(
        _ bytes: [UInt8] = SnapshotWire.pack(thumbnail: thumbnail, picture: picture), event: EventID, node: String = "porch", rank: Int,
        to key: SealingPublicKey? = nil
    ) throws -> [UInt8] {
        try SealedBox.seal(
            bytes, to: key ?? trust.sealingKey.publicKey, context: SnapshotWire.context(node: node, event: event, rank: rank))
    }

    /// Seals anything as a node does.
    func seal(_ bytes: [UInt8], for context: [UInt8]) throws -> [UInt8] {
        try SealedBox.seal(bytes, to: trust.sealingKey.publicKey, context: context)
    }

    /// Has a node join, and returns what it shows of itself.
    func join(_ node: String, site: String = "home", secret: UInt8) async throws -> TLSConfiguration {
        let now = SystemClock().now
        let hash = [UInt8](repeating: secret, count: 32)
        try await store.addInvitation(
            InvitationRecord(secretHash: hash, site: site, node: node, createdAt: now, expiresAt: now.advanced(bySeconds: 60)))
        _ = try await store.redeemInvitation(secretHash: hash, keyFingerprint: node, sealingKey: "s", at: now)
        let key = KeyPair()
        let issued = try trust.authority.issueNode(
            request: SigningRequest(pem: key.signingRequest(name: node)), node: node, now: now, days: 30)
        _ = try await store.addCertificate(
            CertificateRecord(serial: issued.serial, node: node, issuedAt: now, notAfter: issued.notAfter, keyFingerprint: node))
        var configuration = try stranger()
        configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(issued.pem.utf8)).map { .certificate($0) }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.privateKeyPEM.utf8), format: .pem))
        return configuration
    }

    /// Somebody without a certificate.
    func stranger() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(trust.authority.certificatePEM.utf8)))
        return configuration
    }

    /// Serves for the length of a test.
    func serving<R: Sendable>(_ body: @escaping @Sendable (Int) async throws -> R) async throws -> R {
        let app = WebApplication.application(
            dependencies, listener: WebListener(.init(host: "127.0.0.1", port: 0), certificate: try WebCertificate(trust)))
        return try await app.test(.live) { client in try await body(client.port ?? 0) }
    }

    /// One request over a connection of its own.
    static func send(
        _ request: TestClient.Request, as configuration: TLSConfiguration, port: Int
    ) async throws -> TestClient.Response {
        try await TestClient.withClient(
            host: "127.0.0.1", port: port,  // Patient: a busy machine may stand still for longer than the client's own 15 s.
            configuration: .init(tlsConfiguration: configuration, timeout: .seconds(300), serverName: "localhost")
        ) { client in try await client.execute(request) }
    }

    /// Sends a picture as a node does, and returns the status and the kind of problem.
    static func put(
        _ box: [UInt8], event: EventID, node: String = "porch", rank: String? = "3", type: String? = "application/octet-stream",
        as configuration: TLSConfiguration, port: Int
    ) async throws -> Answer {
        var headers = HTTPFields()
        if let type { headers[.contentType] = type }
        if let rank { headers[HTTPField.Name(SnapshotWire.rankHeader)!] = rank }
        let request = TestClient.Request(
            "/api/v1/nodes/\(node)/snapshots/\(event)", method: .put, headers: headers, body: ByteBuffer(bytes: box))
        let response = try await send(request, as: configuration, port: port)
        let body = response.body.map { Array($0.readableBytesView) } ?? []
        let kind = (try? JSONObject(body))?.string("type").map { String($0.dropFirst("/problems/".count)) }
        return Answer(status: response.status.code, kind: kind)
    }

    /// What a node was told.
    struct Answer: Hashable, Sendable {
        var status: Int
        var kind: String?

        static let stored = Answer(status: 204, kind: nil)
        static let bad = Answer(status: 400, kind: "bad-snapshot")
    }

    /// The cookie of a session.
    func cookie() async throws -> HTTPFields { [.cookie: try await cookie(of: Accounts.administrator)] }

    /// The cookie of a session of an account that has the administrator's password.
    func cookie(of account: String) async throws -> String {
        let (token, _) = try await accounts.signIn(name: account, password: WebFixture.password, from: SignInOrigin(address: "127.0.0.1"))
        return "\(SessionMiddleware.cookie)=\(token.text)"
    }

    /// The application without a network.
    var app: some ApplicationProtocol { WebApplication.application(dependencies) }
}
