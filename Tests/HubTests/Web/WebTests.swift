import Base
import Foundation
import HTTPTypes
import Hub
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import Testing

@Suite struct WebTests {
    private let json = HTTPFields([HTTPField(name: .contentType, value: "application/json")])

    @Test("Without a session only the bare health answers, the sign-in and its assets can be seen")
    func closed() async throws {
        let fixture = try await WebFixture()
        fixture.readiness.problem(.store, "a secret detail")
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/healthz", method: .get) { #expect($0.status == .ok) }
            try await client.execute(uri: "/readyz", method: .get) {
                #expect($0.status == .serviceUnavailable)
                #expect(String(buffer: $0.body) == "unready\n")
            }
            try await client.execute(uri: "/sign-in", method: .get) {
                #expect($0.status == .ok)
                #expect($0.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
                #expect($0.headers[.xContentTypeOptions] == "nosniff")
            }
            for path in ["/metrics", "/events/stream", "/api/v1/events", "/api/v1/openapi.json", "/api/v1/nothing", "/nothing"] {
                try await client.execute(uri: path, method: .get) {
                    #expect($0.status == .unauthorized, "\(path)")
                    #expect($0.headers[.contentType] == "application/problem+json")
                }
            }
            let html = HTTPFields([HTTPField(name: .accept, value: "text/html")])
            try await client.execute(uri: "/events?type=person&camera=a", method: .get, headers: html) {
                #expect($0.status == .seeOther)
                #expect($0.headers[.location] == "/sign-in?next=/events%3Ftype%3Dperson%26camera%3Da")
            }
        }
    }

    @Test("Signing in sets a cookie that lets in; signing out ends it")
    func signInAndOut() async throws {
        let fixture = try await WebFixture()
        fixture.readiness.problem(.bridge, "no broker")
        try await fixture.app.test(.router) { client in
            let body = ByteBuffer(string: "{\"name\":\"admin\",\"password\":\"\(WebFixture.password)\"}")
            let cookie = try await client.execute(uri: "/api/v1/session", method: .post, headers: json, body: body) { response in
                #expect(response.status == .created)
                let cookie = try #require(response.headers[.setCookie])
                #expect(cookie.hasSuffix("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"))
                return String(cookie.prefix { $0 != ";" })
            }
            var headers = HTTPFields([HTTPField(name: .cookie, value: cookie)])
            try await client.execute(uri: "/readyz", method: .get, headers: headers) {
                #expect(String(buffer: $0.body).contains("\"bridge\":\"no broker\""))
            }
            try await client.execute(uri: "/api/v1/session", method: .delete, headers: headers) { #expect($0.status == .forbidden) }
            headers[.origin] = "http://elsewhere.example"
            try await client.execute(uri: "/api/v1/session", method: .delete, headers: headers) { #expect($0.status == .forbidden) }
            headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
            try await client.execute(uri: "/api/v1/session", method: .delete, headers: headers) { #expect($0.status == .noContent) }
            try await client.execute(uri: "/api/v1/events", method: .get, headers: headers) { #expect($0.status == .unauthorized) }
        }
    }

    @Test("Over TLS the cookie is Secure, and a form leads only to pages of this site")
    func form() async throws {
        let fixture = try await WebFixture()
        try await fixture.app.test(.router) { client in
            var headers = HTTPFields([HTTPField(name: .contentType, value: "application/x-www-form-urlencoded")])
            headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
            headers[.origin] = "https://hub.example"
            for (next, location) in [
                ("/events%3Ftype%3Dperson", "/events?type=person"), ("//evil.example", "/"), ("https://evil.example", "/"),
            ] {
                let body = ByteBuffer(string: "name=admin&password=correct+horse%20battery&next=\(next)")
                try await client.execute(uri: "/api/v1/session", method: .post, headers: headers, body: body) {
                    #expect($0.status == .seeOther)
                    #expect($0.headers[.location] == location)
                    #expect($0.headers[.setCookie]?.contains("; Secure") == true)
                }
            }
            let body = ByteBuffer(string: "name=%3Cscript%3E&password=wrong")
            try await client.execute(uri: "/api/v1/session", method: .post, headers: headers, body: body) {
                #expect($0.status == .unauthorized)
                let page = String(buffer: $0.body)
                #expect(page.contains("The name or the password is not right."))
                #expect(!page.contains("<script>"))
            }
        }
    }

    @Test("Guessing is slowed down with 429 and a time to wait")
    func throttled() async throws {
        let fixture = try await WebFixture()
        try await fixture.app.test(.router) { client in
            let body = ByteBuffer(string: "{\"name\":\"admin\",\"password\":\"wrong\"}")
            for _ in 0..<5 {
                try await client.execute(uri: "/api/v1/session", method: .post, headers: json, body: body) {
                    #expect($0.status == .unauthorized)
                }
            }
            try await client.execute(uri: "/api/v1/session", method: .post, headers: json, body: body) {
                #expect($0.status == .tooManyRequests)
                #expect($0.headers[.retryAfter] == "1")
            }
        }
    }

    @Test(
        "A sign-in that is not what it should be gets a problem document",
        arguments: [
            ("application/json", "[]", 400), ("application/json", "{\"name\":1,\"password\":\"x\"}", 400),
            ("application/json", "\u{0}", 400),
            ("text/plain", "x", 415), ("application/json", String(repeating: " ", count: 17_000), 413),
        ])
    func badSignIn(_ type: String, _ body: String, _ status: Int) async throws {
        let fixture = try await WebFixture()
        try await fixture.app.test(.router) { client in
            let headers = HTTPFields([HTTPField(name: .contentType, value: type)])
            try await client.execute(uri: "/api/v1/session", method: .post, headers: headers, body: ByteBuffer(string: body)) {
                #expect($0.status.code == status)
                #expect($0.headers[.contentType] == "application/problem+json")
            }
        }
    }

    @Test("Paging through the list meets every event once, newest first")
    func paging() async throws {
        let fixture = try await WebFixture()
        for number in 0..<23 { fixture.store.add(try fixture.event(number, seconds: Double(number / 4))) }
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        try await fixture.app.test(.router) { client in
            var seen: [String] = []
            var next: String? = ""
            while let token = next {
                try await client.execute(uri: "/api/v1/events?limit=5&page=\(token)", method: .get, headers: headers) { response in
                    #expect(response.status == .ok)
                    let page = try JSONObject(Array(response.body.readableBytesView))
                    for range in try #require(try page.elements("items")) {
                        seen.append(try #require(try JSONObject(Array(page.bytes[range])).string("id")))
                    }
                    next = page.string("next")
                }
            }
            #expect(seen.count == 23)
            #expect(seen == seen.sorted(by: >))
            #expect(Set(seen).count == 23)
        }
    }

    @Test(
        "A parameter that cannot be understood is named",
        arguments: [
            ("limit=0", "limit"), ("limit=501", "limit"), ("limit=x", "limit"), ("camera=A", "camera"), ("site=a,b!", "site"),
            ("node=%20", "node"),
            ("type=Ä", "type"), ("min_severity=worst", "min_severity"), ("acknowledged=1", "acknowledged"), ("from=yesterday", "from"),
            ("to=2026-13-01T00:00:00Z", "to"), ("page=nonsense", "page"),
            ("page=\(String(repeating: "A", count: 34))", "page"), ("page=%00%ff", "page"),
        ])
    func badParameter(_ query: String, _ name: String) async throws {
        let fixture = try await WebFixture()
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/api/v1/events?\(query)", method: .get, headers: headers) { response in
                #expect(response.status == .badRequest)
                let problem = try JSONObject(Array(response.body.readableBytesView))
                #expect(problem.string("parameter") == name)
            }
        }
    }

    @Test("An event is answered as the node wrote it, and acknowledged once")
    func oneEvent() async throws {
        let fixture = try await WebFixture()
        let event = try fixture.event(1, payload: "{\"score\":0.910,  \"unknown\":[1]}")
        fixture.store.add(event)
        let headers = HTTPFields([
            HTTPField(name: .cookie, value: try await fixture.cookie()),
            HTTPField(name: HTTPField.Name("Sec-Fetch-Site")!, value: "same-origin"),
        ])
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/api/v1/events/\(event.id)", method: .get, headers: headers) {
                #expect($0.status == .ok)
                let text = String(buffer: $0.body)
                #expect(text.hasPrefix(String(String(decoding: event.body, as: UTF8.self).dropLast())))
                #expect(text.contains("\"acknowledged\":false,\"acknowledged_by\":null"))
            }
            for _ in 0..<2 {
                try await client.execute(uri: "/api/v1/events/\(event.id)/acknowledge", method: .post, headers: headers) {
                    #expect($0.status == .ok)
                    #expect(
                        String(buffer: $0.body).contains("\"acknowledged\":true,\"acknowledged_by\":\"admin\",\"acknowledged_at\":\"2026-"))
                }
            }
            for path in ["/api/v1/events/0192f6c2-0000-7000-8000-00000000ffff", "/api/v1/events/nonsense"] {
                try await client.execute(uri: path, method: .get, headers: headers) { #expect($0.status == .notFound) }
            }
        }
    }

    @Test("While the store is away the API says 503 and the page still says what is missing")
    func storeAway() async throws {
        let fixture = try await WebFixture()
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        fixture.store.isAway = true
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/api/v1/events", method: .get, headers: headers) {
                #expect($0.status == .serviceUnavailable)
                #expect($0.headers[.contentType] == "application/problem+json")
            }
            try await client.execute(uri: "/events", method: .get, headers: headers) {
                #expect($0.status == .ok)
                #expect(String(buffer: $0.body).contains("The event store does not answer."))
            }
        }
    }

    @Test("What a node wrote stays text on the page")
    func escaped() async throws {
        let fixture = try await WebFixture()
        fixture.store.add(
            try fixture.event(1, payload: #"{"zones":["<img src=x onerror=alert(1)>"],"why":{"<b>":"\"><script>alert(2)</script>"}}"#))
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/events", method: .get, headers: headers) {
                let page = String(buffer: $0.body)
                #expect(page.contains("&lt;img src=x"))
                #expect(!page.contains("<img"))
                #expect(!page.contains("<script>"))
                #expect(!page.contains("<b>"))
            }
        }
    }

    @Test("Every asset that a page names is there, for good")
    func assets() async throws {
        let fixture = try await WebFixture()
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        try await fixture.app.test(.router) { client in
            let page = try await client.execute(uri: "/events", method: .get, headers: headers) { String(buffer: $0.body) }
            var wanted = Set(page.matches(of: /\/assets\/[a-z0-9.-]+/).map { String($0.output) })
            #expect(wanted.count >= 4)
            while let path = wanted.popFirst() {
                let body = try await client.execute(uri: path, method: .get) { response in
                    #expect(response.status == .ok, "\(path)")
                    #expect(response.headers[.cacheControl] == "public, max-age=31536000, immutable")
                    return String(buffer: response.body)
                }
                for module in body.matches(of: /from "\.(\/[a-z0-9.-]+)"/) { wanted.insert("/assets" + module.output.1) }
            }
        }
    }

    @Test("An asset comes packed to whoever can unpack it, and as it is to others")
    func packedAssets() async throws {
        let fixture = try await WebFixture()
        let style = Assets().address("app.css")
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            func bytes(_ accepted: String?) async throws -> (coding: String?, body: [UInt8]) {
                let headers = accepted.map { HTTPFields([HTTPField(name: .acceptEncoding, value: $0)]) } ?? [:]
                return try await client.execute(uri: style, method: .get, headers: headers) { response in
                    #expect(response.headers[.vary] == "Accept-Encoding")
                    return (response.headers[.contentEncoding], Array(response.body.readableBytesView))
                }
            }
            let plain = try await bytes(nil)
            #expect(plain.coding == nil && String(decoding: plain.body, as: UTF8.self).contains("{"))
            for accepted in ["gzip", "br;q=1.0, GZIP;q=0.5", "deflate, gzip, zstd"] {
                let packed = try await bytes(accepted)
                #expect(packed.coding == "gzip", "\(accepted)")
                #expect(packed.body.starts(with: [0x1F, 0x8B]) && packed.body.count < plain.body.count / 2)
            }
            for accepted in ["", "br", "gzip;q=0", "gzip;q=0.000", "identity"] {
                let answer = try await bytes(accepted)
                #expect(answer.coding == nil && answer.body == plain.body, "\(accepted)")
            }
        }
    }
}
