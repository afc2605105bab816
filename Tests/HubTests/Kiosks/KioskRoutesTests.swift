import Base
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import TestSupport
import Testing

@testable import Hub

/// Screens, as their browsers and administrators ask for them.
@Suite struct KioskRoutesTests {
    private struct Answer {
        var status: Int
        var text: String
        /// What the answer sets, as a browser sends it back.
        var cookie: String?
        var header: String?

        func member(_ name: String) throws -> String { try #require(try JSONObject(Array(text.utf8)).string(name), "\(text)") }
    }

    private static func ask(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, cookie: String? = nil,
        more: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = more
        headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
        if let cookie { headers[.cookie] = cookie }
        if body != nil { headers[.contentType] = "application/json" }
        let response = try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        let set = response.headers[.setCookie]
        return Answer(
            status: Int(response.status.code), text: String(buffer: response.body),
            cookie: set?.split(separator: ";").first.map(String.init), header: set)
    }

    /// A hub with the cameras `porch-cam` and `barn-cam`, each at a site of its own.
    private static func fixture() async throws -> SnapshotFixture {
        let fixture = try await SnapshotFixture()
        for (node, site, secret) in [("porch", "home", UInt8(1)), ("barn", "farm", 2)] {
            _ = try await fixture.join(node, site: site, secret: secret)
            _ = try await fixture.store.claimCameras(node: node, cameras: ["\(node)-cam"], at: SystemClock().now)
        }
        return fixture
    }

    private static func approval(_ code: String, _ cameras: String = #"["porch-cam"]"#) -> String {
        #"{"code":"\#(code)","name":"Kitchen","cameras":\#(cameras),"side":2}"#
    }

