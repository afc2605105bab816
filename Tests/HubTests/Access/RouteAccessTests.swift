import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Protocol
import TestSupport
import Testing

@testable import Hub

/// Every route, as every kind of account, for what is theirs and for what is somebody else's.
@Suite struct RouteAccessTests {
    private struct Person {
        let name: String
        let grants: [Grant]
        /// What they may do at the site `home`, said by hand.
        let here: Set<Right>
        /// And everywhere.
        let everywhere: Set<Right>

        init(_ name: String, _ grants: [Grant], here: Set<Right>, everywhere: Set<Right> = []) {
            (self.name, self.grants, self.here, self.everywhere) = (name, grants, here, everywhere)
        }
    }

    private static let people = [
        Person("chief", [Grant(.administrator)], here: Set(Right.allCases), everywhere: Set(Right.allCases)),
        Person("guest", [Grant(.viewer)], here: [.see, .watch], everywhere: [.see, .watch]),
        Person("steward", [Grant(.administrator, site: "home")], here: Set(Right.allCases)),
        Person("operator", [Grant(.operator, site: "home")], here: [.see, .watch, .identify, .operate]),
        Person("discreet", [Grant(.operator, site: "home", faces: false)], here: [.see, .watch, .operate]),
        Person("viewer", [Grant(.viewer, site: "home")], here: [.see, .watch]),
        Person("blind", [Grant(.viewer, site: "home", video: false)], here: [.see]),
        Person("keeper", [Grant(.operator, camera: "porch-cam")], here: [.see, .watch, .identify, .operate]),
        Person("nobody", [], here: []),
    ]

    /// What one site has.
    private struct Things {
        var site: String
        var node: String
        var camera: String
        var event: EventID
        var recording: EventID
    }

