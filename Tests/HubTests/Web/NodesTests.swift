import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import Synchronization
import Testing

@testable import Hub

/// The nodes in the API and on their page.
@Suite struct NodesTests {
    private let now = Timestamp(rfc3339: "2026-11-23T08:09:10.123456Z")!

    /// Three nodes: one that is there, one that is away, one that was never heard of.
    private func fixture() async throws -> (WebFixture, HTTPFields) {
        let fixture = try await WebFixture()
        var porch = PresenceRecord(node: "porch", isOnline: true, since: now, lastSeen: now)
        porch.state = NodeState(
            state: .online, version: "0.2", started: now,
            cameras: [
                NodeCamera(id: "porch-cam", name: "Porch <b>", online: true), NodeCamera(id: "yard-cam", name: "Yard", online: false),
            ])
        var health = NodeHealth(
            ts: now,
            cameras: [
                .init(
                    id: "porch-cam", online: true, fps: 14.96, bitrate: 2_140_000, decodeShare: 0.084, gaps: 1, detectorLatency: 0.12,
                    recorded: 9_000_000_000),
                .init(id: "late-cam", online: true, fps: 5, bitrate: 900, decodeShare: 1, gaps: 0),
            ])
        health.epoch = "e1"
        health.lastSeq = 100
        health.outbox = .init(waiting: 2, kept: 90, deadLetters: 1)
        health.cpu = 0.254
        health.memory = 173_000_000
        health.diskFree = 31_500_000_000
        health.diskTotal = 64_000_000_000
        health.temperature = 48.6
        health.recording = .init(bytes: 12_000_000_000, continuousDays: 7, eventDays: 30)
        porch.health = health
        porch.clockOffset = 0.0234
        porch.epoch = "e1"
        porch.committed = 92
        porch.missing = MissingEvents(epoch: "e1", count: 5, since: now, rev: 1, isOpen: true)
        var shed = porch
        shed.node = "shed"
        shed.isOnline = false
        shed.why = "there was no sign of life for 35 s"
        shed.missing?.isOpen = false
        let records = [porch, shed]
        fixture.store.contents.withLock { contents in
            contents.nodes = ["porch", "shed", "yard"].map { NodeRecord(name: $0, site: "home", addedAt: now) }
            contents.presence = records
        }
        return (fixture, HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())]))
    }

    @Test func `The list tells each node's state, figures and cameras, and null for what is not known`() async throws {
        let (fixture, headers) = try await fixture()
        try await fixture.app.test(.router) { client in
            let body = try await client.execute(uri: "/api/v1/nodes", method: .get, headers: headers) { response in
                #expect(response.status == .ok)
                return String(buffer: response.body)
            }
            let figures = """
                "clock_offset_s":0.0234,"outbox":{"waiting":2,"kept":90,"dead_letters":1},"last_seq":100,"lag":7
                """
            let machine = """
                "cpu":0.254,"memory":173000000,"disk_free":31500000000,"disk_total":64000000000,"temperature":48.6,\
                "recording":{"bytes":12000000000,"continuous_days":7.0,"event_days":30.0,"maximum_bytes":null}
                """
            let time = "\"2026-11-23T08:09:10.123456Z\""
            #expect(
                body.contains(
                    """
                    {"name":"porch","site":"home","state":"online","since":\(time),"last_seen":\(time),"why":null,"revoked_at":null,\
                    "asks_since":null,"version":"0.2",\
                    "started":\(time),\(figures),"missing":5,\(machine),"motion_only":null,"shortcomings":[],"cameras":[\
                    {"id":"porch-cam","name":"Porch \\u003cb>","state":"online","problem":null,"unrecorded":null,\
                    "fps":14.96,"bitrate":2140000.0,"decode_share":0.084,"detector_latency":0.12,"gaps":1,"recorded":9000000000},\
                    {"id":"yard-cam","name":"Yard","state":"offline","problem":null,"unrecorded":null,\
                    "fps":null,"bitrate":null,"decode_share":null,"detector_latency":null,"gaps":null,"recorded":null},\
                    {"id":"late-cam","name":"late-cam","state":"online","problem":null,"unrecorded":null,\
                    "fps":5.0,"bitrate":900.0,"decode_share":1.0,"detector_latency":null,"gaps":0,"recorded":null}]}
                    """), "\(body)")
            #expect(
                body.contains(
                    """
                    {"id":"yard-cam","name":"Yard","state":"unknown","problem":null,"unrecorded":null,\
                    "fps":null,"bitrate":null,"decode_share":null,"detector_latency":null,"gaps":null,"recorded":null}
                    """))
            #expect(body.contains("\"name\":\"shed\",\"site\":\"home\",\"state\":\"offline\""))
            #expect(body.contains("\"why\":\"there was no sign of life for 35 s\""))
            #expect(
                body.hasSuffix(
                    """
                    {"name":"yard","site":"home","state":"never","since":null,"last_seen":null,"why":null,"revoked_at":null,\
                    "asks_since":null,"version":null,"started":null,\
                    "clock_offset_s":null,"outbox":null,"last_seq":null,"lag":null,"missing":0,"cpu":null,"memory":null,"disk_free":null,\
                    "disk_total":null,"temperature":null,"recording":null,"motion_only":null,"shortcomings":[],"cameras":[]}],"next":null}
                    """))
            try await client.execute(uri: "/api/v1/nodes/shed", method: .get, headers: headers) {
                #expect($0.status == .ok)
                let object = try JSONObject(Array($0.body.readableBytesView))
                #expect(object.string("name") == "shed")
                #expect(object.integer("missing") == 0)
            }
            for path in ["/api/v1/nodes/attic", "/api/v1/nodes/%00"] {
                try await client.execute(uri: path, method: .get, headers: headers) {
                    #expect($0.status == .notFound)
                    #expect($0.headers[.contentType] == "application/problem+json")
                }
            }
            for path in ["/api/v1/nodes", "/api/v1/nodes/porch", "/system"] {
                try await client.execute(uri: path, method: .get) { #expect($0.status == .unauthorized) }
            }
        }
    }

    @Test func `A node that sees motion only says why`() {
        var record = PresenceRecord(node: "porch", isOnline: true, since: now, lastSeen: now)
        record.state = NodeState(state: .online, motionOnly: "OpenVINO is not installed")
        let overview = NodeOverview(node: NodeRecord(name: "porch", site: "home", addedAt: now), record: record, scope: .everything)
        let figure = NodeLabels.Figure(name: "Sees", value: "motion only: OpenVINO is not installed", isWarning: true)
        #expect(NodeLabels.figures(overview) == [figure])
        var answer: [UInt8] = []
        NodeAnswer.append(overview, to: &answer)
        #expect((try? JSONObject(answer))?.string("motion_only") == "OpenVINO is not installed")
    }

    @Test func `Of a node are shown the cameras that may be seen`() {
        var record = PresenceRecord(node: "porch", isOnline: true, since: now, lastSeen: now)
        record.state = NodeState(state: .online, cameras: ["a", "b"].map { NodeCamera(id: $0, name: $0, online: true) })
        record.health = NodeHealth(ts: now, cameras: [.init(id: "c", online: true, fps: 15, bitrate: 1000, decodeShare: 0, gaps: 0)])
        func seen(_ scope: AccessScope) -> [String] {
            NodeOverview(node: NodeRecord(name: "porch", site: "home", addedAt: now), record: record, scope: scope).cameras.map(\.id)
        }
        #expect(seen(.everything) == ["a", "b", "c"] && seen(.limited(sites: ["home"], cameras: [])) == ["a", "b", "c"])
        #expect(seen(.limited(sites: ["shop"], cameras: ["b", "c"])) == ["b", "c"] && seen(.nothing) == [])
    }

    @Test func `What a node does without is said, bounded, and with markup as text`() throws {
        var record = PresenceRecord(node: "porch", isOnline: true, since: now, lastSeen: now)
        let long = String(repeating: "x", count: 1000)
        record.state =
            NodeState(state: .online, shortcomings: ["faces are not read: <b>no model</b>", long] + Array(repeating: "y", count: 20))
            .trimmed
        let overview = NodeOverview(node: NodeRecord(name: "porch", site: "home", addedAt: now), record: record, scope: .everything)
        let figures = NodeLabels.figures(overview)
        #expect(figures.first == NodeLabels.Figure(name: "Lacks", value: "faces are not read: <b>no model</b>", isWarning: true))
        #expect(figures.count == 8 && figures[1].value.count == 256)
        var answer: [UInt8] = []
        NodeAnswer.append(overview, to: &answer)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any])
        #expect((object["shortcomings"] as? [String])?.count == 8)
    }

    @Test func `A camera that is not recorded says why beside its figures, and its state stays what it is`() {
        var record = PresenceRecord(node: "porch", isOnline: true, since: now, lastSeen: now)
        record.state = NodeState(
            state: .online, cameras: [NodeCamera(id: "a", name: "A", online: true, unrecorded: "the table is damaged")])
        record.health = NodeHealth(ts: now, cameras: [.init(id: "a", online: true, fps: 15, bitrate: 1000, decodeShare: 0, gaps: 0)])
        func camera() -> NodeOverview.Camera {
            NodeOverview(node: NodeRecord(name: "porch", site: "home", addedAt: now), record: record, scope: .everything).cameras[0]
        }
        #expect(camera().state == .online)
        #expect(NodeLabels.figures(camera()) == ["15 fps", "1 kbit/s", "0 % decoded", "0 gaps", "Not recorded: the table is damaged"])
        record.health?.cameras[0].detectorLatency = 0.9
        #expect(NodeLabels.figures(camera()).last == "Not recorded: the table is damaged")
        record.health?.cameras[0].detectorLatency = 3.24
        #expect(NodeLabels.figures(camera()).last == "Looks come 3.2 s late")
        record.isOnline = false
        #expect(NodeLabels.figures(camera()) == ["Not recorded: the table is damaged"])
    }

    @Test func `A node has exactly the members that the API's description demands`() async throws {
        let (fixture, headers) = try await fixture()
        let document = try #require(try JSONSerialization.jsonObject(with: Data(OpenAPIRoute.document)) as? [String: Any])
        let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: Any]
        let schema = try #require(schemas?["Node"] as? [String: Any])
        let camera = ((schema["properties"] as? [String: Any])?["cameras"] as? [String: Any])?["items"] as? [String: Any]
        let wanted = Set(schema["required"] as? [String] ?? [])
        let wantedOfCamera = Set(camera?["required"] as? [String] ?? [])
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/api/v1/nodes/porch", method: .get, headers: headers) { response in
                let node = try #require(
                    try JSONSerialization.jsonObject(with: Data(response.body.readableBytesView)) as? [String: Any])
                #expect(Set(node.keys) == wanted)
                let first = (node["cameras"] as? [[String: Any]])?.first
                #expect(Set(first?.keys.map { $0 } ?? []) == wantedOfCamera)
            }
        }
    }

    @Test func `The page shows them in words, and what a node wrote stays text`() async throws {
        let (fixture, headers) = try await fixture()
        try await fixture.app.test(.router) { client in
            let page = try await client.execute(uri: "/system", method: .get, headers: headers) { String(buffer: $0.body) }
            for words in [
                "home · version 0.2", "2 waiting, 1 dead letter", "7 events", "5 events", "0.02 s behind", "25 % of a core", "173 MB",
                "32 GB of 64 GB free", "49 °C", "Porch &lt;b&gt;", "15 fps", "2.1 Mbit/s", "8 % decoded", "1 gap", "900 bit/s",
                "Never heard of",
                "there was no sign of life for 35 s", "since 2026-11-23 08:09:10 UTC", "<a href=\"/system\" aria-current=\"page\">",
            ] {
                #expect(page.contains(words), "\(words)")
            }
            #expect(page.contains("data-node=\"shed\" data-state=\"offline\""))
            #expect(page.matches(of: /data-camera="[a-z-]+" data-state="unknown"/).count == 3)
            #expect(!page.contains("<b>"))
            #expect(!page.contains("<script>"))
            let script = try #require(page.firstMatch(of: /src="(\/assets\/system-[0-9a-f]+\.js)"/)).output.1
            try await client.execute(uri: String(script), method: .get) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body).contains("from \"./node-format-"))
            }
            try await client.execute(uri: "/events", method: .get, headers: headers) {
                #expect(String(buffer: $0.body).contains("<a href=\"/system\">System</a>"))
            }
        }
    }

    @Test func `While the store is away the page says so, and the API answers 503`() async throws {
        let (fixture, headers) = try await fixture()
        fixture.store.isAway = true
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/api/v1/nodes", method: .get, headers: headers) { #expect($0.status == .serviceUnavailable) }
            try await client.execute(uri: "/system", method: .get, headers: headers) {
                #expect($0.status == .ok)
                #expect(String(buffer: $0.body).contains("The event store does not answer."))
            }
        }
    }
}
