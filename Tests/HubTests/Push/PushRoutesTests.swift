import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import TestSupport
import Testing

@testable import Hub

/// Turning notifications on and off, and the test of them, as browsers ask for it.
@Suite struct PushRoutesTests {
    private struct Listed: Decodable {
        struct Item: Decodable {
            var id: String
            var label: String
            var service: String
            var sent_at: String?
            var failures: Int
            var is_this: Bool
        }
        var public_key: String
        var items: [Item]
    }

    private struct Tested: Decodable {
        struct Item: Decodable {
            var id: String
            var outcome: String
            var detail: String
        }
        var items: [Item]
    }

    private typealias Answer = (status: Int, body: String)

    private static func ask(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, cookie: String? = nil,
        bearer: String? = nil
    ) async throws -> Answer {
        var headers = HTTPFields()
        if bearer == nil { headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin" }
        if let cookie { headers[.cookie] = cookie }
        if let bearer { headers[.authorization] = "Bearer \(bearer)" }
        if body != nil { headers[.contentType] = "application/json" }
        let response = try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        return (Int(response.status.code), String(buffer: response.body))
    }

    private static func listed(_ client: any TestClientProtocol, _ cookie: String) async throws -> Listed {
        let body = try await ask(client, .get, "/api/v1/push", cookie: cookie).body
        return try JSONDecoder().decode(Listed.self, from: Data(body.utf8))
    }

    private static func tested(_ client: any TestClientProtocol, _ cookie: String) async throws -> [Tested.Item] {
        let body = try await ask(client, .post, "/api/v1/push/test", cookie: cookie).body
        return try JSONDecoder().decode(Tested.self, from: Data(body.utf8)).items
    }

    /// The administrator twice and a viewer, signed in.
    private static func cookies(_ fixture: SnapshotFixture) async throws -> [String] {
        let hash = try #require(try await fixture.store.account(named: Accounts.administrator)).passwordHash
        try await fixture.store.upsertAccount(
            AccountRecord(name: "guest", grants: [Grant(.viewer, camera: "porch-cam")], passwordHash: hash))
        return [
            try await fixture.cookie(of: Accounts.administrator), try await fixture.cookie(of: Accounts.administrator),
            try await fixture.cookie(of: "guest"),
        ]
    }

    @Test func `A browser is told what the test sends, each account its own, and is off the list with its session`() async throws {
        let fixture = try await SnapshotFixture(takesPrivatePush: true)
        let cookies = try await Self.cookies(fixture)
        let sending = Task { try await fixture.push.run() }
        try await StubPushService.serving { service, origin in
            try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
                let browsers = [PushedBrowser(), PushedBrowser(), PushedBrowser()]
                #expect(try await Self.listed(client, cookies[0]).items.isEmpty)
                #expect(try await Self.tested(client, cookies[0]).isEmpty)
                for (index, browser) in browsers.enumerated() {
                    let answer = try await Self.ask(
                        client, .post, "/api/v1/push/subscriptions", browser.subscription(at: "\(origin)/push/\(index)"),
                        cookie: cookies[index])
                    #expect(answer.status == 201 && answer.body.contains(#""is_this":true"#), "\(answer)")
                    #expect(!answer.body.contains("/push/"))
                }
                let listed = try await Self.listed(client, cookies[1])
                #expect(listed.items.map(\.is_this) == [false, true])
                #expect(listed.items.allSatisfy { "http://\($0.service)" == origin && $0.sent_at == nil })

                #expect(try await Self.tested(client, cookies[0]).map(\.outcome) == ["sent", "sent"])
                #expect(Set(service.received.map(\.path)) == ["/push/0", "/push/1"])
                for request in service.received {
                    let browser = browsers[request.path == "/push/0" ? 0 : 1]
                    let message = try JSONObject(try browser.open(request.body))
                    #expect(message.string("body") == "Notifications reach this device." && message.string("url") == "/account")
                    #expect(VapidClaims(request.fields[.authorization] ?? "")?.key == listed.public_key)
                }
                try await eventually("both to be noted") {
                    try await Self.listed(client, cookies[0]).items.allSatisfy { $0.sent_at != nil }
                }

                // Another one is not sent at once, and the push services are asked nothing.
                let soon = try await Self.ask(client, .post, "/api/v1/push/test", cookie: cookies[1])
                #expect(soon.status == 429 && soon.body.contains("/problems/throttled"), "\(soon)")
                #expect(service.received.count == 2)
                #expect(try await Self.tested(client, cookies[2]).map(\.outcome) == ["sent"])
                // As if the time were over.
                fixture.push.tests.end(Accounts.administrator, at: fixture.clock.uptime - 10)

                // What the push service says is told for each.
                service.answer("/push/0", .init(status: .forbidden, text: "why not"))
                service.answer("/push/1", .init(status: .gone))
                let second = try await Self.tested(client, cookies[0])
                #expect(second.map(\.outcome) == ["refused", "gone"] && second[0].detail.contains("why not"))
                try await eventually("the second to be forgotten") { try await Self.listed(client, cookies[0]).items.count == 1 }

                // Another's is not there.
                let guests = try #require(try await Self.listed(client, cookies[2]).items.first)
                #expect(try await Self.ask(client, .delete, "/api/v1/push/subscriptions/\(guests.id)", cookie: cookies[0]).status == 404)
                #expect(try await Self.ask(client, .delete, "/api/v1/push/subscriptions/x", cookie: cookies[0]).status == 404)
                #expect(try await Self.ask(client, .delete, "/api/v1/push/subscriptions/\(guests.id)", cookie: cookies[2]).status == 204)
                #expect(try await Self.listed(client, cookies[2]).items.isEmpty)

                #expect(try await Self.ask(client, .delete, "/api/v1/session", cookie: cookies[0]).status == 204)
                #expect(try await Self.listed(client, cookies[1]).items.isEmpty)
            }
        }
        sending.cancel()
        try await sending.value
        let lines = try await fixture.store.audit(of: "guest", before: nil, limit: 100)
        #expect(lines.contains { $0.action == "POST /api/v1/push/subscriptions" && $0.detail == "127.0.0.1" })
    }

