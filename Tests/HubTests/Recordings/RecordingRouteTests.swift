import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOSSL
import Protocol
import Recording
import TestSupport
import Testing

@testable import Hub

/// What nodes tell of their segments over TLS, and what people see of them.
@Suite struct RecordingRouteTests {
    typealias Answer = SnapshotFixture.Answer

    /// A fixture with two nodes, of which the porch has a camera.
    private static func withNodes(
        _ body: @escaping @Sendable (SnapshotFixture, SnapshotRouteTests.Ways) async throws -> Void
    ) async throws {
        let fixture = try await SnapshotFixture()
        let (porch, garden) = (try await fixture.join("porch", secret: 1), try await fixture.join("garden", secret: 2))
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door"], at: SystemClock().now)
        _ = try await fixture.store.claimCameras(node: "garden", cameras: ["pond"], at: SystemClock().now)
        try await fixture.serving { port in
            try await body(fixture, .init(porch: porch, garden: garden, stranger: try fixture.stranger(), port: port))
        }
    }

    private static func maker(_ camera: String = "door", node: String = "porch", site: String = "home") -> SegmentMaker {
        SegmentMaker(site: site, node: node, camera: camera, start: SystemClock().now)
    }

    /// Tells of a segment, and returns the status and the kind of problem.
    private static func put(
        _ bytes: [UInt8], of segment: EventID, node: String = "porch", type: String? = "application/octet-stream",
        as configuration: TLSConfiguration, port: Int
    ) async throws -> Answer {
        try await send(.put, "/api/v1/nodes/\(node)/segments/\(segment)", bytes, type, as: configuration, port: port)
    }

