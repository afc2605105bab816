import Base
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// The page of what was recorded, as accounts of several kinds see it.
@Suite struct RecordingsPageTests {
    private let fixture: WebFixture
    private let start: Timestamp

    /// A node with two cameras, of which one has recorded.
    init() async throws {
        let fixture = try await WebFixture()
        let now = fixture.clock.now
        let start = now.advanced(bySeconds: -3600)
        var porch = PresenceRecord(node: "porch", isOnline: true, since: now, lastSeen: now)
        porch.state = NodeState(
            state: .online,
            cameras: [NodeCamera(id: "door", name: "Door <b>", online: true), NodeCamera(id: "yard", name: "Yard", online: true)])
        let records = [porch]
        fixture.store.contents.withLock { contents in
            contents.nodes = [NodeRecord(name: "porch", site: "home", addedAt: now)]
            contents.presence = records
        }
        try await fixture.join("porch")
        _ = try await fixture.fleet.claimCameras(node: "porch", cameras: ["door", "yard"], at: now)
        for minute in 0..<2 {
            _ = try await fixture.fleet.putSegment(SegmentMaker(start: start.advanced(bySeconds: Double(minute) * 60)).record(120), at: now)
        }
        self.fixture = fixture
        self.start = start
    }

    /// The session of somebody with these rights.
    private func session(_ grants: Grant...) async throws -> HTTPFields {
        let hash = try #require(try await fixture.store.account(named: Accounts.administrator)).passwordHash
        try await fixture.store.upsertAccount(AccountRecord(name: "ann", grants: grants, passwordHash: hash))
        let (token, _) = try await fixture.accounts.signIn(
            name: "ann", password: WebFixture.password, from: SignInOrigin(address: "127.0.0.1"))
        return [.cookie: "\(SessionMiddleware.cookie)=\(token.text)"]
    }

    private func get(_ path: String, _ headers: HTTPFields) async throws -> (status: Int, text: String) {
        try await fixture.app.test(.router) { client in
            let answer = try await client.execute(uri: path, method: .get, headers: headers)
            return (answer.status.code, String(buffer: answer.body))
        }
    }

    /// The beginning of a camera's row.
    private func row(_ camera: String, since oldest: Timestamp?, operates: Bool = false) -> String {
        "data-camera=\"\(camera)\" data-node=\"porch\" data-oldest=\"\(oldest?.rfc3339 ?? "")\"\(operates ? " data-operates" : "")>"
    }

    @Test func `Who may operate cameras sees them, since when each has recordings, and is offered to keep these`() async throws {
        let headers = try await session(Grant(.operator, site: "home"))
        let (status, text) = try await get("/recordings", headers)
        #expect(status == 200)
        for words in [
            row("door", since: start, operates: true), row("yard", since: nil, operates: true), "Door &lt;b&gt;",
            "<option value=\"yard\">Yard</option>", "<a href=\"/recordings\" aria-current=\"page\">Recordings</a>",
            "<section class=\"empty\" hidden>",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        #expect(!text.contains("<b>") && !text.contains("<script>") && !text.contains("data-part=\"connection\""))
        let script = try #require(text.firstMatch(of: /src="(\/assets\/recordings-[0-9a-f]+\.js)"/)).output.1
        let answer = try await get(String(script), headers)
        #expect(answer.status == 200)
        for name in ["timeline", "recording-list", "recorded-video"] { #expect(answer.text.contains("from \"./\(name)-"), "\(name)") }
    }

    @Test func `Whose rights end at one camera sees that one alone, and is not offered to keep what it recorded`() async throws {
        let (status, text) = try await get("/recordings", try await session(Grant(.viewer, camera: "yard")))
        #expect(status == 200)
        #expect(text.contains(row("yard", since: nil)))
        #expect(!text.contains("door") && !text.contains("Door"))
    }

    @Test func `Of what a camera recorded at another site nothing is told to whoever may not watch that`() async throws {
        let before = start.advanced(bySeconds: -3600)
        _ = try await fixture.fleet.putSegment(SegmentMaker(site: "farm", start: before).record(120), at: start)
        let here = try await get("/recordings", try await session(Grant(.viewer, site: "home")))
        #expect(here.text.contains(row("door", since: nil)) && !here.text.contains(before.rfc3339))
        let everywhere = try await get("/recordings", try await session(Grant(.viewer)))
        #expect(everywhere.text.contains(row("door", since: before)))
    }

    @Test func `Without the right to watch there is neither the page nor a way to it`() async throws {
        let headers = try await session(Grant(.viewer, site: "home", video: false))
        #expect(try await get("/recordings", headers).status == 403)
        let events = try await get("/events", headers)
        #expect(events.status == 200 && !events.text.contains("href=\"/recordings\""))
        #expect(try await get("/recordings", [:]).status == 401)
    }

    @Test func `Without a camera it says what will be here, and without the store that nobody knows`() async throws {
        let headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        fixture.store.contents.withLock { $0.presence = [] }
        let empty = try await get("/recordings", headers)
        #expect(empty.status == 200 && empty.text.contains("<section class=\"empty\">") && empty.text.contains("No camera yet"))
        fixture.store.isAway = true
        let away = try await get("/recordings", headers)
        #expect(away.status == 200 && away.text.contains("<section class=\"empty\" hidden>"))
        #expect(away.text.contains("The event store does not answer."))
    }
}