    /// Pairs a screen that shows `porch-cam`.
    /// - Returns: Its cookie.
    private static func pair(_ client: any TestClientProtocol, admin: String, more: HTTPFields = [:]) async throws -> String {
        let pairing = try await ask(client, .post, "/api/v1/kiosks/pairings")
        #expect(try await ask(client, .post, "/api/v1/kiosks", approval(pairing.member("code")), cookie: admin).status == 204)
        let claimed = try await ask(
            client, .post, "/api/v1/kiosks/pairings/claim", #"{"secret":"\#(pairing.member("secret"))"}"#, more: more)
        #expect(claimed.status == 201)
        return try #require(claimed.cookie)
    }

    @Test func `Who administers everything approves the code that a screen shows, and the screen gets a session, once`() async throws {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        let hash = try #require(try await fixture.store.account(named: Accounts.administrator)).passwordHash
        try await fixture.store.upsertAccount(
            AccountRecord(name: "steward", grants: [Grant(.administrator, site: "home")], passwordHash: hash))
        let steward = try await fixture.cookie(of: "steward")
        let made = try await fixture.accounts.addToken(
            named: "program", limits: nil, days: 1, of: Accounts.administrator, from: SignInOrigin(address: "127.0.0.1"))
        let token = try #require(made).token.bearer
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let pairing = try await Self.ask(client, .post, "/api/v1/kiosks/pairings")
            #expect(pairing.status == 201 && pairing.cookie == nil)
            let (code, secret) = (try pairing.member("code"), #"{"secret":"\#(try pairing.member("secret"))"}"#)
            func claim(_ body: String) async throws -> Answer { try await Self.ask(client, .post, "/api/v1/kiosks/pairings/claim", body) }
            func approve(_ body: String) async throws -> Answer { try await Self.ask(client, .post, "/api/v1/kiosks", body, cookie: admin) }
            #expect(try await claim(secret).status == 202)
            for bad in ["", "[]", "{}", #"{"secret":5}"#, #"{"secret":"\#(code)"}"#] {
                #expect(try await claim(bad).status == 400, "\(bad)")
            }
            #expect(try await claim(#"{"secret":"\#(SessionToken().text)"}"#).status == 410)

            for (cookie, status) in [(nil, 401), (steward, 403)] as [(String?, Int)] {
                #expect(try await Self.ask(client, .post, "/api/v1/kiosks", Self.approval(code), cookie: cookie).status == status)
            }
            let bearer: HTTPFields = [.authorization: "Bearer \(token)"]
            #expect(try await Self.ask(client, .post, "/api/v1/kiosks", Self.approval(code), more: bearer).status == 403)
            for bad in ["", "[]", "{}", Self.approval(code, "[]"), Self.approval(code, #"["a","b","c","d","e"]"#)] {
                #expect(try await approve(bad).status == 400, "\(bad)")
            }
            #expect(try await approve(Self.approval(code, #"["moon-cam"]"#)).status == 404)
            for wrong in [KioskCode().text, "", "x"] {
                let answer = try await approve(Self.approval(wrong))
                #expect(answer.status == 404 && answer.text.contains("unknown-code"), "\(wrong)")
            }
            #expect(try await claim(secret).status == 202)
            // As somebody types it.
            #expect(try await approve(Self.approval(code.lowercased().replacing("-", with: " "))).status == 204)
            #expect(try await approve(Self.approval(code)).status == 404)
            let claimed = try await claim(secret)
            #expect(claimed.status == 201 && claimed.text == #"{"state":"paired","name":"Kitchen"}"#)
            #expect(claimed.header?.contains("HttpOnly") == true && claimed.header?.contains("Max-Age=34560000") == true)
            #expect(try await claim(secret).status == 410)

            let wall = try await Self.ask(client, .get, "/kiosk", cookie: claimed.cookie)
            #expect(wall.text.contains(#"data-camera="porch-cam""#) && !wall.text.contains("barn"))
            #expect(wall.cookie == claimed.cookie)
            let own = try await Self.ask(client, .get, "/api/v1/kiosk", cookie: claimed.cookie)
            #expect(try own.status == 200 && own.member("name") == "Kitchen" && wall.text.contains("data-build=\"\(own.member("build"))\""))
            #expect(try await Self.ask(client, .get, "/api/v1/kiosk", cookie: admin).status == 404)
            let list = try await Self.ask(client, .get, "/api/v1/kiosks", cookie: admin)
            #expect(list.text.contains(#""name":"Kitchen","cameras":["porch-cam"],"side":2,"approved_by":"admin""#))
        }
        let lines = try await fixture.store.audit(of: nil, before: nil, limit: 100)
        #expect(lines.contains { $0.action == "POST /api/v1/kiosks" && $0.account == "admin" && $0.detail == "Kitchen: porch-cam" })
        #expect(lines.contains { $0.action == "screen-paired" && $0.account == "screen Kitchen" && $0.detail == "approved by admin" })
        // Neither code nor secret is kept anywhere.
        #expect(try await fixture.store.accounts().map(\.name) == ["admin", "steward"])
    }

    /// By hand, and not from the table: this is the promise.
    private static let permitted: Set = [
        "GET /api/v1/kiosk", "GET /api/v1/live", "GET /api/v1/cameras/{id}/live.mjpeg", "GET /events/stream",
    ]

    @Test func `A screen reaches its page, the pictures of its cameras and their events, and nothing else`() async throws {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let screen = try await Self.pair(client, admin: admin)
            for (route, rule) in RouteRules.all.sorted(by: { $0.key < $1.key }) {
                switch rule.caller {
                case .everybody, .machine: continue
                case .account, .rights: break
                }
                if Self.permitted.contains(route) { continue }
                let words = route.split(separator: " ").map(String.init)
                let method = try #require(HTTPRequest.Method(words[0]))
                let path = words[1].replacing("{id}", with: "porch-cam").replacing(/{[a-z]+}/, with: "porch")
                let body = [.get, .head].contains(method) ? nil : "[]"
                #expect(try await Self.ask(client, method, path, body, cookie: screen).status == 403, "\(route)")
            }
            // Nobody waits for a picture of what is not the screen's.
            for path in ["/api/v1/live?cameras=barn-cam", "/api/v1/cameras/barn-cam/live.mjpeg"] {
                let (foreign, missing) = (
                    try await Self.ask(client, .get, path, cookie: screen),
                    try await Self.ask(client, .get, path.replacing("barn", with: "moon"), cookie: screen)
                )
                #expect(foreign.status == 404 && foreign.text == missing.text, "\(path)")
            }
            for path in ["/metrics", "/readyz"] {
                let elsewhere: HTTPFields = [HTTPField.Name("X-Forwarded-For")!: "192.0.2.7"]
                let answer = try await Self.ask(client, .get, path, cookie: screen, more: elsewhere)
                #expect(!answer.text.contains("vigilar_") && (answer.status >= 400 || !answer.text.contains("{")), "\(path)")
            }
            // Whoever stands before it may sign in, and its secret is no token.
            #expect(try await Self.ask(client, .get, "/sign-in", cookie: screen).status == 200)
            let secret = try #require(screen.split(separator: "=").last)
            let bearer: HTTPFields = [.authorization: "Bearer \(SessionToken.prefix)\(secret)"]
            #expect(try await Self.ask(client, .get, "/api/v1/kiosk", more: bearer).status == 401)
        }
    }

    @Test func `Who has a screen's cookie cannot fill the audit log, or choose its words`() async throws {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let screen = try await Self.pair(client, admin: admin)
            for number in 0..<20 {
                for (method, path) in [(.delete, "accounts"), (.get, "cameras"), (.delete, "kiosks")] as [(HTTPRequest.Method, String)] {
                    let end = method == .get ? "/config" : ""
                    let answer = try await Self.ask(client, method, "/api/v1/\(path)/words-\(number)\(end)", cookie: screen)
                    #expect(answer.status == 403, "\(path)")
                }
            }
        }
        let lines = try await fixture.store.audit(of: "screen Kitchen", before: nil, limit: 100)
        #expect(
            lines.filter(\.isRefused).map(\.action).sorted() == [
                "DELETE /api/v1/accounts/{name}", "DELETE /api/v1/kiosks/{id}", "GET /api/v1/cameras/{id}/config",
            ])
        #expect(!lines.contains { ($0.object + $0.detail).contains("words") })
    }