    private static let nowhere = Things(
        site: "moon", node: "crater", camera: "crater-cam", event: EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0001),
        recording: EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0002))

    /// Answers without end, or that wait for a camera: who may have them is seen by who may not.
    private static let endless: Set = [
        "GET /events/stream", "GET /api/v1/live", "GET /api/v1/cameras/{id}/live.mp4", "GET /api/v1/cameras/{id}/live.mjpeg",
        "GET /api/v1/cameras/{id}/snapshot.jpg", "GET /api/v1/cameras/{id}/live/index.m3u8", "GET /api/v1/cameras/{id}/live/{part}",
    ]

    private struct Site {
        let fixture: SnapshotFixture
        let home: Things
        let farm: Things
        let cookies: [String: String]
    }

    private static func site() async throws -> Site {
        let fixture = try await SnapshotFixture()
        func things(_ site: String, _ node: String, secret: UInt8) async throws -> Things {
            _ = try await fixture.join(node, site: site, secret: secret)
            let camera = "\(node)-cam"
            _ = try await fixture.store.claimCameras(node: node, cameras: [camera], at: SystemClock().now)
            var maker = EventMaker(node: node)
            let event = try maker.event(site: site, camera: camera, type: "wildlife")
            _ = try await fixture.store.ingest(maker.batch([event]))
            let box = try fixture.seal(event: event.id, node: node, rank: 3)
            #expect(try await fixture.store.putSnapshot(event.id, node: node, rank: 3, box: box, at: maker.start) == .stored)
            let record = try SegmentMaker(site: site, node: node, camera: camera, start: maker.start).record(3)
            _ = try await fixture.store.putSegment(record, at: maker.start)
            // Kept, so that whoever may delete it leaves it for those who come after.
            try await fixture.store.setStars([record.summary.id], true, by: "admin", at: maker.start)
            return Things(site: site, node: node, camera: camera, event: event.id, recording: record.summary.id)
        }
        let home = try await things("home", "porch", secret: 1)
        let farm = try await things("farm", "barn", secret: 2)
        let hash = try #require(try await fixture.store.account(named: Accounts.administrator)).passwordHash
        var cookies: [String: String] = [:]
        for person in people {
            try await fixture.store.upsertAccount(AccountRecord(name: person.name, grants: person.grants, passwordHash: hash))
            cookies[person.name] = try await fixture.cookie(of: person.name)
        }
        return Site(fixture: fixture, home: home, farm: farm, cookies: cookies)
    }

    private static func path(_ route: String, _ object: RouteRule.Object, _ things: Things) -> String {
        var path = route
        switch object {
        case .camera(let name): path = path.replacing("{\(name)}", with: things.camera)
        case .node(let name): path = path.replacing("{\(name)}", with: things.node)
        case .site(let name): path = path.replacing("{\(name)}", with: things.site)
        case .event(let name): path = path.replacing("{\(name)}", with: "\(things.event)")
        case .recording(let name): path = path.replacing("{\(name)}", with: "\(things.recording)")
        case .installation, .anything: break
        }
        return path.replacing("{camera}", with: "a-cam").replacing(/{[a-z]+}/, with: "\(nowhere.event)")
    }

    private static func answer(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String, _ cookie: String?
    ) async throws -> (status: Int, body: String) {
        var headers = HTTPFields()
        headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
        if let cookie { headers[.cookie] = cookie }
        if method != .get { headers[.contentType] = "application/json" }
        let response = try await client.execute(
            uri: path, method: method, headers: headers, body: [.get, .head].contains(method) ? nil : ByteBuffer(string: "[]"))
        return (Int(response.status.code), String(buffer: response.body))
    }

    @Test func `Each account gets what its rights give, and of others' things not even that they are there`() async throws {
        let site = try await Self.site()
        try await site.fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            for (route, rule) in RouteRules.all.sorted(by: { $0.key < $1.key }) {
                let words = route.split(separator: " ").map(String.init)
                let method = try #require(HTTPRequest.Method(words[0]))
                guard case .rights(let rights, let object) = rule.caller else {
                    if case .account = rule.caller {
                        let path = Self.path(words[1], .anything, site.home)
                        #expect(try await Self.answer(client, method, path, nil).status == 401, "\(route)")
                    }
                    continue
                }
                #expect(try await Self.answer(client, method, Self.path(words[1], object, site.home), nil).status == 401, "\(route)")
                for person in Self.people {
                    let cookie = site.cookies[person.name]
                    let words = (method: method, path: words[1], label: Comment(rawValue: "\(route) as \(person.name)"))
                    func ask(_ things: Things) async throws -> (status: Int, body: String) {
                        try await Self.answer(client, words.method, Self.path(words.path, object, things), cookie)
                    }
                    func isRefused(_ held: Set<Right>) -> Bool { !Set(rights).isSubset(of: held) }
                    switch object {
                    case .installation, .anything:
                        let isAnywhere = if case .anything = object { true } else { false }
                        let refused = isRefused(isAnywhere ? person.here : person.everywhere)
                        guard refused || !Self.endless.contains(route) else { continue }
                        let seen = try await ask(site.home)
                        #expect((seen.status == 403) == refused, words.label)
                        if person.everywhere.isEmpty {
                            for secret in ["barn", "farm", "\(site.farm.event)"] { #expect(!seen.body.contains(secret), words.label) }
                        }
                    case .camera, .node, .site, .event, .recording:
                        let isTheirs = if case .camera = object { true } else { person.name != "keeper" || !Self.isWhole(object) }
                        let held = isTheirs ? person.here : []
                        if !held.contains(.see) {
                            let seen = try await ask(site.home)
                            #expect(seen.status == 404, words.label)
                        } else if isRefused(held) {
                            #expect(try await ask(site.home).status == 403, words.label)
                        } else if !Self.endless.contains(route) {
                            let status = try await ask(site.home).status
                            #expect(status != 401 && status != 403, words.label)
                        }
                        if person.everywhere.isEmpty {
                            let (foreign, missing) = (try await ask(site.farm), try await ask(Self.nowhere))
                            #expect(foreign.status == 404 && foreign == missing, words.label)
                        } else if isRefused(person.everywhere) {
                            #expect(try await ask(site.farm).status == 403, words.label)
                        }
                    }
                }
            }
        }
        // Who tries what is not theirs is written down; from whoever sees everything nothing is withheld.
        let lines = try await site.fixture.store.audit(of: nil, before: nil, limit: 100_000)
        let tried = Set(lines.filter { $0.detail == "Not there, or not for this account" }.map(\.account))
        #expect(tried == Set(Self.people.filter { $0.everywhere.isEmpty }.map(\.name)))
        #expect(try await site.fixture.store.check() == [])
    }

    /// A node and a site are more than one camera.
    private static func isWhole(_ object: RouteRule.Object) -> Bool {
        switch object {
        case .node, .site: true
        case .installation, .anything, .camera, .event, .recording: false
        }
    }

    @Test func `Lists, counts, journals and tables are of what an account may see`() async throws {
        let site = try await Self.site()
        let theirs: [(String, [String])] = [
            ("/api/v1/events", ["\(site.home.event)"]), ("/api/v1/events/counts", ["porch-cam"]), ("/api/v1/recordings", ["porch-cam"]),
            ("/api/v1/wildlife", ["porch-cam"]), ("/api/v1/wildlife.csv", ["porch-cam"]), ("/api/v1/nodes", ["porch"]),
            ("/api/v1/places", ["porch-cam"]), ("/api/v1/sites", ["home"]), ("/events", ["\(site.home.event)"]),
            ("/api/v1/events?camera=barn-cam,porch-cam&q=cam", ["\(site.home.event)"]),
        ]
        try await site.fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            for (path, words) in theirs {
                // Which cameras a node has it says itself, and here it has said nothing: `NodesTests` has one that did.
                let isOfNodes = ["/api/v1/nodes", "/api/v1/sites"].contains(path)
                for name in ["steward", "viewer", "keeper", "chief"] where !(isOfNodes && name == "keeper") {
                    let seen = try await Self.answer(client, .get, path, site.cookies[name])
                    #expect(seen.status == 200, "\(path) as \(name)")
                    for word in words { #expect(seen.body.contains(word), "\(path) as \(name)") }
                    #expect(
                        (seen.body.contains("barn") || seen.body.contains("farm") || seen.body.contains("\(site.farm.event)"))
                            == (name == "chief"), "\(path) as \(name)")
                }
            }
            for path in ["/api/v1/nodes/barn", "/api/v1/live?cameras=barn-cam"] {
                let (foreign, missing) = (
                    try await Self.answer(client, .get, path, site.cookies["viewer"]),
                    try await Self.answer(client, .get, path.replacing("barn", with: "crater"), site.cookies["viewer"])
                )
                #expect(foreign.status == 404 && foreign == missing, "\(path)")
            }
        }
    }

    @Test func `What a camera recorded at another site stays that site's, and metrics are of all sites`() async throws {
        let site = try await Self.site()
        #expect(try await site.fixture.store.moveCamera("barn-cam", to: "porch"))
        let recording = try #require(try await site.fixture.store.segment(site.farm.recording)).summary
        let span = "from=\(recording.start.rfc3339)&to=\(recording.end.rfc3339)"
        try await site.fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            for (name, isTold) in [("chief", true), ("steward", false)] {
                let line = try await Self.answer(client, .get, "/api/v1/cameras/barn-cam/timeline?\(span)", site.cookies[name])
                #expect(line.status == 200 && line.body.contains(#""recorded":[]"#) != isTold, "\(name) \(line)")
                // From elsewhere: whoever sits at the machine is told all.
                for path in ["/metrics", "/readyz"] {
                    var headers: HTTPFields = [.cookie: site.cookies[name] ?? ""]
                    headers[HTTPField.Name("X-Forwarded-For")!] = "192.0.2.7"
                    let answer = try await client.execute(uri: path, method: .get, headers: headers)
                    let isDetailed = String(buffer: answer.body).contains(path == "/metrics" ? "vigilar_" : "{")
                    #expect(isDetailed == isTold, "\(path) as \(name)")
                }
            }
        }
    }

    @Test func `Rights that are taken away are gone from what comes next`() async throws {
        let site = try await Self.site()
        try await site.fixture.app.test(.live) { (client: any TestClientProtocol) async throws -> Void in
            let path = "/api/v1/events/\(site.home.event)"
            #expect(try await Self.answer(client, .get, path, site.cookies["viewer"]).status == 200)
            #expect(try await site.fixture.accounts.setGrants([Grant(.viewer, site: "farm")], of: "viewer") == .done)
            #expect(try await Self.answer(client, .get, path, site.cookies["viewer"]).status == 404)
            #expect(try await Self.answer(client, .get, "/api/v1/events/\(site.farm.event)", site.cookies["viewer"]).status == 200)
            #expect(try await site.fixture.accounts.delete("viewer") == .done)
            #expect(try await Self.answer(client, .get, path, site.cookies["viewer"]).status == 401)
        }
    }
}
