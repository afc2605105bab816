import Base
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import TestSupport
import Testing

@testable import Hub

/// Notes and the page of an event, as people ask for them.
@Suite struct NoteRoutesTests {
    private struct Answer {
        var status: Int
        var text: String

        func items(_ name: String) throws -> [String] {
            let object = try JSONObject(Array(text.utf8))
            return try (object.elements("items") ?? []).map { try JSONObject(Array(object.bytes[$0])).string(name) ?? "-" }
        }
    }

    private typealias Ask = (_ account: String, HTTPRequest.Method, _ path: String, _ body: String?) async throws -> Answer

    /// Two operators and a viewer beside the administrator, and an event of the camera `porch-cam` that a node sent.
    /// - Parameter isKnown: Whether a pet of a name is known by it.
    private static func withEvent(
        type: String = "person", isKnown: Bool = false, _ body: @Sendable (EventID, Ask) async throws -> Void
    ) async throws {
        let fixture = try await SnapshotFixture()
        _ = try await fixture.join("porch", secret: 1)
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["porch-cam"], at: SystemClock().now)
        var maker = EventMaker(node: "porch")
        let event = try maker.event(camera: "porch-cam", type: type)
        _ = try await fixture.store.ingest(maker.batch([event]))
        if isKnown {
            let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .animal, model: "m")
            #expect(try await fixture.store.putPortrait(facts, box: [1, 2, 3], at: maker.start) == .stored)
            let said = try await fixture.store.say(.new(StoreJournalTests.milo), in: [event.id], by: "admin", at: maker.start)
            #expect(said == .done)
        }
        let hash = try #require(try await fixture.store.account(named: Accounts.administrator)).passwordHash
        var cookies = [Accounts.administrator: try await fixture.cookie(of: Accounts.administrator)]
        for (name, grant) in [
            ("ben", Grant(.operator, site: "home")), ("cora", Grant(.operator, camera: "porch-cam")),
            ("guest", Grant(.viewer, site: "home", video: false)),
        ] {
            try await fixture.store.upsertAccount(AccountRecord(name: name, grants: [grant], passwordHash: hash))
            cookies[name] = try await fixture.cookie(of: name)
        }
        let signedIn = cookies
        try await fixture.app.test(.router) { client in
            try await body(event.id) { account, method, path, text in
                var headers = HTTPFields()
                headers[.cookie] = signedIn[account]
                headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
                if text != nil { headers[.contentType] = "application/json" }
                return try await client.execute(uri: path, method: method, headers: headers, body: text.map { ByteBuffer(string: $0) }) {
                    Answer(status: Int($0.status.code), text: String(buffer: $0.body))
                }
            }
        }
    }

    @Test func `Operators write and read notes, and delete their own; an administrator deletes anybody's; viewers see none`() async throws {
        try await Self.withEvent { event, ask in
            let notes = "/api/v1/events/\(event)/notes"
            #expect(try await ask("ben", .get, notes, nil).text == #"{"items":[],"next":null}"#)
            let made = try await ask("ben", .post, notes, #"{"text":"Postman,\nnot <b>a thief</b>"}"#)
            #expect(made.status == 201)
            let note = try JSONObject(Array(made.text.utf8))
            #expect(note.string("text") == "Postman,\nnot <b>a thief</b>")
            #expect(note.string("created_by") == "ben")
            let id = try #require(note.string("id"))
            #expect(try await ask("cora", .post, notes, #"{"text":"Yes"}"#).status == 201)
            #expect(try await ask("cora", .get, notes, nil).items("created_by") == ["ben", "cora"])
            #expect(try await ask("cora", .delete, "\(notes)/\(id)", nil).status == 404)
            #expect(try await ask("guest", .get, notes, nil).status == 403)
            #expect(try await ask("guest", .post, notes, #"{"text":"x"}"#).status == 403)
            #expect(try await ask("ben", .delete, "\(notes)/\(id)", nil).status == 204)
            #expect(try await ask("ben", .delete, "\(notes)/\(id)", nil).status == 404)
            #expect(try await ask("ben", .delete, "\(notes)/x", nil).status == 404)
            let other = try #require(try await ask("ben", .get, notes, nil).items("id").first)
            #expect(try await ask(Accounts.administrator, .delete, "\(notes)/\(other)", nil).status == 204)
            #expect(try await ask("ben", .get, notes, nil).items("id") == [])
        }
    }

    @Test func `What is no note is refused, with what to send`() async throws {
        try await Self.withEvent { event, ask in
            let notes = "/api/v1/events/\(event)/notes"
            let long = String(repeating: "x", count: 2001)
            for bad in [
                "", "[]", "{}", #"{"text":5}"#, #"{"text":""}"#, #"{"text":" \n "}"#, #"{"text":"a\u202eb"}"#, #"{"text":"\#(long)"}"#,
            ] {
                let answer = try await ask("ben", .post, notes, bad)
                #expect(answer.status == 400 && answer.text.contains("1 to 2000 characters"), "\(bad.prefix(40))")
            }
            #expect(try await ask("ben", .post, notes, #"{"text":"\#(long.dropLast())"}"#).status == 201)
            for nowhere in ["x", EventID(high: 1, low: 1).description] {
                #expect(try await ask(Accounts.administrator, .post, "/api/v1/events/\(nowhere)/notes", #"{"text":"x"}"#).status == 404)
            }
        }
    }

    @Test func `Who operates the camera says that an event should not have been one, and takes it back`() async throws {
        try await Self.withEvent { event, ask in
            let path = "/api/v1/events/\(event)/verdict"
            let nothing = #"{"verdict":null,"said_at":null,"said_by":null}"#
            #expect(try await ask("ben", .get, path, nil).text == nothing)
            #expect(try await ask("guest", .put, path, #"{"verdict":"misread"}"#).status == 403)
            #expect(try await ask("ben", .put, path, #"{"verdict":"misread"}"#).status == 204)
            let said = try JSONObject(Array(try await ask("cora", .get, path, nil).text.utf8))
            #expect(said.string("verdict") == "misread")
            #expect(said.string("said_by") == "ben")
            #expect(try await ask("ben", .get, "/api/v1/events/\(event)", nil).text.contains(#""acknowledged_by":"ben""#))
            for bad in ["", "[]", "{}", #"{"verdict":5}"#, #"{"verdict":"boring"}"#] {
                #expect(try await ask("ben", .put, path, bad).status == 400, "\(bad)")
            }
            #expect(try await ask("ben", .put, path, #"{"verdict":null}"#).status == 204)
            #expect(try await ask("ben", .get, path, nil).text == nothing)
            let nowhere = "/api/v1/events/\(EventID(high: 1, low: 1))/verdict"
            #expect(try await ask(Accounts.administrator, .put, nowhere, #"{"verdict":"misread"}"#).status == 404)
        }
    }

    @Test func `What somebody is known by is forgotten only by who may say who they are, and only where the event says what it shows`()
        async throws
    {
        let misread = #"{"verdict":"misread"}"#
        try await Self.withEvent(type: "pet", isKnown: true) { (event: EventID, ask: Ask) async throws -> Void in
            let path = "/api/v1/events/\(event)/verdict"
            let refused = try await ask("ben", .put, path, misread)
            #expect(refused.status == 403 && refused.text.contains("names-withheld"))
            #expect(try await ask("ben", .put, path, #"{"verdict":"false_alarm"}"#).status == 204)
            #expect(try await ask("ben", .get, "/api/v1/events/\(event)", nil).text.contains("Milo"))
            #expect(try await ask(Accounts.administrator, .put, path, misread).status == 204)
            #expect(try await !ask("ben", .get, "/api/v1/events/\(event)", nil).text.contains("Milo"))
        }
        try await Self.withEvent(type: "motion") { (event: EventID, ask: Ask) async throws -> Void in
            #expect(try await ask("ben", .put, "/api/v1/events/\(event)/verdict", misread).status == 400)
        }
    }

    /// What the page of a person's event has parts for.
    private static func offers(_ account: String, _ page: String, _ ask: Ask) async throws -> Set<String> {
        let text = try await ask(account, .get, page, nil).text
        #expect(text.contains("Person, porch-cam · Vigilar"))
        return Set(
            ["acknowledge", "play", "notes", "write", "verdict", "identity", "species"].filter { text.contains("data-part=\"\($0)\"") })
    }

    @Test func `The page of an event offers what the account may do with it, and nothing else`() async throws {
        try await Self.withEvent { (event: EventID, ask: Ask) async throws -> Void in
            let page = "/events/\(event)"
            #expect(
                try await Self.offers(Accounts.administrator, page, ask) == [
                    "acknowledge", "play", "notes", "write", "verdict", "identity",
                ])
            // Who is known is of the whole installation.
            #expect(try await Self.offers("ben", page, ask) == ["acknowledge", "play", "notes", "write", "verdict"])
            #expect(try await Self.offers("guest", page, ask) == [])
            for nowhere in ["/events/x", "/events/\(EventID(high: 1, low: 1))"] {
                for account in [Accounts.administrator, "ben"] { #expect(try await ask(account, .get, nowhere, nil).status == 404) }
            }
        }
        try await Self.withEvent(type: "wildlife") { (event: EventID, ask: Ask) async throws -> Void in
            #expect(try await ask("ben", .get, "/events/\(event)", nil).text.contains("data-part=\"species\""))
        }
    }
}
