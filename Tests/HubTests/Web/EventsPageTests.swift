import Base
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import Testing

@testable import Hub

/// The timeline's page and the marking of many events, as accounts of several kinds see them.
@Suite struct EventsPageTests {
    private let fixture: WebFixture

    init() async throws { fixture = try await WebFixture() }

    /// The session of somebody with these rights.
    private func session(_ grants: Grant...) async throws -> HTTPFields {
        let hash = try #require(try await fixture.store.account(named: Accounts.administrator)).passwordHash
        try await fixture.store.upsertAccount(AccountRecord(name: "ann", grants: grants, passwordHash: hash))
        let (token, _) = try await fixture.accounts.signIn(
            name: "ann", password: WebFixture.password, from: SignInOrigin(address: "127.0.0.1"))
        var headers: HTTPFields = [.cookie: "\(SessionMiddleware.cookie)=\(token.text)"]
        headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
        return headers
    }

    private func html(_ headers: HTTPFields, _ path: String = "/events") async throws -> String {
        try await fixture.app.test(.router) { client in
            let answer = try await client.execute(uri: path, method: .get, headers: headers)
            #expect(answer.status == .ok)
            return String(buffer: answer.body)
        }
    }

    private func acknowledge(_ body: String, _ headers: HTTPFields) async throws -> (status: Int, text: String) {
        var headers = headers
        headers[.contentType] = "application/json"
        let sent = headers
        return try await fixture.app.test(.router) { client in
            let answer = try await client.execute(
                uri: "/api/v1/events/acknowledge", method: .post, headers: sent, body: ByteBuffer(string: body))
            return (answer.status.code, String(buffer: answer.body))
        }
    }

    private static func json(_ ids: [EventID]) -> String { "{\"ids\":[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]}" }

    /// Each row of the page, from its beginning to that of the next.
    private static func rows(_ page: String) -> [String] {
        let beginning = "<li class=\"event\""
        let list = page.split(separator: "<template").first ?? ""
        return list.split(separator: beginning).dropFirst().map { row in beginning + (row.split(separator: "</ol>").first ?? "") }
    }

    @Test func `A page of fifty rows with all that a row can have weighs 60 KB at most`() async throws {
        for number in 0..<50 {
            fixture.store.add(
                try fixture.event(
                    number, seconds: Double(number) * 40, type: "person", severity: .warning, rev: 12,
                    payload: #"{"score":0.914,"zones":["drive","front door"],"why":{"area":0.12}}"#),
                acknowledged: number % 2 == 0, snapshot: 4)
        }
        let page = try await html(try await session(Grant(.administrator)))
        #expect(page.utf8.count <= 60_000)
        let rows = Self.rows(page)
        #expect(rows.count == 50)
        for row in rows {
            // Whoever has no script reads all of it.
            for part in [
                ">Person</a> <strong>Warning</strong>", ">porch-cam</a><span>drive, front door</span>",
                "alt=\"Picture: Person\" loading=\"lazy\"", "href=\"/cameras/porch-cam?at=2026-",
                "<dt>Score<dd>0.914<dt>Part of the picture that moved<dd>0.12</dl>", "<span>21 s</span>",
            ] { #expect(row.contains(part), "\(part)") }
            let isSeen = row.contains("<span class=\"seen\" title=\"Seen by admin\">Seen by admin</span>")
            #expect(isSeen != row.contains(" data-operates"))
            // What does nothing without a script is made by it.
            #expect(!row.contains("<button") && !row.contains("<input"))
        }
    }

    @Test func `Marking is offered for what an account operates, and to whoever only views not at all`() async throws {
        for (number, camera) in ["porch-cam", "yard-cam"].enumerated() {
            fixture.store.add(try fixture.event(number, seconds: Double(number), camera: camera))
        }
        func offered(_ page: String) -> [String] {
            Self.rows(page).filter { $0.contains(" data-operates") }.map { $0.contains(">yard-cam<") ? "yard-cam" : "porch-cam" }
        }
        let controls = ["data-part=\"select\"", "data-part=\"selection\"", "data-part=\"controls\"", "<kbd>a</kbd>"]
        let whole = try await html(try await session(Grant(.operator)))
        #expect(offered(whole) == ["yard-cam", "porch-cam"] && whole.contains("data-operates=\"everything\""))
        for control in controls { #expect(whole.contains(control), "\(control)") }

        let keeper = try await html(try await session(Grant(.viewer), Grant(.operator, camera: "yard-cam")))
        #expect(offered(keeper) == ["yard-cam"] && keeper.contains("data-operates=\"camera:yard-cam\""))

        let headers = try await session(Grant(.viewer))
        let viewer = try await html(headers)
        #expect(Self.rows(viewer).count == 2 && offered(viewer) == [] && viewer.contains("data-operates=\"\""))
        for control in controls { #expect(!viewer.contains(control), "\(control)") }
        // The keys that are left are for everybody.
        #expect(viewer.contains("data-part=\"show-keys\"") && viewer.contains("<kbd>j</kbd>"))
        // By this the journal of animals knows that nothing is theirs to correct.
        #expect(try await html(headers, "/wildlife").contains("data-part=\"animals\" data-operates=\"\""))
    }

    @Test func `Many are marked in one request, those alone that the account operates and that nobody has marked`() async throws {
        let events = try (0..<4).map { try fixture.event($0, seconds: Double($0), camera: $0 < 3 ? "porch-cam" : "yard-cam") }
        for event in events { fixture.store.add(event, acknowledged: event.id == events[0].id) }
        let before = try await fixture.store.feedBounds().highest
        let headers = try await session(Grant(.viewer), Grant(.operator, camera: "porch-cam"))
        let nowhere = EventID(high: 1, low: 1)
        let body = Self.json(events.map(\.id) + [nowhere, events[1].id])
        let answer = try await acknowledge(body, headers)
        #expect(answer.status == 200 && answer.text == #"{"acknowledged":2}"#)
        var marked: [String?] = []
        for event in events { marked.append(try await fixture.store.event(event.id)?.acknowledgedBy) }
        #expect(marked == ["admin", "ann", "ann", nil])
        // The stream tells of those that changed.
        let told = try await fixture.store.feed(after: before, limit: 10).events.map(\.id)
        #expect(told == [events[1].id, events[2].id])
        #expect(try await acknowledge(body, headers).text == #"{"acknowledged":0}"#)
        let noted = try await fixture.store.audit(of: "ann", before: nil, limit: 10).map { "\($0.action): \($0.detail)" }
        #expect(noted.contains("POST /api/v1/events/acknowledge: 2 events"))
    }

    @Test func `A request that names too many or nothing is refused, and whoever operates nothing may not ask`() async throws {
        let ids = (0...500).map { EventID(high: 1, low: UInt64($0)) }
        let headers = try await session(Grant(.operator, site: "home"))
        for bad in ["", "[]", "{}", #"{"ids":"x"}"#, #"{"ids":[1]}"#, #"{"ids":["x"]}"#, Self.json(ids)] {
            let answer = try await acknowledge(bad, headers)
            #expect(answer.status == 400 && answer.text.contains("at most 500 ids"), "\(bad.prefix(40))")
        }
        for fine in [Self.json(Array(ids.dropLast())), #"{"ids":[]}"#] {
            #expect(try await acknowledge(fine, headers).text == #"{"acknowledged":0}"#)
        }
        #expect(try await acknowledge(String(repeating: " ", count: 140_000), headers).status == 413)
        #expect(try await acknowledge(Self.json([]), try await session(Grant(.viewer))).status == 403)
    }
}