    @Test func `What is no subscription is refused, and so is one that leads into a private network`() async throws {
        let fixture = try await SnapshotFixture()
        let cookie = try await Self.cookies(fixture)[2]
        let browser = PushedBrowser()
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            let path = "/api/v1/push/subscriptions"
            let good = browser.subscription(at: "https://push.test/a")
            for bad in [
                "", "[]", "{}", #"{"endpoint":"https://push.test/a"}"#, #"{"endpoint":5,"keys":{"p256dh":"","auth":""}}"#,
                good.replacing("\"p256dh\":\"B", with: "\"p256dh\":\"C"), good.replacing("\"auth\":\"", with: "\"auth\":\"AAAA"),
            ] {
                let answer = try await Self.ask(client, .post, path, bad, cookie: cookie)
                #expect(answer.status == 400 && answer.body.contains("/problems/bad-body"), "\(bad) \(answer)")
            }
            for host in ["127.0.0.1", "[::1]", "10.0.0.1", "localhost", "2130706433", "user@push.test"] {
                let answer = try await Self.ask(client, .post, path, browser.subscription(at: "https://\(host)/a"), cookie: cookie)
                #expect(answer.status == 400 && answer.body.contains("/problems/unusable-endpoint"), "\(host) \(answer)")
            }
            let plain = try await Self.ask(client, .post, path, browser.subscription(at: "http://127.0.0.1/a"), cookie: cookie)
            #expect(plain.status == 400 && plain.body.contains("https://"))
            let long = String(repeating: "x", count: 9000)
            #expect(try await Self.ask(client, .post, path, "{\"endpoint\":\"\(long)\"}", cookie: cookie).status == 413)
        }
    }

    @Test func `A hub that cannot open the installation's key says that notifications are off, and leaves the key alone`() async throws {
        let fixture = try await SnapshotFixture()
        let cookie = try await Self.cookies(fixture)[2]
        // Sealed to another hub's key.
        #expect(try await fixture.store.addPushKey([1, 2, 3]) == [1, 2, 3])
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            let answer = try await Self.ask(client, .get, "/api/v1/push", cookie: cookie)
            #expect(answer.status == 503 && answer.body.contains("/problems/notifications-off"), "\(answer)")
        }
        #expect(try await fixture.store.pushKey() == [1, 2, 3])
    }

    @Test func `Only a browser turns them on, and nobody without a session or from another site`() async throws {
        let fixture = try await SnapshotFixture(takesPrivatePush: true)
        let cookies = try await Self.cookies(fixture)
        let body = PushedBrowser().subscription(at: "http://127.0.0.1:1/a")
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            let made = try await Self.ask(client, .post, "/api/v1/account/tokens", #"{"name":"x","days":1}"#, cookie: cookies[2])
            let token = try #require(try JSONObject(Array(made.body.utf8)).string("token"))
            #expect(try await Self.ask(client, .get, "/api/v1/push", bearer: token).status == 200)
            #expect(try await Self.ask(client, .post, "/api/v1/push/subscriptions", body, bearer: token).status == 403)
            #expect(try await Self.ask(client, .post, "/api/v1/push/test", bearer: token).status == 403)
            let foreign = try await client.execute(
                uri: "/api/v1/push/subscriptions", method: .post,
                headers: [.cookie: cookies[2], .origin: "https://elsewhere.example", .contentType: "application/json"],
                body: ByteBuffer(string: body))
            #expect(foreign.status == .forbidden)
            #expect(try await Self.ask(client, .get, "/api/v1/push").status == 401)
            #expect(try await Self.listed(client, cookies[2]).items.isEmpty)
        }
    }
}
