import Base
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import TestSupport
import Testing

@testable import Hub

/// Incidents as people ask for them who see all of a site, and who do not.
@Suite struct IncidentRoutesTests {
    private typealias Ask = (_ account: String, HTTPRequest.Method, _ path: String) async throws -> (status: Int, text: String)

    /// Three events of one incident five minutes apart, of the cameras door, yard and door, and whoever may see what.
    private static func withIncident(_ body: @Sendable ([EventID], Ask) async throws -> Void) async throws {
        let fixture = try await SnapshotFixture()
        _ = try await fixture.join("porch", secret: 1)
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door", "yard"], at: SystemClock().now)
        let start = SystemClock().now.advanced(bySeconds: -7200)
        let events = try [("door", 0.0, 10.0), ("yard", 5, 300), ("door", 310, 320)].enumerated().map { number, event in
            try Event(
                id: EventID(at: start.advanced(bySeconds: event.1)), rev: 1, node: "porch", epoch: "e1", seq: Int64(number + 1),
                site: "home",
                sourceID: event.0, type: "motion", severity: .info, ts: start.advanced(bySeconds: event.1),
                endTS: start.advanced(bySeconds: event.2), payload: Array("{}".utf8))
        }
        _ = try await fixture.store.ingest(EventMaker().batch(events))
        _ = try await fixture.store.stampAll()
        let hash = try #require(try await fixture.store.account(named: Accounts.administrator)).passwordHash
        var cookies = [Accounts.administrator: try await fixture.cookie(of: Accounts.administrator)]
        for (name, grants) in [
            ("ben", [Grant(.operator, site: "home")]), ("door", [Grant(.operator, camera: "door")]), ("guest", [Grant(.viewer)]),
            ("mixed", [Grant(.viewer, site: "home"), Grant(.operator, camera: "yard")]), ("yard", [Grant(.operator, camera: "yard")]),
        ] {
            try await fixture.store.upsertAccount(AccountRecord(name: name, grants: grants, passwordHash: hash))
            cookies[name] = try await fixture.cookie(of: name)
        }
        let signedIn = cookies
        let ids = events.map(\.id)
        try await fixture.app.test(.router) { client in
            try await body(ids) { account, method, path in
                var headers = HTTPFields()
                headers[.cookie] = signedIn[account]
                headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
                return try await client.execute(uri: path, method: method, headers: headers) {
                    (Int($0.status.code), String(buffer: $0.body))
                }
            }
        }
    }

    /// The incidents of a list, newest event first.
    private static func incidents(_ answer: (status: Int, text: String)) throws -> [String?] {
        let object = try JSONObject(Array(answer.text.utf8))
        return try (object.elements("items") ?? []).map { try JSONObject(Array(object.bytes[$0])).string("incident") }
    }

    @Test func `Who sees all of the site has one incident; who sees one camera has what that alone would be`() async throws {
        try await Self.withIncident { (ids: [EventID], ask: Ask) async throws -> Void in
            let names = ids.map(\.description)
            for account in [Accounts.administrator, "ben", "guest", "mixed"] {
                #expect(try Self.incidents(try await ask(account, .get, "/api/v1/events")) == [names[0], names[0], names[0]], "\(account)")
            }
            // Five minutes apart: one incident would tell that another camera saw something in between.
            #expect(try Self.incidents(try await ask("door", .get, "/api/v1/events")) == [names[2], names[0]])
            #expect(try Self.incidents(try await ask("yard", .get, "/api/v1/events")) == [names[1]])
            // The same for one event as in a list, and on a page that ends in the middle.
            #expect(try await ask("door", .get, "/api/v1/events/\(names[2])").text.contains(#""incident":"\#(names[2])""#))
            #expect(try await ask("yard", .get, "/api/v1/events/\(names[1])").text.contains(#""incident":"\#(names[1])""#))
            #expect(try Self.incidents(try await ask("door", .get, "/api/v1/events?limit=1")) == [names[2]])
            #expect(try await ask("ben", .get, "/api/v1/events/\(names[2])").text.contains(#""incident":"\#(names[0])""#))
        }
    }

    @Test func `An incident is marked as seen as a whole, by whoever operates its cameras, as far as they do`() async throws {
        try await Self.withIncident { (ids: [EventID], ask: Ask) async throws -> Void in
            let path = "/api/v1/incidents/\(ids[0])/acknowledge"
            #expect(try await ask("guest", .post, path).status == 403)
            #expect(try await ask("yard", .post, path).status == 404)
            #expect(try await ask("mixed", .post, path).text == #"{"acknowledged":1}"#)
            #expect(try await ask("ben", .get, "/api/v1/events/\(ids[1])").text.contains(#""acknowledged_by":"mixed""#))
            #expect(try await ask("door", .post, path).text == #"{"acknowledged":1}"#)
            #expect(try await ask("ben", .get, "/api/v1/events/\(ids[2])").text.contains(#""acknowledged":false"#))
            #expect(try await ask("ben", .post, path).text == #"{"acknowledged":1}"#)
            #expect(try await ask("ben", .post, path).text == #"{"acknowledged":0}"#)
            #expect(try await ask("ben", .get, "/api/v1/events/\(ids[1])").text.contains(#""acknowledged_by":"mixed""#))
            // An event that is not the first of its incident names none; for who sees only its camera it may be.
            #expect(try await ask("ben", .post, "/api/v1/incidents/\(ids[2])/acknowledge").status == 404)
            #expect(try await ask("door", .post, "/api/v1/incidents/\(ids[2])/acknowledge").text == #"{"acknowledged":0}"#)
            for nowhere in ["x", EventID(high: 1, low: 1).description] {
                #expect(try await ask("ben", .post, "/api/v1/incidents/\(nowhere)/acknowledge").status == 404, "\(nowhere)")
            }
        }
    }
}