    private static func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ type: String?, as configuration: TLSConfiguration, port: Int
    ) async throws -> Answer {
        var headers = HTTPFields()
        if let type { headers[.contentType] = type }
        let request = TestClient.Request(path, method: method, headers: headers, body: ByteBuffer(bytes: body))
        let response = try await SnapshotFixture.send(request, as: configuration, port: port)
        let kind = (try? JSONObject(response.body.map { Array($0.readableBytesView) } ?? []))?.string("type")
        return Answer(status: response.status.code, kind: kind.map { String($0.dropFirst("/problems/".count)) })
    }

    @Test func `A node tells of a segment while it is written and when it has ended`() async throws {
        try await Self.withNodes { fixture, ways in
            var maker = Self.maker()
            let id = EventID(at: maker.start)
            maker.id = id
            for (fragments, state) in [(3, SegmentIndex.State.open), (5, .open), (5, .open), (4, .open), (6, .closed), (7, .open)] {
                let index = try maker.index(fragments, state)
                #expect(try await Self.put(index.encoded, of: id, as: ways.porch, port: ways.port) == .stored)
            }
            var record = try maker.record(6, .closed)
            #expect(try await fixture.store.segment(id) == record)
            // How long it is kept may be said beside it, also when that is all that is news; what is no class says nothing.
            let path = "/api/v1/nodes/porch/segments/\(id)?class="
            for (name, kept) in [("event", RetentionClass.event), ("starred", .starred), ("for-ever", .starred)] {
                #expect(
                    try await Self.send(.put, path + name, record.index, "application/octet-stream", as: ways.porch, port: ways.port)
                        == .stored)
                record.kept = kept
                #expect(try await fixture.store.segment(id) == record)
            }
            #expect(fixture.metrics.value("vigilar_segments_stored_total") == 5)
        }
    }

    @Test func `Whoever is not the segment's node is refused`() async throws {
        try await Self.withNodes { fixture, ways in
            let mine = try Self.maker().record(3)
            let path = "/api/v1/nodes/porch/segments/removed"
            let removal = Array(#"{"segments":["\#(mine.id)"]}"#.utf8)
            for (way, answer) in [
                (ways.stranger, Answer(status: 401, kind: "no-certificate")), (ways.garden, .init(status: 403, kind: "not-this-node")),
            ] {
                #expect(try await Self.put(mine.index, of: mine.id, as: way, port: ways.port) == answer)
                #expect(try await Self.send(.post, path, removal, "application/json", as: way, port: ways.port) == answer)
            }
            #expect(try await Self.put(mine.index, of: mine.id, as: ways.porch, port: ways.port) == .stored)
            var theft = Self.maker("pond", node: "garden")
            theft.id = mine.id
            let stolen = try theft.record(9)
            #expect(
                try await Self.put(stolen.index, of: mine.id, node: "garden", as: ways.garden, port: ways.port)
                    == .init(status: 403, kind: "foreign-segment"))
            let foreign = try Self.maker("pond").record(9)
            #expect(
                try await Self.put(foreign.index, of: foreign.id, as: ways.porch, port: ways.port)
                    == .init(status: 403, kind: "foreign-segment"))
            #expect(fixture.metrics.value("vigilar_segments_refused_total", labels: [("reason", "foreign-segment")]) == 2)
            // Another node's word on what was deleted changes nothing.
            #expect(
                try await Self.send(
                    .post, "/api/v1/nodes/garden/segments/removed", removal, "application/json", as: ways.garden, port: ways.port)
                    == .stored)
            #expect(try await fixture.store.segment(mine.id) == mine)
            #expect(try await fixture.store.revokeNode("porch", at: SystemClock().now))
            #expect(
                try await Self.put(mine.index, of: mine.id, as: ways.porch, port: ways.port) == .init(status: 403, kind: "not-this-node"))
        }
    }

    @Test func `An index that overtook its camera's claim is to come again`() async throws {
        try await Self.withNodes { fixture, ways in
            let record = try Self.maker("cellar").record(3)
            #expect(
                try await Self.put(record.index, of: record.id, as: ways.porch, port: ways.port)
                    == .init(status: 409, kind: "unknown-camera"))
            _ = try await fixture.store.claimCameras(node: "porch", cameras: ["cellar"], at: SystemClock().now)
            #expect(try await Self.put(record.index, of: record.id, as: ways.porch, port: ways.port) == .stored)
            #expect(fixture.metrics.value("vigilar_segments_refused_total", labels: [("reason", "unknown-camera")]) == 1)
        }
    }

    @Test func `An index that cannot be is refused, and the hub goes on`() async throws {
        try await Self.withNodes { fixture, ways in
            let index = try Self.maker().index(10)
            let id = index.header.identity.segment
            let encoded = index.encoded
            var bodies: [[UInt8]] = [
                [], [1], Array(encoded.prefix(50)), Array(encoded.dropLast()), encoded + [0], [2] + encoded.dropFirst(),
            ]
            // Sound by itself, of another segment, node or site.
            bodies += [
                try Self.maker().record(3).index, try Self.maker(node: "garden").record(3).index,
                try Self.maker(site: "away").record(3).index,
            ]
            // Numbers that lie.
            func lie(_ change: (inout SegmentIndex) -> Void) {
                var index = index
                change(&index)
                bodies.append(index.encoded)
            }
            lie { $0.fileLength = 1 }
            lie { $0.fragments[4].offset = $0.fragments[3].offset }
            lie { $0.fragments[9].offset = 1 << 47 }
            lie { $0.fragments[9].runs[0].samples[1].size = Int(Int32.max) }
            lie { $0.fragments[2].headerLength = 0 }
            lie { $0.fragments[9].start = $0.header.start.advanced(bySeconds: -60) }
            lie { $0.fragments[9].start = $0.header.start.advanced(bySeconds: 1e12) }
            var early = Self.maker()
            early.start = early.start.advanced(bySeconds: 2 * 86_400)
            early.id = id
            bodies.append(try early.record(3).index)
            for (number, body) in bodies.enumerated() {
                #expect(
                    try await Self.put(body, of: id, as: ways.porch, port: ways.port) == .init(status: 400, kind: "bad-index"), "\(number)")
            }
            #expect(fixture.metrics.value("vigilar_segments_refused_total", labels: [("reason", "bad-index")]) == Double(bodies.count))
            #expect(try await fixture.store.segment(id) == nil)
            #expect(try await Self.put(encoded, of: id, as: ways.porch, port: ways.port) == .stored)
        }
    }

    @Test func `Bytes changed at random never stop the hub, and nothing that lies is kept`() async throws {
        let fixture = try await SnapshotFixture()
        _ = try await fixture.join("porch", secret: 1)
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door"], at: SystemClock().now)
        let intake = SegmentIntake(store: fixture.store, clock: SystemClock(), metrics: Metrics())
        let index = try Self.maker().index(20)
        let (id, encoded) = (index.header.identity.segment, index.encoded)
        let body = index.header.encoded.count
        var dice = SeededGenerator(seed: 3)
        for _ in 0..<3000 {
            var bytes = encoded
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                bytes[Int.random(in: body..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            }
            do { try await intake.take(bytes, of: id, from: "porch") } catch is SegmentRefusal {} catch { Issue.record("\(error)") }
        }
        if let kept = try await fixture.store.segment(id) {
            #expect(try SegmentIndex(encoded: kept.index).fault(now: SystemClock().now) == nil)
        }
        #expect(try await fixture.store.check() == [])
    }

    @Test func `What is too large, of another kind or nowhere is refused`() async throws {
        try await Self.withNodes { _, ways in
            let record = try Self.maker().record(3)
            let large = [UInt8](repeating: 1, count: SegmentIndex.maximumLength + 1)
            #expect(
                try await Self.put(large, of: record.id, as: ways.porch, port: ways.port) == .init(status: 413, kind: "body-too-large"))
            // At the limit it is read, and found to be none.
            #expect(
                try await Self.put(Array(large.dropLast()), of: record.id, as: ways.porch, port: ways.port)
                    == .init(status: 400, kind: "bad-index"))
            for type in [nil, "application/json"] {
                #expect(
                    try await Self.put(record.index, of: record.id, type: type, as: ways.porch, port: ways.port)
                        == .init(status: 415, kind: "unsupported-type"))
            }
            for path in ["/api/v1/nodes/porch/segments/nonsense", "/api/v1/nodes/Porch/segments/\(record.id)"] {
                #expect(
                    try await Self.send(.put, path, record.index, "application/octet-stream", as: ways.porch, port: ways.port)
                        == .init(status: 404, kind: "not-found"))
            }
            #expect(try await Self.put(record.index, of: record.id, as: ways.porch, port: ways.port) == .stored)
        }
    }

    @Test func `More indexes at once than there is room for are to come again`() async throws {
        let fixture = try await SnapshotFixture()
        _ = try await fixture.join("porch", secret: 1)
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door"], at: SystemClock().now)
        let intake = SegmentIntake(store: fixture.store, clock: SystemClock(), metrics: Metrics())
        let records = try (0..<5).map { _ in try Self.maker().record(3) }
        let gate = DispatchSemaphore(value: 0)
        // While the one writing connection is held, nobody finishes but who finds no room.
        let store = fixture.store
        async let held: Void = store.write { _ in gate.wait() }
        let refusals = await withTaskGroup(of: SegmentRefusal?.self) { group in
            for record in records {
                group.addTask {
                    do {
                        try await intake.take(record.index, of: record.id, from: "porch")
                        return nil
                    } catch { return error as? SegmentRefusal }
                }
            }
            let first = await group.next()
            gate.signal()
            return await group.reduce(into: [first ?? nil]) { $0.append($1) }
        }
        try await held
        #expect(refusals == [.busy, nil, nil, nil, nil])
        // Room is given back.
        for record in records { try await intake.take(record.index, of: record.id, from: "porch") }
        #expect(try await fixture.store.segmentSummaries(SegmentQuery(.everything)).count == 5)
    }

    @Test func `Segments that a node has deleted are forgotten`() async throws {
        try await Self.withNodes { fixture, ways in
            let records = try (0..<3).map { _ in try Self.maker().record(3) }
            for record in records { #expect(try await Self.put(record.index, of: record.id, as: ways.porch, port: ways.port) == .stored) }
            func remove(_ body: String) async throws -> Answer {
                try await Self.send(
                    .post, "/api/v1/nodes/porch/segments/removed", Array(body.utf8), "application/json", as: ways.porch, port: ways.port)
            }
            func list(_ ids: [EventID]) -> String { "{\"segments\":[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]}" }
            for body in ["", "[]", "{}", #"{"segments":["x"]}"#, #"{"segments":"all"}"#, list((0...500).map { _ in records[0].id })] {
                #expect(try await remove(body) == .init(status: 400, kind: "bad-body"))
            }
            #expect(try await remove(String(repeating: " ", count: 40_000)) == .init(status: 413, kind: "body-too-large"))
            #expect(try await fixture.store.segmentSummaries(SegmentQuery(.everything)).count == 3)
            for _ in 0..<2 { #expect(try await remove(list([records[0].id, records[2].id])) == .stored) }
            #expect(try await remove(list([])) == .stored)
            #expect(try await fixture.store.segmentSummaries(SegmentQuery(.everything)) == [records[1].summary])
            #expect(try await remove(list((0..<499).map { _ in EventID(at: records[0].start) } + [records[1].id])) == .stored)
            #expect(try await fixture.store.segmentSummaries(SegmentQuery(.everything)) == [])
        }
    }

    @Test func `People see what is recorded, page by page`() async throws {
        let fixture = try await SnapshotFixture()
        _ = try await fixture.join("porch", secret: 1)
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["door", "gate"], at: SystemClock().now)
        let noon = EventMaker.noon
        let records = try (0..<5).map { try SegmentMaker(start: noon.advanced(bySeconds: Double($0) * 60)).record(120) }
        let open = try SegmentMaker(camera: "gate", track: .sub, start: noon.advanced(bySeconds: 90)).record(3, .open)
        for record in records + [open] { _ = try await fixture.store.putSegment(record, at: noon) }
        let session = try await fixture.cookie()
        try await fixture.app.test(.router) { client in
            func get(_ path: String) async throws -> (HTTPResponse.Status, [String: Any]) {
                let answer = try await client.execute(uri: path, method: .get, headers: session)
                let object = try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? [String: Any]
                return (answer.status, try #require(object))
            }
            func ids(_ answer: [String: Any]) throws -> [String] {
                try #require(answer["items"] as? [[String: Any]]).map { try #require($0["id"] as? String) }
            }
            for path in ["/api/v1/recordings", "/api/v1/recordings/\(open.id)"] {
                try await client.execute(uri: path, method: .get) { #expect($0.status == .unauthorized) }
            }
            let (status, one) = try await get("/api/v1/recordings/\(open.id)")
            #expect(status == .ok)
            let wanted: [String: Any] = [
                "id": "\(open.id)", "camera": "gate", "node": "porch", "site": "home", "track": "sub", "start": open.start.rfc3339,
                "end": open.end.rfc3339, "bytes": open.fileLength, "state": "open", "duration": 1.5,
                "video": "/api/v1/recordings/\(open.id)/video.mp4", "class": NSNull(), "star": NSNull(),
            ]
            #expect(one as NSDictionary == wanted as NSDictionary)
            let order = [records[4], records[3], records[2], open, records[1], records[0]].map { "\($0.id)" }
            var (found, path, pages): ([String], String?, Int) = ([], "/api/v1/recordings?limit=4", 0)
            while let next = path {
                let page = try await get(next).1
                found += try ids(page)
                path = (page["next"] as? String).map { "/api/v1/recordings?limit=4&page=\($0)" }
                pages += 1
            }
            #expect(found == order)
            #expect(pages == 2)
            // A page that is just full is the last.
            #expect(try await get("/api/v1/recordings?limit=6").1["next"] is NSNull)
            #expect(try ids(try await get("/api/v1/recordings?camera=gate").1) == ["\(open.id)"])
            let span = "from=\(noon.advanced(bySeconds: 60).rfc3339)&to=\(noon.advanced(bySeconds: 120).rfc3339)"
            #expect(try ids(try await get("/api/v1/recordings?\(span)").1) == ["\(open.id)", "\(records[1].id)"])
            for query in ["camera=a,b", "camera=A", "from=noon", "limit=0", "limit=501", "page=x"] {
                #expect(try await get("/api/v1/recordings?\(query)").0 == .badRequest, "\(query)")
            }
            for id in ["nonsense", "\(EventID(at: noon))"] { #expect(try await get("/api/v1/recordings/\(id)").0 == .notFound) }
        }
    }
}
