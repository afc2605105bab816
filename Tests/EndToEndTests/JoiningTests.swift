import Base
import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing
import Trust

/// A node on its way into an installation, and what it does when the other side is not what it should be.
@Suite(.pairs, .timeLimit(.minutes(10))) struct JoiningTests {
    /// Who answers at the hub's address in its place.
    enum Impostor: String, CaseIterable {
        /// Another hub, honest about its authority.
        case otherHub
        /// It shows the right authority's certificate, which everybody may have, but has none of its own of that authority's.
        case borrowedAuthority
        /// As that one, with an authority of the same name.
        case sameNamedAuthority
        /// A node of the installation, whose certificate is of the right authority but no server's, and names the address.
        case node
        case garbage
    }

    @Test("To whoever is not the hub that wrote the invitation a node sends nothing of it", arguments: Impostor.allCases)
    func impostors(_ impostor: Impostor) async throws {
        let now = SystemClock().now
        let authority = try CertificateAuthority.make(name: "Right", now: now)
        let other = try CertificateAuthority.make(name: impostor == .sameNamedAuthority ? "Right" : "Other", now: now)
        let token = try InvitationToken(authorityFingerprint: authority.fingerprint)
        let key = KeyPair()
        var certificate = try other.issueServer(names: ["127.0.0.1", "localhost"], publicKey: key.publicKey, now: now, days: 1).pem
        var offered = authority.certificatePEM
        switch impostor {
        case .otherHub: offered = other.certificatePEM
        case .garbage: offered = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        case .borrowedAuthority, .sameNamedAuthority: break
        case .node:
            let request = try SigningRequest(pem: key.signingRequest(name: "localhost"))
            certificate = try authority.issueNode(request: request, node: "localhost", now: now, days: 1).pem
        }
        let answer = Array(offered.utf8)
        let hub = try await FalseHub(certificate: certificate, key: key.privateKeyPEM) { _ in (200, answer) }
        let folder = try TemporaryDirectory("joining")
        let address = "https://\(impostor == .node ? "localhost" : "127.0.0.1"):\(hub.port)"
        let error = await #expect(throws: IdentityError.self) {
            try await Joining.join(address: address, invitation: token.text, dataFolder: folder.path("node"))
        }
        let text = error?.description ?? ""
        #expect(
            text.contains("is not the hub that wrote this invitation") || text.contains("certificate is not of this node's authority"),
            "\(text)")
        #expect(!text.contains(token.text))
        // It was asked for its authority's certificate and nothing else.
        #expect(hub.requests == ["GET /api/v1/join/authority"])
        let received = String(decoding: hub.received, as: UTF8.self)
        #expect(!received.contains("vgi1_") && !received.contains(token.text.dropFirst(5).prefix(12)) && !received.contains("CERTIFICATE"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("node/identity")))
        await hub.stop()
    }

    @Test("Where the hub's certificate does not name the address, the error says what to do, and the invitation stays unsent")
    func unnamedAddress() async throws {
        let now = SystemClock().now
        let authority = try CertificateAuthority.make(name: "Right", now: now)
        let token = try InvitationToken(authorityFingerprint: authority.fingerprint)
        let key = KeyPair()
        let certificate = try authority.issueServer(names: ["hub.test", "192.0.2.7"], publicKey: key.publicKey, now: now, days: 1).pem
        let answer = Array(authority.certificatePEM.utf8)
        let hub = try await FalseHub(certificate: certificate, key: key.privateKeyPEM) { _ in (200, answer) }
        let folder = try TemporaryDirectory("joining")
        for host in ["127.0.0.1", "localhost"] {
            let error = await #expect(throws: IdentityError.self) {
                try await Joining.join(address: "https://\(host):\(hub.port)", invitation: token.text, dataFolder: folder.path("node"))
            }
            #expect(error?.description.contains("does not name this address; set names in hub.toml") == true, "\(error?.description ?? "")")
        }
        #expect(hub.requests.allSatisfy { $0 == "GET /api/v1/join/authority" })
        await hub.stop()
    }

    @Test("An address that is none, or at which nobody answers, is told, and a mistyped invitation before anything is sent")
    func addresses() async throws {
        let token = try InvitationToken(authorityFingerprint: CertificateAuthority.make(name: "Right", now: SystemClock().now).fingerprint)
            .text
        let folder = try TemporaryDirectory("joining")
        let dead = "127.0.0.1:\(try FreePort.find())"
        for (address, invitation, wanted) in [
            ("http://\(dead)", token, "must begin with https://"), (dead, token, "must begin with https://"),
            ("https://\(dead)", token, "nothing listens there"), ("https://\(dead)", String(token.dropLast()), "cut short"),
            ("https://\(dead)", token.dropLast() + "!", "mistyped"),
        ] {
            let error = await #expect(throws: IdentityError.self) {
                try await Joining.join(address: address, invitation: invitation, dataFolder: folder.path("node"))
            }
            #expect(error?.description.contains(wanted) == true, "\(error?.description ?? "")")
        }
    }

    @Test("A used invitation leaves the identity that a node has as it was")
    func refused() async throws {
        let hub = try await RunningHub()
        let (address, invitation) = try await hub.invite("porch")
        let identity = try await Joining.join(address: address + "/", invitation: invitation, dataFolder: hub.data("porch"))
        let before = try Self.files(identity.folder)
        let error = await #expect(throws: IdentityError.self) {
            try await Joining.join(address: address, invitation: invitation, dataFolder: hub.data("porch"))
        }
        #expect(error?.description.contains("has been used") == true, "\(error?.description ?? "")")
        #expect(try Self.files(identity.folder) == before)
        try await hub.connects(identity)
        try await hub.stop()
    }

    @Test("The node's private keys are in nothing that the hub received, and in nothing that it keeps")
    func keysStay() async throws {
        let hub = try await RunningHub()
        let (_, invitation) = try await hub.invite("porch")
        // In the hub's place, with its certificate, so that what the node sends is seen; the hub answers.
        let server = try String(contentsOfFile: hub.folder.path("hub/trust/server.pem"), encoding: .utf8)
        let enrolment = hub.hub.enrolment
        let clock = hub.clock
        let witness = try await FalseHub(certificate: server, key: server) { request in
            do {
                switch request.line {
                case "GET /api/v1/join/authority": return (200, Array(enrolment.authority.utf8))
                case "POST /api/v1/join":
                    let answer = try await enrolment.join(try NodeJSON.decode(JoinRequest.self, from: request.body))
                    return (201, NodeJSON.encode(answer) ?? [])
                default:
                    clock.advance(by: 60)
                    let renewal = try NodeJSON.decode(RenewalRequest.self, from: request.body)
                    guard case .renewed(let answer) = try await enrolment.renew(node: "porch", renewal) else { return (500, []) }
                    return (200, NodeJSON.encode(answer) ?? [])
                }
            } catch { return (500, []) }
        }
        let identity = try await Joining.join(address: witness.address, invitation: invitation, dataFolder: hub.data("porch"))
        #expect(await CertificateRenewal(identity, clock: SystemClock(), logger: hub.logger).renew() == .renewed)
        #expect(witness.requests == ["GET /api/v1/join/authority", "POST /api/v1/join", "POST /api/v1/nodes/porch/certificate"])
        try await hub.connects(identity)
        try await hub.stop()

        let secrets = try Self.secrets(identity.folder)
        #expect(secrets.count >= 8)
        var places = [("what it received", Data(witness.received))]
        let root = URL(filePath: hub.folder.path("hub"))
        for case let file as URL in try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey]))
        where try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
            places.append((file.path, try Data(contentsOf: file)))
        }
        #expect(places.contains { $0.0.hasSuffix("hub.sqlite") })
        for (place, content) in places {
            for secret in secrets { #expect(content.range(of: secret) == nil, "\(place)") }
        }
        // What is looked for would be found.
        let own =
            try Data(contentsOf: identity.folder.appending(path: "node.key"))
            + Data(contentsOf: identity.folder.appending(path: "sealing.key"))
        #expect(secrets.count { own.range(of: $0) != nil } >= 2)
        await witness.stop()
    }

    /// A node's private keys in the spellings that somebody might send or store them in.
    private static func secrets(_ folder: URL) throws -> [Data] {
        let pem = try String(contentsOf: folder.appending(path: "node.key"), encoding: .utf8)
        let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        let der = try #require(Data(base64Encoded: lines.joined()))
        // The number itself, as an ECPrivateKey of RFC 5915 has it.
        let mark = try #require(der.range(of: Data([2, 1, 1, 4, 32])))
        let number = der[mark.upperBound..<mark.upperBound + 32]
        let sealing = try String(contentsOf: folder.appending(path: "sealing.key"), encoding: .utf8).trimmingCharacters(in: .newlines)
        let standard = sealing.replacing("-", with: "+").replacing("_", with: "/")
        let raw = try #require(Data(base64Encoded: standard + "="))
        var out = lines.prefix(2).map { Data($0.utf8) } + [number, raw, Data(sealing.utf8)]
        for key in [number, raw] {
            out.append(Data(key.base64EncodedString().dropLast(2).utf8))
            out.append(Data(key.map { String(format: "%02x", $0) }.joined().utf8))
        }
        return out
    }

    // MARK: Addresses and renewal

    @Test("Where the first of the hub's addresses is dead, a node connects and renews by the second")
    func alternatives() async throws {
        let hub = try await RunningHub()
        let joined = try await hub.join("porch")
        var answer = joined.answer
        let dead = "127.0.0.1:\(try FreePort.find())"
        answer.hubs.insert("https://\(dead)", at: 0)
        answer.brokers.insert(dead, at: 0)
        try PrivateFile.write(try #require(NodeJSON.encode(answer)), to: joined.folder.appending(path: "hub.json"))
        let identity = try #require(try NodeIdentity.load(joined.folder))
        #expect(identity.answer.brokers.first == dead)
        try await hub.connects(identity)
        hub.clock.advance(by: 60)
        #expect(await CertificateRenewal(identity, clock: SystemClock(), logger: hub.logger).renew() == .renewed)
        try await hub.stop()
    }

    @Test("A renewal writes the new certificate, with which the node still connects; what it has stays where the hub says no")
    func renewal() async throws {
        let hub = try await RunningHub()
        let identity = try await hub.join("porch")
        let renewal = CertificateRenewal(identity, clock: SystemClock(), logger: hub.logger)
        let before = try Self.files(identity.folder)
        guard case .failed(let reason) = await renewal.renew() else {
            Issue.record("too soon, and renewed all the same")
            return
        }
        #expect(reason.contains("ask again in"), "\(reason)")
        #expect(try Self.files(identity.folder) == before)
        hub.clock.advance(by: 60)
        #expect(await renewal.renew() == .renewed)
        let after = try Self.files(identity.folder)
        #expect(Set(after.keys) == Set(before.keys))
        let changed = after.filter { before[$0.key] != $0.value }.keys.sorted()
        #expect(changed == ["certificate.pem", "hub.json"])
        let loaded = try #require(try NodeIdentity.load(identity.folder))
        #expect(loaded.answer == renewal.current.answer)
        let facts = try CertificateFacts(pem: String(contentsOf: identity.folder.appending(path: "certificate.pem"), encoding: .utf8))
        #expect(facts.serial != (try CertificateFacts(pem: identity.answer.certificate).serial))
        #expect(facts.notAfter == loaded.answer.notAfter)
        try await hub.connects(loaded)

        hub.clock.advance(by: 91 * 86_400)
        #expect(await renewal.renew() == .waiting)
        #expect(try await hub.hub.enrolment.admit(node: "porch"))
        #expect(await renewal.renew() == .renewed)
        #expect(try await hub.hub.enrolment.revoke(node: "porch"))
        hub.clock.advance(by: 60)
        #expect(await renewal.renew() != .renewed)
        try await hub.stop()
    }

    // MARK: Files

    /// What can happen to a file.
    enum Damage: String, CaseIterable { case missing, empty, cutShort, garbage, anothers }

    @Test(
        "An identity with a damaged or missing file is told from none, and the error says what to do",
        arguments: ["authority.pem", "certificate.pem", "node.key", "sealing.key", "hub.json"], Damage.allCases)
    func damage(_ name: String, _ damage: Damage) async throws {
        let installation = try Self.Makeshift()
        let (identity, other) = (try await installation.join("porch"), try await installation.join("garden"))
        // Both have one authority, and a key to open what was sealed looks like any other.
        if damage == .anothers, ["authority.pem", "sealing.key"].contains(name) { return }
        for file in try FileManager.default.contentsOfDirectory(at: identity.folder, includingPropertiesForKeys: nil) {
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file.lastPathComponent)")
        }
        #expect(try FileManager.default.attributesOfItem(atPath: identity.folder.path)[.posixPermissions] as? Int == 0o700)
        #expect(try NodeIdentity.load(identity.folder)?.node == "porch")

        let file = identity.folder.appending(path: name)
        let bytes = try Data(contentsOf: file)
        switch damage {
        case .missing: try FileManager.default.removeItem(at: file)
        case .empty: try Data().write(to: file)
        case .cutShort: try bytes.prefix(bytes.count / 2).write(to: file)
        case .garbage: try Data((0..<bytes.count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 128) }).write(to: file)
        case .anothers: try Data(contentsOf: other.folder.appending(path: name)).write(to: file)
        }
        if name == "hub.json", damage == .missing {
            // It is what says that the node has joined, and is written last.
            #expect(try NodeIdentity.load(identity.folder) == nil)
            return
        }
        let error = #expect(throws: IdentityError.self) { try NodeIdentity.load(identity.folder) }
        let text = error?.description ?? ""
        #expect(text.contains("join again with a new invitation") && text.contains(identity.folder.path), "\(text)")
        #expect(!text.contains("PRIVATE KEY-----\n"))
    }

    /// An authority without a hub, and nodes that joined it all the same.
    private struct Makeshift {
        let folder: TemporaryDirectory
        let authority: CertificateAuthority
        let now = SystemClock().now

        init() throws {
            folder = try TemporaryDirectory("identity")
            authority = try CertificateAuthority.make(name: "Right", now: now)
        }

        func join(_ node: String) async throws -> NodeIdentity {
            let (authority, now) = (authority, now)
            let key = KeyPair()
            let server = try authority.issueServer(names: ["127.0.0.1"], publicKey: key.publicKey, now: now, days: 1).pem
            let hub = try await FalseHub(certificate: server, key: key.privateKeyPEM) { request in
                guard let asked = try? NodeJSON.decode(JoinRequest.self, from: request.body),
                    let signing = try? SigningRequest(pem: asked.request),
                    let issued = try? authority.issueNode(request: signing, node: node, now: now, days: 1)
                else { return (200, Array(authority.certificatePEM.utf8)) }
                let answer = JoinAnswer(
                    node: node, site: "home", certificate: issued.pem, authority: authority.certificatePEM, notAfter: issued.notAfter,
                    hubs: [], brokers: ["127.0.0.1:8883"], signingKey: SigningKey().verifyingKey.text,
                    sealingKey: SealingPrivateKey().publicKey.text)
                return (201, NodeJSON.encode(answer) ?? [])
            }
            let token = try InvitationToken(authorityFingerprint: authority.fingerprint).text
            let identity = try await Joining.join(address: hub.address, invitation: token, dataFolder: folder.path(node))
            await hub.stop()
            return identity
        }
    }

    private static func files(_ folder: URL) throws -> [String: Data] {
        var out: [String: Data] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            out[file.lastPathComponent] = try Data(contentsOf: file)
        }
        return out
    }
}
