import Hub
import Hummingbird
import HummingbirdTesting
import Testing

/// What the hub makes of where a request comes from, over real connections.
@Suite(.timeLimit(.minutes(10))) struct ForwardedRequestTests {
    private static let signIn = "{\"name\":\"admin\",\"password\":\"\(WebFixture.password)\"}"

    /// The head and body of an answer, in lower case.
    private static func ask(_ connection: RawConnection, _ lines: [String], body: String = "") async throws -> String {
        connection.forget()
        let head = lines + ["Content-Length: \(body.utf8.count)"]
        await connection.send(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        _ = try await connection.answer()
        return String(decoding: connection.received, as: UTF8.self).lowercased()
    }

    private static func post(_ connection: RawConnection, _ body: String, _ headers: [String]) async throws -> String {
        try await ask(
            connection, ["POST /api/v1/session HTTP/1.1", "Host: hub.example", "Content-Type: application/json"] + headers, body: body)
    }

    /// Serves for the length of a test, to a connection without TLS from this machine.
    private static func serving(trusting proxies: [String], _ body: @escaping @Sendable (RawConnection) async throws -> Void) async throws {
        let fixture = try await WebFixture()
        var dependencies = fixture.dependencies
        dependencies.trustedProxies = TrustedProxies(proxies.compactMap { AddressRange($0) })
        try await WebApplication.application(dependencies).test(.live) { client in
            let connection = try await RawConnection.open(port: try #require(client.port), tls: nil)
            try await body(connection)
            await connection.close()
        }
        // Its folder goes with it.
        withExtendedLifetime(fixture) {}
    }

    @Test func `A trusted proxy's word on TLS makes cookies Secure and has browsers stay with TLS`() async throws {
        try await Self.serving(trusting: ["127.0.0.0/8"]) { connection in
            for (host, proto, isKept) in [
                ("hub.example", "https", true), ("hub.example", "http", false), ("hub.example", nil, false),
                ("localhost:8080", "https", false), ("192.0.2.7", "https", false), ("[2001:db8::1]:443", "https", false),
            ] as [(String, String?, Bool)] {
                let said = proto.map { ["X-Forwarded-Proto: \($0)"] } ?? []
                for path in ["/healthz", "/nothing"] {
                    let answer = try await Self.ask(connection, ["GET \(path) HTTP/1.1", "Host: \(host)"] + said)
                    #expect(answer.contains("strict-transport-security: max-age=31536000\r\n") == isKept, "\(host) \(path)")
                }
            }
            for (proto, isSecure) in [("https", true), ("http", false)] {
                let answer = try await Self.post(connection, Self.signIn, ["X-Forwarded-Proto: \(proto)"])
                #expect(answer.hasPrefix("http/1.1 201"))
                #expect(answer.contains("; secure\r\n") == isSecure)
            }
            // Once, where the browser says so itself as well.
            let answer = try await Self.post(connection, Self.signIn, ["X-Forwarded-Proto: https", "Origin: https://hub.example"])
            #expect(answer.matches(of: /; secure/).count == 1)
        }
    }

    @Test func `Of anybody else it changes nothing`() async throws {
        try await Self.serving(trusting: ["10.0.0.0/8"]) { connection in
            let answer = try await Self.post(connection, Self.signIn, ["X-Forwarded-Proto: https", "X-Forwarded-For: 10.0.0.1"])
            #expect(answer.hasPrefix("http/1.1 201"))
            #expect(!answer.contains("; secure") && !answer.contains("strict-transport-security"))
            for number in 1...6 {
                let answer = try await Self.post(
                    connection, #"{"name":"admin","password":"wrong"}"#, ["X-Forwarded-For: 203.0.113.\(number)"])
                #expect(answer.hasPrefix(number == 6 ? "http/1.1 429" : "http/1.1 401"))
            }
        }
    }

    @Test func `Behind a trusted proxy whoever guesses waits alone, whatever they write into the request`() async throws {
        try await Self.serving(trusting: ["127.0.0.1"]) { connection in
            for number in 1...6 {
                let answer = try await Self.post(
                    connection, #"{"name":"admin","password":"wrong"}"#, ["X-Forwarded-For: 198.51.100.\(number), 203.0.113.1"])
                #expect(answer.hasPrefix(number == 6 ? "http/1.1 429" : "http/1.1 401"))
            }
            #expect(try await Self.post(connection, Self.signIn, ["X-Forwarded-For: 203.0.113.2"]).hasPrefix("http/1.1 201"))
        }
    }

    @Test func `A trusted proxy on this machine is let see no figures`() async throws {
        try await Self.serving(trusting: ["127.0.0.1"]) { connection in
            let own = try await Self.ask(connection, ["GET /metrics HTTP/1.1", "Host: hub.example"])
            #expect(own.hasPrefix("http/1.1 200"))
            for forwarded in ["203.0.113.1", "127.0.0.1"] {
                let answer = try await Self.ask(
                    connection, ["GET /metrics HTTP/1.1", "Host: hub.example", "X-Forwarded-For: \(forwarded)"])
                #expect(answer.hasPrefix("http/1.1 401"))
            }
        }
    }

    @Test func `The listener with TLS makes cookies Secure and has browsers stay with TLS; the other one does not`() async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            for (connection, isSecure) in [(try await fixture.connect(), true), (try await fixture.connectWithoutTLS(), false)] {
                let answer = try await Self.post(connection, Self.signIn, [])
                #expect(answer.hasPrefix("http/1.1 201"))
                #expect(answer.contains("; secure\r\n") == isSecure)
                #expect(answer.contains("strict-transport-security: max-age=31536000\r\n") == isSecure)
                let local = try await Self.ask(connection, ["GET /healthz HTTP/1.1", "Host: localhost:8443"])
                #expect(!local.contains("strict-transport-security"))
                await connection.close()
            }
        }
    }
}
