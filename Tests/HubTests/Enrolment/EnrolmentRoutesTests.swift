import Base
import Foundation
import Hub
import NIOSSL
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust

@Suite(.timeLimit(.minutes(10))) struct EnrolmentRoutesTests {
    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try #require(NodeJSON.encode(value)), as: UTF8.self)
    }

    // MARK: Joining

    @Test("A node that knows nothing but its invitation joins over TLS, and is known by its certificate from then on")
    func joins() async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let line = try await fixture.enrolment.invite(node: "porch", site: "home").split(separator: " ").map { String($0) }
            let token = try InvitationToken(text: line[3])
            var nobody = TLSConfiguration.makeClientConfiguration()
            nobody.certificateVerification = .none
            let first = try await fixture.connect(nobody)
            let authority = try #require(try await first.request("GET", "/api/v1/join/authority"))
            #expect(authority.status == 200)
            #expect(try CertificateFacts(pem: authority.body).fingerprint == token.authorityFingerprint)

            let key = KeyPair()
            let second = try await fixture.connect()
            let body = try Self.json(try JoinRequest(invitation: line[3], key: key))
            let joined = try #require(try await second.request("POST", "/api/v1/join", body: body))
            #expect(joined.status == 201)
            let answer = try NodeJSON.decode(JoinAnswer.self, from: Array(joined.body.utf8))
            #expect(answer.hubs == [line[2]])
            let third = try await fixture.connect(try fixture.tls(answer.certificate, key: key.privateKeyPEM))
            for _ in 0..<2 {
                let identity = try #require(try await third.request("GET", "/api/v1/nodes/porch/identity"))
                #expect(identity.status == 200 && identity.body == fixture.base.identity("porch"))
            }
            // One connection, however often it is asked over; none that came without a certificate.
            #expect(fixture.connections.count == 1)
            await third.close()
            try await eventually("the connection to be forgotten") { fixture.connections.count == 0 }
            let again = try #require(
                try await second.request("POST", "/api/v1/join", body: try Self.json(JoinRequest(invitation: line[3], key: KeyPair()))))
            #expect(again.status == 410 && again.body.contains("/problems/used-invitation"))
        }
    }

    @Test("A node renews its certificate without a session or a certificate: its key's signature is enough")
    func renews() async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let node = try await fixture.base.join("porch")
            let body = try Self.json(try RenewalRequest(key: node.key))
            let client = try await fixture.connect()
            let soon = try #require(try await client.request("POST", "/api/v1/nodes/porch/certificate", body: body))
            #expect(soon.status == 429 && soon.body.contains("/problems/too-soon"))
            fixture.base.clock.advance(by: 60)
            let renewed = try #require(try await client.request("POST", "/api/v1/nodes/porch/certificate", body: body))
            #expect(renewed.status == 200)
            let other = try Self.json(try RenewalRequest(key: KeyPair()))
            #expect(try await client.request("POST", "/api/v1/nodes/porch/certificate", body: other)?.status == 403)
            #expect(try await client.request("POST", "/api/v1/nodes/attic/certificate", body: body)?.status == 403)
            #expect(try await client.request("POST", "/api/v1/nodes/hub/certificate", body: body)?.status == 404)
            fixture.base.clock.advance(by: 91 * 86_400)
            let waiting = try #require(try await client.request("POST", "/api/v1/nodes/porch/certificate", body: body))
            #expect(waiting.status == 202 && waiting.body == "{\"state\":\"waiting\"}")
        }
    }

    @Test(
        "A body that is no such request is refused, and the server lives on",
        arguments: [
            "", "{", "[]", "null", "{}", "{\"invitation\":1}", "{\"invitation\":\"vgi1_\",\"request\":\"\",\"sealing_key\":\"\"}",
            String(repeating: "[", count: 16_000), "\u{0}\u{fffd}", "{\"name\":\"porch\",\"site\":\"home\"}",
        ])
    func badBodies(_ body: String) async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let client = try await fixture.connect()
            for path in ["/api/v1/join", "/api/v1/nodes/porch/certificate"] {
                let answer = try #require(try await client.request("POST", path, body: body))
                #expect(answer.status == 400 && answer.body.contains("/problems/bad-body"), "\(answer)")
            }
            #expect(try await client.request("GET", "/healthz")?.status == 200)
        }
    }

    @Test("A body of a megabyte is refused before it is read", arguments: ["/api/v1/join", "/api/v1/nodes/porch/certificate"])
    func largeBodies(_ path: String) async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let client = try await fixture.connect()
            let body = "{\"invitation\":\"" + String(repeating: "a", count: 1 << 20) + "\"}"
            let answer = try #require(try await client.request("POST", path, body: body))
            #expect(answer.status == 413 && answer.body.contains("/problems/body-too-large"))
            let other = try await fixture.connect()
            #expect(try await other.request("GET", "/healthz")?.status == 200)
        }
    }

    // MARK: Sessions

    static let administrative = [
        ("/api/v1/invitations", "{\"name\":\"attic\",\"site\":\"home\"}"), ("/api/v1/nodes/porch/revoke", ""),
        ("/api/v1/nodes/porch/admit", ""),
    ]

    @Test("Inviting, revoking and admitting take a session, which a node's certificate is not", arguments: administrative)
    func sessionsOnly(_ path: String, _ body: String) async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let node = try await fixture.base.join("porch")
            for client in [
                try await fixture.connect(), try await fixture.connect(fixture.tls(node)), try await fixture.connectWithoutTLS(),
            ] {
                #expect(try await client.request("POST", path, body: body)?.status == 401)
                let forged = ["Cookie: \(SessionMiddleware.cookie)=\(String(repeating: "A", count: 43))", "Origin: https://127.0.0.1:8443"]
                #expect(try await client.request("POST", path, headers: forged, body: body)?.status == 401)
            }
            #expect(try await fixture.base.store.fleetNode("porch")?.revokedAt == nil)
            #expect(try await fixture.base.store.fleetNode("porch")?.admittedUntil == nil)
        }
    }

    @Test("Another site cannot make a browser invite, revoke, admit or join", arguments: administrative + [("/api/v1/join", "{}")])
    func crossOrigin(_ path: String, _ body: String) async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            _ = try await fixture.base.join("porch")
            let cookie = try await fixture.signedIn()[0]
            let client = try await fixture.connect()
            for header in [nil, "Origin: https://elsewhere.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: none"] {
                let answer = try await client.request("POST", path, headers: [cookie] + [header].compactMap(\.self), body: body)
                #expect(answer?.status == 403, "\(header ?? "")")
            }
            #expect(try await client.request("POST", path, headers: ["Origin: https://elsewhere.example"], body: body)?.status == 403)
            #expect(try await fixture.base.store.fleetNode("porch")?.revokedAt == nil)
        }
    }

    @Test("Whoever is signed in invites, admits and revokes, and is told what cannot be done")
    func administrators() async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let headers = try await fixture.signedIn()
            let client = try await fixture.connect()
            func post(_ path: String, _ body: String = "") async throws -> RawConnection.Answer {
                try #require(try await client.request("POST", path, headers: headers, body: body))
            }
            let invited = try await post("/api/v1/invitations", "{\"name\":\"porch\",\"site\":\"home\"}")
            #expect(invited.status == 201)
            let command = try #require(try JSONObject(Array(invited.body.utf8)).string("command"))
            #expect(command.hasPrefix("vigilar-edge join https://127.0.0.1:"))
            let token = String(command.split(separator: " ")[3])
            let joined = try await post("/api/v1/join", try Self.json(try JoinRequest(invitation: token, key: KeyPair())))
            #expect(joined.status == 201)
            #expect(try await post("/api/v1/nodes/porch/admit").status == 204)
            #expect(try await post("/api/v1/nodes/porch/revoke").status == 204)
            for path in ["porch/admit", "attic/admit", "attic/revoke", "hub/revoke", "%2e%2e/revoke", "A/revoke"] {
                #expect(try await post("/api/v1/nodes/\(path)").status == 404, "\(path)")
            }
            for name in ["hub", "hub-x", "Ä", ""] {
                #expect(try await post("/api/v1/invitations", "{\"name\":\"\(name)\",\"site\":\"home\"}").status == 400, "\(name)")
            }
        }
    }

    // MARK: Identity

    @Test("A node's identity is told to that node alone")
    func identity() async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let (porch, garden) = (try await fixture.base.join("porch"), try await fixture.base.join("garden"))
            func status(_ connection: RawConnection, _ node: String = "porch") async throws -> Int? {
                try await connection.request("GET", "/api/v1/nodes/\(node)/identity")?.status
            }
            #expect(try await status(fixture.connect(fixture.tls(porch))) == 200)
            #expect(try await status(fixture.connect(fixture.tls(garden))) == 403)
            #expect(try await status(fixture.connect(fixture.tls(porch)), "garden") == 403)
            #expect(try await status(fixture.connect(fixture.tls(porch)), "attic") == 403)
            for name in ["hub", "hub-test-ingest", "%2e%2e", "porch%2f", "PORCH", "porch%00"] {
                #expect(try await status(fixture.connect(fixture.tls(porch)), name) == 404, "\(name)")
            }
            #expect(try await status(fixture.connect()) == 401)
            #expect(try await status(fixture.connectWithoutTLS()) == 401)

            // Of the authority, but not one that the hub has noted.
            let key = KeyPair()
            let request = try SigningRequest(pem: key.signingRequest(name: "porch"))
            let unknown = try fixture.base.trust.authority.issueNode(request: request, node: "porch", now: fixture.base.clock.now, days: 1)
            #expect(try await status(fixture.connect(fixture.tls(unknown.pem, key: key.privateKeyPEM))) == 403)

            let open = try await fixture.connect(fixture.tls(porch))
            #expect(try await status(open) == 200)
            #expect(try await fixture.enrolment.revoke(node: "porch"))
            try await eventually("the node's open connection to end") { open.isClosed }
            #expect(try await status(fixture.connect(fixture.tls(porch))) == 403)
            #expect(try await status(fixture.connect(fixture.tls(garden)), "garden") == 200)
        }
    }

    /// Who has no certificate of this authority that counts now.
    enum Stranger: String, CaseIterable {
        case otherAuthority, sameNamedAuthority, selfSigned, expired, notYetValid, serverCertificate, oldTLS
    }

    @Test("A certificate that does not count is refused in the handshake, whatever is asked for", arguments: Stranger.allCases)
    func strangers(_ stranger: Stranger) async throws {
        let fixture = try await SecureWebFixture()
        let now = fixture.base.clock.now
        func issued(by authority: CertificateAuthority, at time: Timestamp) throws -> TLSConfiguration {
            let key = KeyPair()
            let request = try SigningRequest(pem: key.signingRequest(name: "porch"))
            return try fixture.tls(
                try authority.issueNode(request: request, node: "porch", now: time, days: 1).pem, key: key.privateKeyPEM)
        }
        try await fixture.run {
            let node = try await fixture.base.join("porch")
            var tls: TLSConfiguration
            switch stranger {
            case .otherAuthority: tls = try issued(by: .make(name: "Other", now: now), at: now)
            case .sameNamedAuthority:
                tls = try issued(by: .make(name: try #require(fixture.base.trust.authority.facts.commonName), now: now), at: now)
            case .selfSigned:
                let (key, certificate) = (fixture.base.folder.path("own.key"), fixture.base.folder.path("own.pem"))
                let child = try ChildProcess(
                    executable: "openssl",
                    arguments: [
                        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=porch", "-days",
                        "1",
                        "-keyout", key, "-out", certificate,
                    ])
                #expect(await child.waitForExit() == 0)
                tls = try fixture.tls(
                    try String(contentsOfFile: certificate, encoding: .utf8), key: try String(contentsOfFile: key, encoding: .utf8))
            case .expired: tls = try issued(by: fixture.base.trust.authority, at: now.advanced(bySeconds: -3 * 86_400))
            case .notYetValid: tls = try issued(by: fixture.base.trust.authority, at: now.advanced(bySeconds: 86_400))
            case .serverCertificate:
                let pem = try String(contentsOf: fixture.base.trust.files.certificate, encoding: .utf8)
                tls = try fixture.tls(pem, key: try String(contentsOf: fixture.base.trust.files.key, encoding: .utf8))
            case .oldTLS:
                tls = try fixture.tls(node)
                tls.minimumTLSVersion = .tlsv1
                tls.maximumTLSVersion = .tlsv11
            }
            for path in ["/api/v1/nodes/porch/identity", "/healthz"] {
                let client = try await fixture.connect(tls)
                #expect(try await client.request("GET", path) == nil, "\(path)")
            }
            let right = try await fixture.connect(fixture.tls(node))
            #expect(try await right.request("GET", "/api/v1/nodes/porch/identity")?.status == 200)
        }
    }

    @Test("A client that trusts another authority, or expects another address, does not go on with this hub")
    func clientsSide() async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let other = try CertificateAuthority.make(name: "Other", now: fixture.base.clock.now)
            var tls = try fixture.tls()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(other.certificatePEM.utf8)))
            let client = try await fixture.connect(tls)
            #expect(try await client.request("GET", "/healthz") == nil)
        }
    }

    @Test(
        "For a broker that is not the hub's own the list of revoked certificates lies in the trust folder, from the start and after each change"
    )
    func revocationList() async throws {
        let fixture = try await SecureWebFixture()
        let list = fixture.base.trust.revocations.path
        func text() async throws -> String {
            let child = try ChildProcess(
                executable: "openssl",
                arguments: ["crl", "-in", list, "-noout", "-text", "-CAfile", fixture.base.trust.files.authority.path])
            #expect(await child.waitForExit() == 0)
            return child.output.lowercased()
        }
        #expect(try await text().contains("verify ok"))
        let (porch, garden) = (try await fixture.base.join("porch"), try await fixture.base.join("garden"))
        #expect(try await fixture.enrolment.revoke(node: "porch"))
        let after = try await text()
        #expect(after.contains("verify ok") && after.contains(porch.facts.serial) && !after.contains(garden.facts.serial))
        #expect(try FileManager.default.attributesOfItem(atPath: list)[.posixPermissions] as? Int == 0o600)
        // Only the database tells of this one, as where another replica was asked: whoever takes its rights away finds it in the list.
        #expect(try await fixture.base.store.revokeNode("garden", at: fixture.base.clock.now))
        #expect(try await fixture.access.agreed().removed == ["garden", "porch"])
        #expect(try await text().contains(garden.facts.serial))
    }

    /// Routes that answer everybody, and those that tell more to this machine, which the tests are on.
    private static let openRoutes: Set = [
        "GET /healthz", "HEAD /healthz", "GET /readyz", "HEAD /readyz", "GET /metrics", "GET /sign-in", "GET /assets/{name}",
        "POST /api/v1/session", "GET /api/v1/join/authority", "POST /api/v1/join", "GET /welcome", "POST /api/v1/welcome", "GET /trust",
        "GET /authority.crt", "GET /manifest.webmanifest", "GET /service-worker.js", "GET /offline", "GET /kiosk",
        "POST /api/v1/kiosks/pairings", "POST /api/v1/kiosks/pairings/claim",
    ]

    @Test("A node's certificate opens no route that is for people, and none of another node's")
    func everyRoute() async throws {
        let fixture = try await SecureWebFixture()
        let recorder = OpenAPITests.Recorder()
        WebRouter.addRoutes(try await WebFixture().dependencies, pages: Pages(assets: Assets()), to: recorder)
        let routes = recorder.routes.withLock { $0 }.subtracting(Self.openRoutes).sorted()
        #expect(routes.count > 15)
        try await fixture.run {
            let (porch, _) = (try await fixture.base.join("porch"), try await fixture.base.join("garden"))
            fixture.base.clock.advance(by: 60)
            let renewal = try Self.json(try RenewalRequest(key: porch.key))
            for route in routes {
                let words = route.split(separator: " ")
                let path = words[1].replacing("{node}", with: "garden").replacing("{camera}", with: "yard").replacing(
                    "{event}", with: "\(EventID(at: fixture.base.clock.now))"
                )
                .replacing("{id}", with: "\(EventID(at: fixture.base.clock.now))")
                .replacing("{segment}", with: "\(EventID(at: fixture.base.clock.now))").replacing("{ticket}", with: "hub.0123456789abcdef")
                .replacing("{replica}", with: "0123456789ab")
                .replacing("{part}", with: "1.m4s").replacing("{site}", with: "home")
                .replacing("{picture}", with: "\(EventID(at: fixture.base.clock.now))")
                .replacing("{note}", with: "\(EventID(at: fixture.base.clock.now))").replacing(
                    "{merge}", with: "\(EventID(at: fixture.base.clock.now))"
                ).replacing("{name}", with: "admin")
                #expect(!path.contains("{"), "\(route)")
                let client = try await fixture.connect(fixture.tls(porch))
                let isOfNodes =
                    ["certificate", "identity", "{event}", "{segment}", "removed", "{ticket}"].contains { route.hasSuffix("/" + $0) }
                    && path.contains("/nodes/")
                let answer = try await client.request(
                    String(words[0]), String(path), headers: ["Vigilar-Rank: 1", "Content-Type: application/octet-stream"],
                    body: words[0] == "GET" ? "" : renewal)
                #expect(answer?.status == (isOfNodes ? 403 : 401), "\(route)")
                await client.close()
            }
            #expect(try await fixture.base.store.fleetNode("garden")?.revokedAt == nil)
        }
    }

    // MARK: Garbage

    @Test("Bytes that are no TLS, and TLS where none is spoken, end their connection and nothing else")
    func garbage() async throws {
        let fixture = try await SecureWebFixture()
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<(64 << 10)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try await fixture.run {
            let beside = try await fixture.connect()
            #expect(try await beside.request("GET", "/healthz")?.status == 200)
            let hello: [UInt8] = [22, 3, 1, 255, 255, 1, 0, 255, 251, 3, 3]
            for bytes in [
                noise, Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8), hello + noise, [22, 3, 1, 0, 0], [0], [128, 46, 1, 0, 2],
            ] {
                let client = try await fixture.connectWithoutTLS(secure: true)
                await client.send(bytes)
                await client.close()
            }
            let plain = try await fixture.connectWithoutTLS(secure: true)
            #expect(try await plain.request("GET", "/healthz") == nil)
            let wrong = try await fixture.connectWithTLSToPlain()
            #expect(try await wrong.request("GET", "/healthz") == nil)
            for client in [beside, try await fixture.connect(), try await fixture.connectWithoutTLS()] {
                #expect(try await client.request("GET", "/healthz")?.status == 200)
            }
        }
    }
}
