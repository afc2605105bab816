import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Protocol
import TestSupport
import Testing

@testable import Hub

/// One's own account over HTTP: second factor, sessions, tokens, and what of it is written down.
@Suite struct OwnAccountRouteTests {
    private static func ask(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, cookie: String? = nil,
        bearer: String? = nil
    ) async throws -> (status: Int, body: String, cookie: String?) {
        var headers: HTTPFields = [.userAgent: "Firefox on a test"]
        if bearer == nil { headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin" }
        if let cookie { headers[.cookie] = cookie }
        if let bearer { headers[.authorization] = "Bearer \(bearer)" }
        if body != nil { headers[.contentType] = "application/json" }
        let response = try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        let set = response.headers[.setCookie]?.split(separator: ";").first.map(String.init)
        return (Int(response.status.code), String(buffer: response.body), set)
    }

    private struct Sessions: Decodable {
        struct Item: Decodable {
            var id: String
            var kind: String
            var label: String
            var address: String
            var is_this: Bool
        }
        var items: [Item]
    }

    private static func sessions(_ client: any TestClientProtocol, _ cookie: String) async throws -> [Sessions.Item] {
        let body = try await ask(client, .get, "/api/v1/account/sessions", cookie: cookie).body
        return try JSONDecoder().decode(Sessions.self, from: Data(body.utf8)).items
    }

    private static func member(_ name: String, _ body: String) throws -> String {
        try #require(JSONObject(Array(body.utf8)).string(name), "\(body)")
    }

    @Test func `A second factor is set up with a code, asked for at every door, and taken away`() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let path = "/api/v1/account/second-factor"
            let made = try await Self.ask(client, .post, path, cookie: cookie)
            let text = try Self.member("secret", made.body)
            let secret = try #require(OneTimeCode.secret(text))
            #expect(try Self.member("uri", made.body).contains("secret=\(text)") && Self.member("picture", made.body).hasPrefix("<svg"))
            func code(_ steps: Int64 = 0) -> String {
                OneTimeCode.code(secret, step: Int64(fixture.clock.now.secondsSince1970) / 30 + steps)
            }
            func put(_ code: String, _ password: String) async throws -> (status: Int, body: String, cookie: String?) {
                try await Self.ask(
                    client, .put, path, "{\"secret\":\"\(text)\",\"code\":\"\(code)\",\"password\":\"\(password)\"}", cookie: cookie)
            }
            #expect(try await put(code(), "wrong").status == 403)
            #expect(try await put("000000", WebFixture.password).status == 403)
            #expect(try await Self.ask(client, .put, path, "{}", cookie: cookie).status == 400)
            let set = try await put(code(), WebFixture.password)
            #expect(set.status == 200 && set.body.contains("recovery_codes"))
            let own = try await Self.ask(client, .get, "/api/v1/account", cookie: cookie).body
            #expect(own.contains(#""second_factor":true,"recovery_codes":10"#))

            func signIn(_ more: String) async throws -> (status: Int, body: String, cookie: String?) {
                try await Self.ask(
                    client, .post, "/api/v1/session", "{\"name\":\"admin\",\"password\":\"\(WebFixture.password)\"\(more)}")
            }
            let half = try await signIn("")
            #expect(half.status == 401 && half.body.contains("code-needed") && half.cookie == nil)
            let wrong = try await signIn(",\"code\":\"\(code())\"")
            #expect(wrong.status == 403 && wrong.body.contains("wrong-code") && wrong.cookie == nil)
            #expect(try await signIn(",\"code\":\"\(code(1))\"").status == 201)
            // Without a script the form asks, and knows the name.
            let form = try await client.execute(
                uri: "/api/v1/session", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "name=admin&password=\(WebFixture.password.replacing(" ", with: "+"))"))
            let page = String(buffer: form.body)
            #expect(form.status == .unauthorized && page.contains("<label data-part=\"code\">") && page.contains("value=\"admin\""))

