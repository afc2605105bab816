import Base
import Foundation
import Hub
import Logging
import Protocol
import Settings
import Synchronization
import TestSupport
import Testing
import Trust

/// Joining on a real database, with an authority in a folder of its own and a clock that goes only when the test says so.
final class EnrolmentFixture: Sendable {
    static let hub = "https://hub.test:8443"

    let folder: TemporaryDirectory
    let store: SQLiteStore
    let trust: HubTrust
    let keyring: Keyring
    let clock: ManualClock
    let log = LogRecord()
    let logger: Logger
    private let hubs = Mutex([EnrolmentFixture.hub])
    private let changeCount = Mutex(0)

    /// - Parameter now: Where the clock begins; TLS libraries have no clock but the machine's.
    init(now: Timestamp = SystemClock().now) async throws {
        folder = try TemporaryDirectory("enrolment")
        clock = ManualClock(now: now)
        store = try await SQLiteStore.open(path: folder.path("hub.sqlite"))
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": folder.path("hub")])
        trust = try HubTrust.open(configuration.trust, names: ["localhost", "127.0.0.1"], now: now)
        let log = log
        logger = Logger(label: "test") { _ in log.handler }
        keyring = Keyring(trust, logger: logger)
    }

    var enrolment: Enrolment {
        Enrolment(
            store: store, trust: trust, keyring: keyring,
            addresses: { [self] in Enrolment.Addresses(hubs: hubs.withLock { $0 }, brokers: ["hub.test:8883"]) }, clock: clock,
            logger: logger, changed: { [self] in changeCount.withLock { $0 += 1 } })
    }

    /// What a node that shows its certificate is told.
    func identity(_ node: String) -> String { "{\"node\":\"\(node)\",\"sealing_key\":\"\(keyring.publicKey.text)\"}" }

    /// The same authority with a server certificate for an RSA key, made by another implementation.
    func trustWithRSA() async throws -> HubTrust {
        let authority = folder.path("hub/trust/authority")
        let (key, request, certificate) = (folder.path("rsa.key"), folder.path("rsa.csr"), folder.path("rsa.pem"))
        try "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature,keyEncipherment\n"
            .write(toFile: folder.path("rsa.ext"), atomically: false, encoding: .utf8)
        for words in [
            ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", request],
            [
                "x509", "-req", "-in", request, "-CA", "\(authority).pem", "-CAkey", "\(authority).key", "-CAcreateserial", "-CAserial",
                folder.path("rsa.srl"), "-days", "30", "-extfile", folder.path("rsa.ext"), "-out", certificate,
            ],
        ] {
            let child = try ChildProcess(executable: "openssl", arguments: words)
            try #require(await child.waitForExit() == 0)
        }
        let configuration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: ["data": folder.path("hub"), "tls.certificate": certificate, "tls.certificate_key": key])
        return try HubTrust.open(configuration.trust, names: ["localhost", "127.0.0.1"], now: clock.now)
    }

    /// How often it was told that somebody may connect or may no longer.
    var changes: Int { changeCount.withLock { $0 } }

    /// As where no listener speaks TLS.
    func closeSecureListeners() { hubs.withLock { $0 = [] } }

    /// The secret part of the line that an invitation is.
    func invite(_ node: String, site: String = "home") async throws -> String {
        let line = try await enrolment.invite(node: node, site: site)
        return String(line.split(separator: " ").last ?? "")
    }

    /// Invites a node and has it join.
    func join(_ node: String, key: KeyPair = KeyPair()) async throws -> JoinedNode {
        let answer = try await enrolment.join(try JoinRequest(invitation: try await invite(node), key: key))
        return JoinedNode(answer: answer, key: key, facts: try CertificateFacts(pem: answer.certificate))
    }

    /// A node that has joined, as it sees itself.
    struct JoinedNode: Sendable {
        let answer: JoinAnswer
        let key: KeyPair
        let facts: CertificateFacts
    }
}

extension JoinRequest {
    init(invitation: String, key: KeyPair) throws {
        self.init(
            invitation: invitation, request: try key.signingRequest(name: "vigilar-node"),
            sealingKey: SealingPrivateKey().publicKey.text)
    }
}

extension RenewalRequest {
    init(key: KeyPair) throws { self.init(request: try key.signingRequest(name: "vigilar-node")) }
}
