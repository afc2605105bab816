import Base
import Foundation
import Hub
import Protocol
import TestSupport
import Testing
import Trust

@Suite struct EnrolmentTests {
    private static let day = 86_400.0

    /// Why something was refused; nil where it was not.
    private func refusal(_ body: () async throws -> some Sendable) async throws -> EnrolmentError.Code? {
        do { _ = try await body() } catch let error as EnrolmentError {
            #expect(!error.description.isEmpty)
            return error.code
        }
        return nil
    }

    // MARK: Joining

    @Test("An invited node gets a certificate of the authority, in the name that was invited and not the one that it asked for")
    func join() async throws {
        let fixture = try await EnrolmentFixture()
        let line = try await fixture.enrolment.invite(node: "porch", site: "home")
        let words = line.split(separator: " ").map { String($0) }
        #expect(words.count == 4 && words.dropLast() == ["vigilar-edge", "join", EnrolmentFixture.hub])
        let key = KeyPair()
        let asked = JoinRequest(
            invitation: words[3], request: try key.signingRequest(name: "hub"), sealingKey: SealingPrivateKey().publicKey.text)
        let answer = try await fixture.enrolment.join(asked)

        let facts = try CertificateFacts(pem: answer.certificate)
        #expect(fixture.trust.authority.hasIssued(facts))
        #expect(facts.commonName == "porch" && answer.node == "porch" && answer.site == "home")
        #expect(facts.publicKeyFingerprint == key.publicKey.fingerprint)
        let now = fixture.clock.now
        #expect(facts.notBefore <= now && facts.notBefore >= now.advanced(bySeconds: -3600))
        #expect(abs(facts.notAfter.seconds(since: now) - 90 * Self.day) <= 1)
        #expect(answer.notAfter == facts.notAfter)
        #expect(answer.authority == fixture.trust.authority.certificatePEM)
        #expect(answer.hubs == [EnrolmentFixture.hub] && answer.brokers == ["hub.test:8883"])
        #expect(answer.signingKey == fixture.trust.signingKey.verifyingKey.text)
        #expect(answer.sealingKey == fixture.trust.sealingKey.publicKey.text)

        let node = try #require(try await fixture.store.fleetNode("porch"))
        #expect(node.keyFingerprint == key.publicKey.fingerprint && node.sealingKey == asked.sealingKey && node.joinedAt == now)
        let record = try #require(try await fixture.store.certificate(serial: facts.serial))
        #expect(record.node == "porch" && record.revokedAt == nil && record.notAfter == facts.notAfter)
        #expect(fixture.changes == 1)
        #expect(try await fixture.store.check() == [])
    }

