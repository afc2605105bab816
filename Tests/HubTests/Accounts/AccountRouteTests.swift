import Base
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Setting up, inviting, changing and removing accounts over HTTP.
@Suite struct AccountRouteTests {
    private static let password = "violet anchor seven lamps"

    private static func ask(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, cookie: String? = nil,
        isForm: Bool = false
    ) async throws -> (status: Int, body: String, cookie: String?) {
        var headers = HTTPFields()
        headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
        if let cookie { headers[.cookie] = cookie }
        if body != nil { headers[.contentType] = isForm ? "application/x-www-form-urlencoded" : "application/json" }
        let response = try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        let set = response.headers[.setCookie]?.split(separator: ";").first.map(String.init)
        return (Int(response.status.code), String(buffer: response.body), set)
    }

    private static func form(_ token: SessionToken, _ name: String, _ password: String = password) -> String {
        "token=\(token.text)&name=\(name)&password=\(password.replacing(" ", with: "+"))"
    }

    @Test func `Whoever has the link sets the first administrator up, once`() async throws {
        let fixture = try await WebFixture()
        fixture.store.contents.withLock { $0.accounts = [:] }
        let (one, two) = (try #require(try await fixture.accounts.setUp()), try #require(try await fixture.accounts.setUp()))
        try await fixture.app.test(.router) { client in
            #expect(try await Self.ask(client, .get, "/welcome?token=\(one.text)").body.contains("name=\"token\" value=\"\(one.text)\""))
            for path in ["/welcome", "/welcome?token=x", "/welcome?token=\(SessionToken().text)"] {
                let answer = try await Self.ask(client, .get, path)
                #expect(answer.status == 410 && !answer.body.contains("name=\"password\""), "\(path)")
            }
            // What is wrong is said, and the link is still good.
            for (name, password, words) in [
                ("ann", "too short", "at least 15"), ("ann", "passwordpassword", "first that are tried"), ("", Self.password, "1 to 64"),
                ("ann", "annannannannannann", "first that are tried"), ("a%E2%80%AEb", Self.password, "1 to 64"),
                ("admi%E2%80%8Dn", Self.password, "1 to 64"), ("..", Self.password, "1 to 64"), ("Invitations", Self.password, "1 to 64"),
            ] {
                let answer = try await Self.ask(client, .post, "/api/v1/welcome", Self.form(one, name, password), isForm: true)
                #expect([400, 409].contains(answer.status) && answer.body.contains(words) && answer.cookie == nil, "\(password)")
            }
            let made = try await Self.ask(client, .post, "/api/v1/welcome", Self.form(one, "ann"), isForm: true)
            #expect(made.status == 303)
            let own = try await Self.ask(client, .get, "/api/v1/account", cookie: made.cookie)
            #expect(
                own.body
                    == #"{"name":"ann","role":"administrator","grants":[{"role":"administrator","site":null,"camera":null,"video":true,"faces":true}],"second_factor":false,"recovery_codes":null}"#
            )
            for token in [one, two] {
                #expect(try await Self.ask(client, .post, "/api/v1/welcome", Self.form(token, "bob"), isForm: true).status == 410)
            }
            #expect(try await fixture.accounts.setUp() == nil)
        }
        // Neither links nor passwords are in the log.
        #expect(!fixture.log.text.contains(one.text) && !fixture.log.text.contains("violet"))
    }

    @Test func `A setup link lasts an hour, an invitation a week`() async throws {
        let fixture = try await WebFixture()
        let invited = try await fixture.accounts.invite([Grant(.viewer)], by: "admin").token
        let accounts = fixture.store.contents.withLock { contents in
            defer { contents.accounts = [:] }
            return contents.accounts
        }
        let token = try #require(try await fixture.accounts.setUp())
        fixture.clock.advance(by: 3599)
        #expect(try await fixture.accounts.link(token) != nil)
        fixture.clock.advance(by: 1)
        #expect(try await fixture.accounts.link(token) == nil)
        fixture.store.contents.withLock { $0.accounts = accounts }
        fixture.clock.advance(by: 7 * 86_400 - 3601)
        #expect(try await fixture.accounts.link(invited) != nil)
        fixture.clock.advance(by: 1)
        #expect(try await fixture.accounts.link(invited) == nil)
    }

