import Base
import EdgeNode
import Foundation
import Hub
import Logging
import Protocol
import TestSupport
import Testing
import Trust

/// A node and a hub whose sealing key is replaced.
@Suite(.pairs, .timeLimit(.minutes(10))) struct KeyRotationTests {
    private static func files(_ folder: URL) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.appending(path: $0))) })
    }

    @Test("A node takes the new key when it asks, keeps it, and keeps all else as it was")
    func learns() async throws {
        let hub = try await RunningHub()
        let identity = try await hub.join("porch")
        let renewal = CertificateRenewal(identity, clock: SystemClock(), logger: hub.logger)
        let before = try Self.files(identity.folder)
        #expect(await renewal.askForKey())
        #expect(try Self.files(identity.folder) == before)

        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": hub.folder.path("hub")])
        _ = try KeyAdministration(configuration.trust).rotate()
        #expect(hub.hub.keyring.look())
        let key = hub.hub.keyring.publicKey
        #expect(key.text != identity.answer.sealingKey)
        #expect(await renewal.askForKey())
        #expect(renewal.current.answer.sealingKey == key.text)
        let after = try Self.files(identity.folder)
        #expect(after.filter { before[$0.key] != $0.value }.keys.sorted() == ["hub.json"] && after.count == before.count)
        let loaded = try #require(try NodeIdentity.load(identity.folder))
        #expect(loaded.answer == renewal.current.answer && loaded.answer.certificate == identity.answer.certificate)

        // What it seals from now on opens, and what it sealed before.
        for text in [identity.answer.sealingKey, try loaded.hubSealingKey().text] {
            let box = try SealedBox.seal([7], to: SealingPublicKey(text: text), context: [1])
            #expect(hub.hub.keyring.open(box, context: [1]) == [7])
        }
        try await hub.connects(loaded)
        // Whoever joins or renews later is told as well.
        #expect(try await hub.join("garden").answer.sealingKey == key.text)
        try await hub.stop()
    }

    @Test("A running node asks by itself")
    func runs() async throws {
        let hub = try await RunningHub()
        let identity = try await hub.join("porch")
        let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: ["data": hub.folder.path("hub")])
        _ = try KeyAdministration(configuration.trust).rotate()
        hub.hub.keyring.look()
        let renewal = CertificateRenewal(identity, clock: SystemClock(), logger: hub.logger)
        let running = Task { try await renewal.run() }
        let key = hub.hub.keyring.publicKey.text
        try await eventually("the new key") { renewal.current.answer.sealingKey == key }
        running.cancel()
        try await running.value
        try await hub.stop()
    }

    /// Who answers in the hub's place, or what.
    enum Impostor: String, CaseIterable {
        /// Of another authority.
        case otherHub
        /// With a node's certificate of the right one.
        case node
        /// The hub itself, with something that is no key.
        case garbage
        /// A hub of before keys could be replaced.
        case older
    }

    @Test("A key from whoever is not the hub is not taken, nor one that is none", arguments: Impostor.allCases)
    func impostors(_ impostor: Impostor) async throws {
        let now = SystemClock().now
        let authority = try CertificateAuthority.make(name: "Right", now: now)
        let issuer = impostor == .otherHub ? try CertificateAuthority.make(name: "Right", now: now) : authority
        let key = KeyPair()
        var certificate = try issuer.issueServer(names: ["127.0.0.1", "localhost"], publicKey: key.publicKey, now: now, days: 1).pem
        if impostor == .node {
            let request = try SigningRequest(pem: key.signingRequest(name: "localhost"))
            certificate = try authority.issueNode(request: request, node: "localhost", now: now, days: 1).pem
        }
        let offered =
            switch impostor {
            case .otherHub, .node: ",\"sealing_key\":\"\(SealingPrivateKey().publicKey.text)\""
            case .garbage: ",\"sealing_key\":\"AAAA\""
            case .older: ""
            }
        let body = Array("{\"node\":\"porch\"\(offered)}".utf8)
        let hub = try await FalseHub(certificate: certificate, key: key.privateKeyPEM) { _ in (200, body) }
        let folder = try TemporaryDirectory("rotation")
        let address = "https://\(impostor == .node ? "localhost" : "127.0.0.1"):\(hub.port)"
        let identity = try await Self.join(authority, then: address, folder, now)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let renewal = CertificateRenewal(identity, clock: SystemClock(), logger: logger)
        let before = try Self.files(identity.folder)
        #expect(await renewal.askForKey() == (impostor == .older))
        #expect(renewal.current.answer == identity.answer)
        #expect(try Self.files(identity.folder) == before)
        await hub.stop()
    }

    /// A node that joined a hub which is gone by now, and knows another address of it.
    private static func join(
        _ authority: CertificateAuthority, then address: String, _ folder: TemporaryDirectory, _ now: Timestamp
    ) async throws -> NodeIdentity {
        let key = KeyPair()
        let server = try authority.issueServer(names: ["127.0.0.1"], publicKey: key.publicKey, now: now, days: 1).pem
        let hub = try await FalseHub(certificate: server, key: key.privateKeyPEM) { request in
            guard let asked = try? NodeJSON.decode(JoinRequest.self, from: request.body),
                let signing = try? SigningRequest(pem: asked.request),
                let issued = try? authority.issueNode(request: signing, node: "porch", now: now, days: 1)
            else { return (200, Array(authority.certificatePEM.utf8)) }
            let answer = JoinAnswer(
                node: "porch", site: "home", certificate: issued.pem, authority: authority.certificatePEM, notAfter: issued.notAfter,
                hubs: [address], brokers: ["127.0.0.1:8883"], signingKey: SigningKey().verifyingKey.text,
                sealingKey: SealingPrivateKey().publicKey.text)
            return (201, NodeJSON.encode(answer) ?? [])
        }
        let token = try InvitationToken(authorityFingerprint: authority.fingerprint).text
        let identity = try await Joining.join(address: hub.address, invitation: token, dataFolder: folder.path("node"))
        await hub.stop()
        return identity
    }
}