            let removed = try await Self.ask(client, .delete, path, "{\"password\":\"\(WebFixture.password)\"}", cookie: cookie)
            #expect(removed.status == 204, "\(removed.body)")
            #expect(try await signIn("").status == 201)
        }
        #expect(!fixture.log.text.contains(WebFixture.password))
    }

    @Test func `Sessions are told, and end one by one or all but this`() async throws {
        let fixture = try await WebFixture()
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            var cookies: [String] = []
            for _ in 0..<3 {
                let body = "{\"name\":\"admin\",\"password\":\"\(WebFixture.password)\"}"
                cookies.append(try #require(try await Self.ask(client, .post, "/api/v1/session", body).cookie))
                fixture.clock.advance(by: 1)
            }
            let all = try await Self.sessions(client, cookies[0])
            #expect(
                all.count == 3 && all.allSatisfy { $0.label == "Firefox on a test" && $0.address == "127.0.0.1" && $0.kind == "browser" })
            #expect(all.map(\.is_this) == [false, false, true])
            #expect(try await Self.ask(client, .delete, "/api/v1/account/sessions/\(all[0].id)", cookie: cookies[0]).status == 204)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: cookies[2]).status == 401)
            for id in [all[0].id, "x", "00", ""] {
                #expect(try await Self.ask(client, .delete, "/api/v1/account/sessions/\(id)x", cookie: cookies[0]).status == 404)
            }
            #expect(try await Self.ask(client, .delete, "/api/v1/account/sessions", cookie: cookies[0]).status == 204)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: cookies[1]).status == 401)
            #expect(try await Self.sessions(client, cookies[0]).count == 1)
        }
    }

    @Test func `A token does what it was made for, until it ends, and does not change its account`() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            func make(_ body: String) async throws -> (status: Int, body: String, cookie: String?) {
                try await Self.ask(client, .post, "/api/v1/account/tokens", body, cookie: cookie)
            }
            for wrong in [
                "{}", #"{"name":"x","days":0}"#, #"{"name":"x","days":367}"#, #"{"name":"","days":1}"#, #"{"name":"a\u202eb","days":1}"#,
                #"{"name":"x","days":1,"grants":[{"role":"king"}]}"#,
                #"{"name":"x","days":1,"grants":[{"role":"viewer","site":"no site"}]}"#,
            ] { #expect(try await make(wrong).status == 400, "\(wrong)") }
            let seeing = try Self.member("token", try await make(#"{"name":"Home","days":30,"grants":[{"role":"viewer"}]}"#).body)
            let all = try Self.member("token", try await make(#"{"name":"All","days":1}"#).body)
            #expect(seeing.hasPrefix("vigilar_") && seeing.count == 51)
            #expect(try await Self.ask(client, .get, "/api/v1/events", bearer: seeing).status == 200)
            #expect(try await Self.ask(client, .get, "/api/v1/accounts", bearer: seeing).status == 403)
            #expect(try await Self.ask(client, .get, "/api/v1/accounts", bearer: all).status == 200)
            let invited = try await Self.ask(
                client, .post, "/api/v1/accounts/invitations", #"{"grants":[{"role":"viewer"}]}"#, bearer: all)
            #expect(invited.status == 403)
            for (method, path) in [
                (HTTPRequest.Method.post, "tokens"), (.put, "password"), (.post, "second-factor"), (.delete, "sessions"),
            ] { #expect(try await Self.ask(client, method, "/api/v1/account/\(path)", "{}", bearer: all).status == 403, "\(path)") }
            for (method, path) in [(HTTPRequest.Method.post, "/reset"), (.patch, ""), (.delete, "/sessions"), (.delete, "")] {
                #expect(
                    try await Self.ask(client, method, "/api/v1/accounts/admin\(path)", #"{"grants":[]}"#, bearer: all).status == 403,
                    "\(path)")
            }
            // Other changes need no Origin, as no page can make a browser send the header.
            let changed = try await Self.ask(client, .put, "/api/v1/sites/home", #"{"time_zone":"Nowhere"}"#, bearer: all)
            #expect(changed.status == 400)
            // A token is no cookie and a cookie no token, and one that is wrong is not helped by a cookie.
            let secret = String(all.dropFirst("vigilar_".count))
            #expect(try await Self.ask(client, .get, "/api/v1/events", cookie: "vigilar_session=\(secret)").status == 401)
            let session = try #require(cookie.split(separator: "=").last)
            #expect(try await Self.ask(client, .get, "/api/v1/events", bearer: "vigilar_\(session)").status == 401)
            for (other, status) in [("", 200), ("x", 200), (secret, 200), (all + "x", 401), ("vigilar_", 401)] {
                #expect(try await Self.ask(client, .get, "/api/v1/events", cookie: cookie, bearer: other).status == status, "\(other)")
            }
            fixture.clock.advance(by: 86_401)
            #expect(try await Self.ask(client, .get, "/api/v1/events", bearer: all).status == 401)
            #expect(try await Self.ask(client, .get, "/api/v1/events", bearer: seeing).status == 200)
            let token = try #require(try await Self.sessions(client, cookie).first { $0.kind == "token" })
            #expect(token.label == "Home")
            #expect(try await Self.ask(client, .delete, "/api/v1/account/sessions/\(token.id)", cookie: cookie).status == 204)
            #expect(try await Self.ask(client, .get, "/api/v1/events", bearer: seeing).status == 401)
        }
    }

    @Test func `An account has fifty tokens at most`() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            for number in 0...50 {
                let made = try await Self.ask(client, .post, "/api/v1/account/tokens", #"{"name":"x","days":1}"#, cookie: cookie)
                #expect(made.status == (number < 50 ? 201 : 409), "\(number)")
            }
        }
    }

    @Test func `An administrator signs others out, and lets them in again by a link`() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        let link = try await fixture.accounts.invite([Grant(.viewer)], by: "admin")
        let origin = SignInOrigin(address: "192.0.2.1")
        let theirs = try await fixture.accounts.redeem(link.token, name: "Zoë & Co", password: "violet anchor seven lamps", from: origin)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let path = "/api/v1/accounts/Zo%C3%AB%20%26%20Co"
            let (own, other) = (cookie, "vigilar_session=\(theirs.token.text)")
            #expect(try await Self.ask(client, .get, "\(path)/sessions", cookie: own).body.contains("192.0.2.1"))
            for refused in ["\(path)/sessions", "/api/v1/audit"] {
                #expect(try await Self.ask(client, .get, refused, cookie: other).status == 403)
            }
            #expect(try await Self.ask(client, .post, "\(path)/reset", "{}", cookie: other).status == 403)
            #expect(try await Self.ask(client, .delete, "\(path)/sessions", cookie: own).status == 204)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: other).status == 401)
            #expect(try await Self.ask(client, .post, "/api/v1/accounts/nobody/reset", "{}", cookie: own).status == 404)
            // One's own would be a way around the present password.
            #expect(try await Self.ask(client, .post, "/api/v1/accounts/admin/reset", "{}", cookie: own).status == 403)
            let reset = try await Self.ask(client, .post, "\(path)/reset", "{}", cookie: own)
            #expect(reset.status == 201)
            let page = try await Self.ask(client, .get, try Self.member("link", reset.body))
            #expect(page.status == 200 && page.body.contains("value=\"Zoë &amp; Co\"") && page.body.contains("readonly"))
        }
    }

    @Test func `What is changed, watched and refused is in the log, and what is only read is not`() async throws {
        let fixture = try await SnapshotFixture()
        _ = try await fixture.join("porch", site: "home", secret: 1)
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["cam"], at: SystemClock().now)
        let cookie = try await fixture.cookie(of: Accounts.administrator)
        let hash = try #require(try await fixture.store.account(named: "admin")).passwordHash
        try await fixture.store.upsertAccount(AccountRecord(name: "guest", grants: [Grant(.viewer)], passwordHash: hash))
        let guest = try await fixture.cookie(of: "guest")
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            for path in [
                "/api/v1/events", "/api/v1/recordings", "/system",
                "/api/v1/cameras/cam/timeline?from=2026-11-23T12:00:00Z&to=2026-11-23T13:00:00Z",
            ] {
                _ = try await Self.ask(client, .get, path, cookie: cookie)
            }
            #expect(try await Self.ask(client, .put, "/api/v1/sites/home", #"{"time_zone":"Europe/Berlin"}"#, cookie: cookie).status < 300)
            #expect(try await Self.ask(client, .put, "/api/v1/sites/home", #"{"time_zone":"Nowhere"}"#, cookie: cookie).status == 400)
            #expect(try await Self.ask(client, .delete, "/api/v1/accounts/admin", cookie: guest).status == 403)
            let log = try await Self.ask(client, .get, "/api/v1/audit", cookie: cookie).body
            #expect(
                log.contains(
                    #""account":"admin","address":"127.0.0.1","action":"PUT /api/v1/sites/{site}","words":"Changed a site","object":"home""#
                ))
            #expect(log.contains(#""words":"Was refused: removed an account","object":"admin","detail":"Not allowed","is_refused":true"#))
            for _ in 0..<3 { #expect(try await Self.ask(client, .get, "/api/v1/audit", cookie: guest).status == 403) }
            // Of what is tried each is a line, once.
            for name in ["a", "b", "a"] {
                #expect(try await Self.ask(client, .delete, "/api/v1/accounts/\(name)", cookie: guest).status == 403)
            }
            let grants = #"{"grants":[{"role":"operator","site":"home","video":false}]}"#
            #expect(try await Self.ask(client, .patch, "/api/v1/accounts/%67uest", grants, cookie: cookie).status == 204)
            let later = try await Self.ask(client, .get, "/api/v1/audit", cookie: cookie).body
            #expect(later.contains(#""object":"guest","detail":"operator of site home without video","is_refused":false"#))
            for name in ["a", "b"] { #expect(later.contains(#""object":"\#(name)","detail":"Not allowed","is_refused":true"#)) }
            // The first password, both sign-ins, the site, four that were refused, one of them three times, and the change.
            #expect(later.split(separator: "\"action\"").count == 10, "\(later)")
            #expect(try await Self.ask(client, .get, "/api/v1/audit?account=guest&limit=1", cookie: cookie).body.contains("\"next\":\""))
            for wrong in ["page=x", "page=0", "limit=0", "limit=501"] {
                #expect(try await Self.ask(client, .get, "/api/v1/audit?\(wrong)", cookie: cookie).status == 400)
            }
        }
    }

    @Test func `A change that comes after its session has ended is not carried out, however early it began`() async throws {
        let fixture = try await WebFixture()
        let opened = try await fixture.accounts.signIn(
            name: "admin", password: WebFixture.password, from: SignInOrigin(address: "192.0.2.1"))
        // As another replica ends it: this one has seen it a moment ago.
        #expect(try await fixture.store.deleteSession(tokenHash: opened.token.hash, of: "admin"))
        let cookie = "vigilar_session=\(opened.token.text)"
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: cookie).status == 200)
            for (method, path, body) in [
                (HTTPRequest.Method.post, "/api/v1/account/tokens", #"{"name":"x","days":1}"#),
                (.post, "/api/v1/accounts/invitations", #"{"grants":[{"role":"administrator"}]}"#),
                (.patch, "/api/v1/accounts/admin", #"{"grants":[]}"#),
            ] { #expect(try await Self.ask(client, method, path, body, cookie: cookie).status == 401, "\(path)") }
        }
        #expect(try await fixture.accounts.sessions(of: "admin").isEmpty)
    }
}