    @Test func `An administrator invites, changes and removes; the last one stays`() async throws {
        let fixture = try await WebFixture()
        let admin = try await fixture.cookie()
        try await fixture.app.test(.router) { client in
            for body in [
                "{}", #"{"grants":[{"role":"king"}]}"#, #"{"grants":[{"role":"viewer","site":"home","camera":"door"}]}"#,
                #"{"grants":[{"role":"viewer","site":"no such/site"}]}"#,
                "{\"grants\":[\((0...100).map { _ in #"{"role":"viewer"}"# }.joined(separator: ","))]}",
            ] {
                #expect(try await Self.ask(client, .post, "/api/v1/accounts/invitations", body, cookie: admin).status == 400, "\(body)")
            }
            let link = try await Self.ask(
                client, .post, "/api/v1/accounts/invitations", #"{"grants":[{"role":"viewer","site":"home"}]}"#, cookie: admin)
            #expect(link.status == 201)
            let address = try #require(try JSONObject(Array(link.body.utf8)).string("link"))
            let token = try #require(SessionToken(String(address.dropFirst("/welcome?token=".count))))
            // As another keyboard writes it.
            let name = "Ann%20O%CC%88"
            for taken in ["admin", "Admin"] {
                #expect(try await Self.ask(client, .post, "/api/v1/welcome", Self.form(token, taken), isForm: true).status == 409)
            }
            let made = try await Self.ask(client, .post, "/api/v1/welcome", Self.form(token, name), isForm: true)
            #expect(made.status == 303)
            let all = try await Self.ask(client, .get, "/api/v1/accounts", cookie: admin).body
            #expect(
                all.contains(
                    #"{"name":"Ann Ö","role":"viewer","grants":[{"role":"viewer","site":"home","camera":null,"video":true,"faces":false}]}"#
                ))
            #expect(!all.contains("scrypt"))

            let grants = #"{"grants":[{"role":"operator"}]}"#
            #expect(try await Self.ask(client, .patch, "/api/v1/accounts/\(name)", grants, cookie: admin).status == 204)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: made.cookie).body.contains("operator"))
            #expect(try await Self.ask(client, .patch, "/api/v1/accounts/nobody", grants, cookie: admin).status == 404)
            for (method, body) in [(HTTPRequest.Method.patch, grants), (.delete, nil)] {
                let refused = try await Self.ask(client, method, "/api/v1/accounts/admin", body, cookie: admin)
                #expect(refused.status == 409 && refused.body.contains("last-administrator"))
            }
            #expect(try await Self.ask(client, .delete, "/api/v1/accounts/\(name)", cookie: admin).status == 204)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: made.cookie).status == 401)
        }
    }

    @Test func `A stream ends where its account gets other rights`() async throws {
        let fixture = try await WebFixture()
        _ = fixture.stream.begin(at: 0)
        let watching = Task { try await fixture.stream.run() }
        defer { watching.cancel() }
        try await fixture.store.upsertAccount(AccountRecord(name: "other", grants: [Grant(.administrator)], passwordHash: ""))
        let cookie = try await fixture.cookie()
        @Sendable func streams() -> Double? { fixture.metrics.value("vigilar_stream_subscribers") }
        try await WebApplication.application(fixture.dependencies).test(.live) { client in
            try await StreamClient.open(port: try #require(client.port), path: "/events/stream", cookie: cookie) { readUntil in
                _ = try await readUntil("event: connected")
                try await eventually("a stream") { streams() == 1 }
                #expect(try await fixture.accounts.setGrants([Grant(.viewer)], of: Accounts.administrator) == .done)
                try await eventually("the stream to end") { streams() == 0 }
            }
        }
    }

    @Test func `A password is changed by whoever knows it, and all other sessions end`() async throws {
        let fixture = try await WebFixture()
        let (one, two) = (try await fixture.cookie(), try await fixture.cookie())
        try await fixture.app.test(.router) { client in
            func change(_ present: String, _ password: String) async throws -> (status: Int, body: String, cookie: String?) {
                try await Self.ask(
                    client, .put, "/api/v1/account/password", "{\"current\":\"\(present)\",\"new\":\"\(password)\"}", cookie: one)
            }
            #expect(try await change("wrong", Self.password).status == 403)
            #expect(try await change(WebFixture.password, "short").status == 400)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: two).status == 200)
            let changed = try await change(WebFixture.password, Self.password)
            #expect(changed.status == 204)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: changed.cookie).status == 200)
            for cookie in [one, two] { #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: cookie).status == 401) }
            _ = try await fixture.accounts.signIn(name: "admin", password: Self.password, from: SignInOrigin(address: "127.0.0.1"))
        }
    }
}
