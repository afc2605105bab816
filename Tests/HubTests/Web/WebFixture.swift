import Base
import Hub
import Hummingbird
import HummingbirdTesting
import HTTPTypes
import Logging
import Protocol
import TestSupport
import Trust

/// A hub's web server on a store in memory, with an administrator.
struct WebFixture {
    static let password = "correct horse battery"

    let store = MemoryStore()
    let clock = ManualClock()
    let metrics = Metrics()
    let readiness = Readiness()
    let accounts: Accounts
    let stream: EventFanout
    let dependencies: WebDependencies
    let fleet: SQLiteStore
    let enrolment: Enrolment
    let trust: HubTrust
    let keyring: Keyring
    /// Every node of the fleet, as far as its cameras are changed.
    let node: CommandedNode
    let log = LogRecord()
    let folder: TemporaryDirectory

    init() async throws {
        let log = log
        let logger = Logger(label: "test") { _ in log.handler }
        folder = try TemporaryDirectory("web")
        let fleet = try await SQLiteStore.open(path: folder.path("hub.sqlite"))
        self.fleet = fleet
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": folder.path("hub")])
        let trust = try HubTrust.open(configuration.trust, names: ["localhost", "127.0.0.1"], now: clock.now)
        self.trust = trust
        let keyring = Keyring(trust, logger: logger)
        self.keyring = keyring
        let accounts = Accounts(
            store: store, audit: AuditLog(store: store, clock: clock, metrics: metrics, logger: logger), sealing: SecretSealing(keyring),
            clock: clock, logger: logger, hasher: PasswordHasher(logRounds: 10))
        self.accounts = accounts
        stream = EventFanout(metrics: metrics, logger: logger) { await accounts.goesOn($0) }
        let node = CommandedNode(trusting: trust.signingKey.verifyingKey)
        self.node = node
        enrolment = Enrolment(
            store: fleet, trust: trust, keyring: keyring,
            addresses: { Enrolment.Addresses(hubs: ["https://hub.test:8443"], brokers: ["hub.test:8883"]) }, clock: clock, logger: logger,
            changed: {})
        let parts = try PlaybackParts(
            store: fleet, trust: trust, keyring: keyring, clock: clock, folder: folder, send: { try node.answer($0, to: $1) })
        dependencies = WebDependencies(
            store: store, stream: stream, accounts: accounts, enrolment: enrolment,
            gate: NodeGate(store: fleet, connections: NodeConnections()),
            snapshots: Snapshots(store: fleet, keyring: keyring, clock: clock, metrics: metrics, logger: logger),
            identities: Identities(store: fleet, keyring: keyring, clock: clock, metrics: metrics, logger: logger),
            pictures: OfferedPictures(
                store: fleet, keyring: keyring, reader: KnownPictureReader(), clock: clock, metrics: metrics, logger: logger,
                holder: "tests",
                onLearnt: {}),
            journals: Journals(store: fleet),
            segments: SegmentIntake(store: fleet, clock: clock, metrics: metrics),
            cameras: CameraAdministration(
                store: fleet, key: trust.signingKey, clock: clock, logger: logger, send: { try node.answer($0, to: $1) },
                fleetChanged: {}, settingsChanged: {}),
            stars: parts.stars, deletions: parts.deletions, playback: parts.playback, uploads: parts.uploads, relay: parts.relay,
            live: parts.live,
            push: PushSender(
                store: fleet, sealing: SecretSealing(keyring), client: PushClient(allowsPrivate: false), contact: "https://hub.test",
                clock: clock, metrics: metrics, logger: logger),
            keyring: keyring, metrics: metrics,
            readiness: readiness,
            clock: clock,
            logger: logger, visitPause: 600)
        try await accounts.ensureAdministrator(password: Self.password)
    }

    /// Has a node join, whose commands `node` answers.
    func join(_ name: String) async throws {
        let hash = Array((name + String(repeating: "-", count: 32)).utf8.prefix(32))
        try await fleet.addInvitation(
            InvitationRecord(
                secretHash: hash, site: "home", node: name, createdAt: clock.now, expiresAt: clock.now.advanced(bySeconds: 60)))
        _ = try await fleet.redeemInvitation(
            secretHash: hash, keyFingerprint: name, sealingKey: node.sealingKey.publicKey.text, at: clock.now)
    }

    var app: some ApplicationProtocol { WebApplication.application(dependencies) }

    /// Opens a session and returns its cookie.
    func cookie() async throws -> String {
        let (token, _) = try await accounts.signIn(name: "admin", password: Self.password, from: SignInOrigin(address: "127.0.0.1"))
        return "\(SessionMiddleware.cookie)=\(token.text)"
    }

    /// An event of the porch camera, `seconds` after the clock's start.
    func event(
        _ number: Int, seconds: Double = 0, camera: String = "porch-cam", type: String = "motion", severity: Severity = .info,
        rev: Int64 = 1,
        payload: String = "{}"
    ) throws -> Event {
        let ts = Timestamp(microseconds: 1_790_000_000_000_000).advanced(bySeconds: seconds)
        return try Event(
            id: EventID(high: 0x0192_f6c2_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number)), rev: rev, node: "porch", epoch: "k3v9",
            seq: Int64(number), site: "home", sourceID: camera, type: type, severity: severity, ts: ts, endTS: ts.advanced(bySeconds: 21),
            payload: Array(payload.utf8))
    }
}