    @Test("An invitation that was used is refused to another key, and the node that used it keeps its certificate")
    func used() async throws {
        let fixture = try await EnrolmentFixture()
        let token = try await fixture.invite("porch")
        let first = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair()))
        for seconds in [0.0, 1, Self.day] {
            fixture.clock.advance(by: seconds)
            #expect(
                try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair())) }
                    == .usedInvitation)
        }
        let serial = try CertificateFacts(pem: first.certificate).serial
        #expect(try await fixture.store.certificate(serial: serial)?.revokedAt == nil)
        #expect(fixture.changes == 1)
    }

    @Test(
        "A node whose answer was lost is answered again for ten minutes, then refused", arguments: [(0.0, true), (600, true), (601, false)])
    func repeated(_ seconds: Double, _ isAnswered: Bool) async throws {
        let fixture = try await EnrolmentFixture()
        let (token, key) = (try await fixture.invite("porch"), KeyPair())
        _ = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: key))
        fixture.clock.advance(by: seconds)
        let code = try await refusal {
            let answer = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: key))
            #expect(try CertificateFacts(pem: answer.certificate).publicKeyFingerprint == key.publicKey.fingerprint)
        }
        #expect(code == (isAnswered ? nil : .usedInvitation))
    }

    @Test("An invitation ends when its time is over", arguments: [(59.999_999, true), (60, false), (1e6, false)])
    func expired(_ seconds: Double, _ isGood: Bool) async throws {
        let fixture = try await EnrolmentFixture()
        let line = try await fixture.enrolment.invite(node: "porch", site: "home", life: 60)
        let token = String(line.split(separator: " ")[3])
        fixture.clock.advance(by: seconds)
        let code = try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair())) }
        #expect(code == (isGood ? nil : .expiredInvitation))
        #expect((try await fixture.store.fleetNode("porch") != nil) == isGood)
    }

    @Test("Without being told otherwise an invitation is good for a day")
    func standardLife() async throws {
        let fixture = try await EnrolmentFixture()
        let tokens = [try await fixture.invite("porch"), try await fixture.invite("garden")]
        fixture.clock.advance(by: Self.day - 1)
        _ = try await fixture.enrolment.join(try JoinRequest(invitation: tokens[0], key: KeyPair()))
        fixture.clock.advance(by: 1)
        #expect(
            try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: tokens[1], key: KeyPair())) }
                == .expiredInvitation)
    }

    @Test("A newer invitation of the same node ends the one before, and no other node's")
    func replaced() async throws {
        let fixture = try await EnrolmentFixture()
        let (old, other, new) = (try await fixture.invite("porch"), try await fixture.invite("garden"), try await fixture.invite("porch"))
        #expect(
            try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: old, key: KeyPair())) } == .unknownInvitation)
        for token in [new, other] { _ = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair())) }
    }

    @Test("An invitation of another hub, or one that was made up, lets nobody in")
    func foreign() async throws {
        let fixture = try await EnrolmentFixture()
        let others = try await EnrolmentFixture().invite("porch")
        let invented = try InvitationToken(authorityFingerprint: fixture.trust.authority.fingerprint).text
        for token in [others, invented] {
            #expect(
                try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair())) }
                    == .unknownInvitation)
        }
        #expect(try await fixture.store.fleetNodes() == [])
    }

    @Test("A slip in any character is told from a wrong invitation, and does not use the right one up")
    func mistyped() async throws {
        let fixture = try await EnrolmentFixture()
        let token = try await fixture.invite("porch")
        var wrong = [
            "", "vgi1_", String(token.dropLast()), token + "a", "\(token.prefix(30)) \(token.dropFirst(30))", "Ä" + token.dropFirst(),
        ]
        for index in token.indices {
            let other: Character = token[index] == "a" ? "b" : "a"
            wrong.append(String(token[..<index]) + [other] + token[token.index(after: index)...])
        }
        for text in wrong {
            #expect(try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: text, key: KeyPair())) } == .malformed)
        }
        _ = try await fixture.enrolment.join(try JoinRequest(invitation: "\n\(token) ", key: KeyPair()))
    }

    @Test("A signing request that is no P-256 key's own is refused, and the invitation can still be used", arguments: BadRequest.allCases)
    func badRequest(_ kind: BadRequest) async throws {
        let fixture = try await EnrolmentFixture()
        let token = try await fixture.invite("porch")
        var request = try JoinRequest(invitation: token, key: KeyPair())
        request.request = try kind.text
        #expect(try await refusal { try await fixture.enrolment.join(request) } == .malformed)
        let node = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair()))
        #expect(
            try await refusal { try await fixture.enrolment.renew(node: node.node, RenewalRequest(request: try kind.text)) } == .malformed)
    }

    @Test(
        "A key to seal to that is none is refused",
        arguments: ["", "x", String(repeating: "A", count: 43), String(repeating: "A", count: 60)])
    func badSealingKey(_ text: String) async throws {
        let fixture = try await EnrolmentFixture()
        var request = try JoinRequest(invitation: try await fixture.invite("porch"), key: KeyPair())
        request.sealingKey = text
        #expect(try await refusal { try await fixture.enrolment.join(request) } == .malformed)
    }

    @Test("The authority's own key is not certified for a node")
    func authorityKey() async throws {
        let fixture = try await EnrolmentFixture()
        let key = try KeyPair(privateKeyPEM: fixture.trust.authority.privateKeyPEM)
        let token = try await fixture.invite("porch")
        await #expect(throws: TrustError.self) { try await fixture.enrolment.join(try JoinRequest(invitation: token, key: key)) }
        #expect(fixture.changes == 0)
    }

    @Test("A node that joins anew with another key ends the certificate of the old one")
    func joinedAnew() async throws {
        let fixture = try await EnrolmentFixture()
        let old = try await fixture.join("porch")
        let garden = try await fixture.join("garden")
        fixture.clock.advance(by: 60)
        let new = try await fixture.join("porch")
        #expect(try await fixture.store.certificate(serial: old.facts.serial)?.revokedAt == fixture.clock.now)
        #expect(try await fixture.store.certificate(serial: new.facts.serial)?.revokedAt == nil)
        #expect(try await fixture.store.certificate(serial: garden.facts.serial)?.revokedAt == nil)
        #expect(try await fixture.store.revokedCertificates(at: fixture.clock.now).map(\.serial) == [old.facts.serial])
        fixture.clock.advance(by: 60)
        #expect(try await refusal { try await fixture.enrolment.renew(node: "porch", try RenewalRequest(key: old.key)) } == .refused)
        #expect(try await fixture.enrolment.renew(node: "porch", try RenewalRequest(key: new.key)).answer != nil)
        #expect(try await fixture.store.check() == [])
    }

    @Test("Of several that come with one invitation at once, one gets a certificate")
    func race() async throws {
        let fixture = try await EnrolmentFixture()
        let token = try await fixture.invite("porch")
        let answers = try await withThrowingTaskGroup(of: JoinAnswer?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do { return try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair())) } catch let error
                        as EnrolmentError
                    {
                        #expect(error.code == .usedInvitation)
                        return nil
                    }
                }
            }
            return try await group.reduce(into: [JoinAnswer?]()) { $0.append($1) }.compactMap(\.self)
        }
        #expect(answers.count == 1)
        let node = try #require(try await fixture.store.fleetNode("porch"))
        #expect(node.keyFingerprint == (try CertificateFacts(pem: answers[0].certificate).publicKeyFingerprint))
    }

    @Test("Neither the database nor the log holds an invitation's secret or a private key")
    func secrecy() async throws {
        let fixture = try await EnrolmentFixture()
        let token = try await fixture.invite("porch")
        let key = KeyPair()
        let node = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: key))
        fixture.clock.advance(by: 60)
        _ = try await fixture.enrolment.renew(node: node.node, try RenewalRequest(key: key))
        _ = try await fixture.enrolment.revoke(node: node.node)
        _ = try? await fixture.enrolment.join(try JoinRequest(invitation: token, key: key))
        let secret = Data(base64Encoded: Self.standardBase64(token.dropFirst(5)))!.prefix(16)
        for name in ["hub.sqlite", "hub.sqlite-wal"] {
            let bytes = try Data(contentsOf: URL(filePath: fixture.folder.path(name)))
            #expect(bytes.range(of: secret) == nil && bytes.range(of: Data(token.utf8)) == nil, "\(name)")
            #expect(bytes.range(of: Data("PRIVATE KEY".utf8)) == nil, "\(name)")
        }
        #expect(fixture.log.text.contains("a node joined") && fixture.log.text.contains("a node was revoked"))
        #expect(!fixture.log.text.contains(token.dropFirst(5)) && !fixture.log.text.contains("KEY"))
    }

    private static func standardBase64(_ text: Substring) -> String {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
    }

    // MARK: Inviting

    @Test(
        "A name that is a hub's, or no identifier, is not invited",
        arguments: ["hub", "hub-x", "hub-", "Ä", "", "Porch", "a b", "a/b", "_hub", "porch\n", "+", String(repeating: "a", count: 65)])
    func badNames(_ name: String) async throws {
        let fixture = try await EnrolmentFixture()
        #expect(try await refusal { try await fixture.enrolment.invite(node: name, site: "home") } == .malformed)
        if !name.hasPrefix("hub") {
            #expect(try await refusal { try await fixture.enrolment.invite(node: "porch", site: name) } == .malformed)
        }
        for good in ["hubble", "a-hub", "h"] { _ = try await fixture.enrolment.invite(node: good, site: "home") }
    }

    @Test("Where no listener speaks TLS the administrator is told so, in place of an invitation that nobody could use")
    func noSecureListener() async throws {
        let fixture = try await EnrolmentFixture()
        let token = try await fixture.invite("porch")
        fixture.closeSecureListeners()
        let error = await #expect(throws: EnrolmentError.self) { try await fixture.enrolment.invite(node: "porch", site: "home") }
        #expect(error?.description.contains("tls_listen") == true)
        // The one of before was not replaced by one that was not made.
        _ = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: KeyPair()))
    }

    // MARK: Renewal

    @Test("A certificate that is valid is renewed for the same key, in the node's own name; the one of before stays good")
    func renewed() async throws {
        let fixture = try await EnrolmentFixture()
        let node = try await fixture.join("porch")
        fixture.clock.advance(by: 60 * Self.day)
        let request = RenewalRequest(request: try node.key.signingRequest(name: "garden"))
        let answer = try #require(try await fixture.enrolment.renew(node: "porch", request).answer)
        let facts = try CertificateFacts(pem: answer.certificate)
        #expect(facts.commonName == "porch" && facts.serial != node.facts.serial && fixture.trust.authority.hasIssued(facts))
        #expect(abs(facts.notAfter.seconds(since: fixture.clock.now) - 90 * Self.day) <= 1)
        for serial in [node.facts.serial, facts.serial] { #expect(try await fixture.store.certificate(serial: serial)?.revokedAt == nil) }
        #expect(answer.site == "home" && answer.hubs == [EnrolmentFixture.hub])
    }

    @Test("Another key, an unknown node and another node's name are refused")
    func strangers() async throws {
        let fixture = try await EnrolmentFixture()
        let (porch, garden) = (try await fixture.join("porch"), try await fixture.join("garden"))
        fixture.clock.advance(by: 60)
        for (name, key) in [("porch", KeyPair()), ("porch", garden.key), ("garden", porch.key), ("attic", porch.key), ("hub", porch.key)] {
            #expect(try await refusal { try await fixture.enrolment.renew(node: name, try RenewalRequest(key: key)) } == .refused)
        }
        #expect(fixture.changes == 2)
    }

    @Test("A node gets one certificate in half a minute", arguments: [(0.0, true), (29.9, true), (30, false), (-3600, false)])
    func tooSoon(_ seconds: Double, _ isRefused: Bool) async throws {
        let fixture = try await EnrolmentFixture()
        let node = try await fixture.join("porch")
        fixture.clock.advance(by: seconds)
        let code = try await refusal { try await fixture.enrolment.renew(node: "porch", try RenewalRequest(key: node.key)) }
        #expect(code == (isRefused ? .tooSoon : nil))
    }

    @Test("Once its certificate has ended a node waits until an administrator lets it in, which lasts a week")
    func readmitted() async throws {
        let fixture = try await EnrolmentFixture()
        let node = try await fixture.join("porch")
        let request = try RenewalRequest(key: node.key)
        fixture.clock.advance(by: 90 * Self.day)
        let first = fixture.clock.now
        for _ in 0..<2 {
            #expect(try await fixture.enrolment.renew(node: "porch", request).answer == nil)
            #expect(try await fixture.store.fleetNode("porch")?.asksSince == first)
            fixture.clock.advance(by: 3600)
        }
        #expect(try await fixture.enrolment.admit(node: "porch"))
        fixture.clock.advance(by: 7 * Self.day)
        #expect(try await fixture.enrolment.renew(node: "porch", request).answer == nil)
        #expect(try await fixture.enrolment.admit(node: "porch"))
        #expect(try await fixture.store.fleetNode("porch")?.asksSince == nil)
        fixture.clock.advance(by: 7 * Self.day - 1)
        #expect(try await refusal { try await fixture.enrolment.renew(node: "porch", try RenewalRequest(key: KeyPair())) } == .refused)
        let answer = try #require(try await fixture.enrolment.renew(node: "porch", request).answer)
        #expect(try CertificateFacts(pem: answer.certificate).notAfter > fixture.clock.now)
    }

    @Test("The last second of a certificate is the last in which it can be renewed", arguments: [(-1.0, true), (0, false)])
    func lastMoment(_ seconds: Double, _ isRenewed: Bool) async throws {
        let fixture = try await EnrolmentFixture()
        let node = try await fixture.join("porch")
        fixture.clock.advance(by: node.facts.notAfter.seconds(since: fixture.clock.now) + seconds)
        #expect((try await fixture.enrolment.renew(node: "porch", try RenewalRequest(key: node.key)).answer != nil) == isRenewed)
    }

    // MARK: Revocation

    @Test("A revoked node gets nothing more: no certificate, no admission, no second use of its invitation")
    func revoked() async throws {
        let fixture = try await EnrolmentFixture()
        let (token, key) = (try await fixture.invite("porch"), KeyPair())
        let answer = try await fixture.enrolment.join(try JoinRequest(invitation: token, key: key))
        let waiting = try await fixture.invite("porch")
        #expect(try await fixture.enrolment.revoke(node: "porch"))
        #expect(fixture.changes == 2)
        let serial = try CertificateFacts(pem: answer.certificate).serial
        #expect(try await fixture.store.certificate(serial: serial)?.revokedAt == fixture.clock.now)
        for seconds in [0.0, 60, 100 * Self.day] {
            fixture.clock.advance(by: seconds)
            #expect(try await refusal { try await fixture.enrolment.renew(node: "porch", try RenewalRequest(key: key)) } == .refused)
            #expect(try await !fixture.enrolment.admit(node: "porch"))
        }
        #expect(try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: token, key: key)) } == .usedInvitation)
        #expect(
            try await refusal { try await fixture.enrolment.join(try JoinRequest(invitation: waiting, key: key)) } == .unknownInvitation)
        #expect(try await !fixture.enrolment.revoke(node: "attic"))
        #expect(try await !fixture.enrolment.admit(node: "attic"))
        // Until it is invited again.
        _ = try await fixture.join("porch", key: key)
    }
}

extension Enrolment.Renewal {
    var answer: JoinAnswer? { if case .renewed(let answer) = self { answer } else { nil } }
}