    @Test func `A screen that was paired over TLS keeps a cookie for TLS alone, also where its page is asked for without saying so`()
        async throws
    {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            for (origin, isSecure) in [("https://hub.example", true), ("http://hub.example", false)] {
                let screen = try await Self.pair(client, admin: admin, more: [.origin: origin])
                let wall = try await Self.ask(client, .get, "/kiosk", cookie: screen)
                #expect(wall.status == 200 && wall.cookie == screen)
                #expect(wall.header?.contains("; Secure") == isSecure, "\(origin)")
            }
        }
    }

    @Test func `Where the store is away a screen's page asks by itself until it is back`() async throws {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let screen = try await Self.pair(client, admin: admin)
            #expect(try await Self.ask(client, .get, "/kiosk", cookie: screen).text.contains("porch-cam"))
            try await fixture.store.write { try $0.execute(sql: "ALTER TABLE kiosks RENAME TO away") }
            let page = try await Self.ask(client, .get, "/kiosk", cookie: screen)
            #expect(page.status == 200 && page.text.contains("data-returning") && page.cookie == nil)
            #expect(try await Self.ask(client, .get, "/api/v1/kiosk", cookie: screen).status == 503)
            try await fixture.store.write { try $0.execute(sql: "ALTER TABLE away RENAME TO kiosks") }
            #expect(try await Self.ask(client, .get, "/kiosk", cookie: screen).text.contains("porch-cam"))
        }
    }

    @Test func `A screen whose browser signs in is none any more, and one whose guess is wrong stays one`() async throws {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let screen = try await Self.pair(client, admin: admin)
            func signIn(_ password: String) async throws -> Answer {
                let body = #"{"name":"admin","password":"\#(password)"}"#
                return try await Self.ask(client, .post, "/api/v1/session", body, cookie: screen)
            }
            #expect(try await signIn("wrong").status == 401)
            #expect(try await fixture.store.kiosks().count == 1)
            let signedIn = try await signIn(WebFixture.password)
            #expect(signedIn.status == 201 && signedIn.cookie != screen)
            #expect(try await fixture.store.kiosks() == [])
            #expect(try await Self.ask(client, .get, "/api/v1/kiosk", cookie: screen).status == 401)
        }
    }

    @Test(arguments: ["sign-in", "link", "screen"])
    func `A browser that is given another cookie has no session and no stream of the one before`(_ way: String) async throws {
        let fixture = try await Self.fixture()
        _ = fixture.stream.begin(at: 0)
        let watching = Task { try await fixture.stream.run() }
        defer { watching.cancel() }
        let before = try await fixture.cookie(of: Accounts.administrator)
        let other = try await fixture.cookie(of: Accounts.administrator)
        let link = try await fixture.accounts.invite([Grant(.viewer)], by: Accounts.administrator).token
        @Sendable func streams() -> Double? { fixture.metrics.value("vigilar_stream_subscribers") }
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            func request() async throws -> (path: String, body: String) {
                switch way {
                case "sign-in": return ("/api/v1/session", #"{"name":"admin","password":"\#(WebFixture.password)"}"#)
                case "link": return ("/api/v1/welcome", "token=\(link.text)&name=bob&password=violet+anchor+seven+lamps")
                default:
                    let pairing = try await Self.ask(client, .post, "/api/v1/kiosks/pairings")
                    let approval = Self.approval(try pairing.member("code"))
                    #expect(try await Self.ask(client, .post, "/api/v1/kiosks", approval, cookie: other).status == 204)
                    return ("/api/v1/kiosks/pairings/claim", #"{"secret":"\#(try pairing.member("secret"))"}"#)
                }
            }
            let asked = try await request()
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: before).status == 200)
            try await StreamClient.open(port: try #require(client.port), path: "/events/stream", cookie: before) { readUntil in
                _ = try await readUntil("event: connected")
                try await eventually("a stream") { streams() == 1 }
                let given = try await Self.ask(client, .post, asked.path, asked.body, cookie: before)
                #expect(given.cookie != nil && given.cookie != before, "\(given)")
                try await eventually("the stream to end") { streams() == 0 }
            }
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: before).status == 401)
            #expect(try await Self.ask(client, .get, "/api/v1/account", cookie: other).status == 200)
        }
    }

    @Test func `A screen that is removed has no stream, no session and another code`() async throws {
        let fixture = try await Self.fixture()
        _ = fixture.stream.begin(at: 0)
        let watching = Task { try await fixture.stream.run() }
        defer { watching.cancel() }
        let admin = try await fixture.cookie(of: Accounts.administrator)
        @Sendable func streams() -> Double? { fixture.metrics.value("vigilar_stream_subscribers") }
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let screen = try await Self.pair(client, admin: admin)
            let kiosk = try #require(try await fixture.store.kiosks().first)
            let list = try await Self.ask(client, .get, "/api/v1/kiosks", cookie: admin).text
            let id = try #require(list.firstMatch(of: /"id":"([0-9a-f]+)"/)?.output.1)
            #expect(await fixture.accounts.goesOn(kiosk.session))
            try await StreamClient.open(port: try #require(client.port), path: "/events/stream", cookie: screen) { readUntil in
                _ = try await readUntil("event: connected")
                try await eventually("a stream") { streams() == 1 }
                #expect(try await Self.ask(client, .delete, "/api/v1/kiosks/\(id)", cookie: admin).status == 204)
                try await eventually("the stream to end") { streams() == 0 }
            }
            // What live video asks while it goes on.
            #expect(await !fixture.accounts.goesOn(kiosk.session))
            #expect(try await Self.ask(client, .get, "/api/v1/kiosk", cookie: screen).status == 401)
            let page = try await Self.ask(client, .get, "/kiosk", cookie: screen).text
            #expect(page.contains("data-part=\"code\"") && page.contains("data-returning") && !page.contains("porch-cam"))
            for unknown in [String(id), "x", "00"] {
                #expect(try await Self.ask(client, .delete, "/api/v1/kiosks/\(unknown)", cookie: admin).status == 404, "\(unknown)")
            }
        }
        let lines = try await fixture.store.audit(of: "admin", before: nil, limit: 100)
        #expect(lines.contains { $0.action == "DELETE /api/v1/kiosks/{id}" && $0.detail == "Kitchen" })
    }

    @Test func `Another replica knows within seconds that a screen was removed`() async throws {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let screen = try await Self.pair(client, admin: admin)
            #expect(try await Self.ask(client, .get, "/api/v1/kiosk", cookie: screen).status == 200)
            let kiosk = try #require(try await fixture.store.kiosks().first)
            #expect(try await fixture.store.deleteKiosk(kiosk.tokenHash) == "Kitchen")
            try await eventually("the session to be over") { await !fixture.accounts.goesOn(kiosk.session) }
        }
    }

    @Test func `Codes from one address are few, and a page says how a browser that is signed in becomes a screen`() async throws {
        let fixture = try await Self.fixture()
        let admin = try await fixture.cookie(of: Accounts.administrator)
        try await fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            for _ in 0..<10 { #expect(try await Self.ask(client, .post, "/api/v1/kiosks/pairings").status == 201) }
            // Then each has to wait longer than the one before, so that sooner or later one comes too soon, however slow the machine is.
            var refused = ""
            for _ in 0..<100 where refused.isEmpty {
                let answer = try await Self.ask(client, .post, "/api/v1/kiosks/pairings")
                if answer.status == 429 { refused = answer.text }
            }
            #expect(refused.contains("throttled"))
            let stranger = try await Self.ask(client, .get, "/kiosk")
            #expect(stranger.status == 200 && stranger.text.contains("data-part=\"code\"") && !stranger.text.contains("data-returning"))
            let own = try await Self.ask(client, .get, "/kiosk", cookie: admin)
            #expect(own.text.contains("signed in as admin") && !own.text.contains("data-part=\"code\""))
        }
    }
}
