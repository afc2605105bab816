import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Protocol
import Recording
import TestSupport
import Testing
import Trust

@testable import Hub

/// Deleting over HTTP, and what is seen of it.
@Suite struct DeletionRouteTests {
    private typealias JSON = [String: Any]

    private let fixture: WebFixture
    private let parts: PlaybackParts
    private let node: DeletingNode
    private let headers: HTTPFields
    private let start: Timestamp
    private let segments: [SegmentRecord]

    init() async throws {
        fixture = try await WebFixture()
        let node = DeletingNode(trusting: fixture.trust.signingKey.verifyingKey)
        self.node = node
        parts = try PlaybackParts(
            store: fixture.fleet, trust: fixture.trust, keyring: fixture.keyring, clock: fixture.clock,
            folder: try TemporaryDirectory("deletions"), send: { try node.answer($0, to: $1) })
        headers = HTTPFields([
            HTTPField(name: .cookie, value: try await fixture.cookie()),
            HTTPField(name: HTTPField.Name("Sec-Fetch-Site")!, value: "same-origin"),
        ])
        start = fixture.clock.now.advanced(bySeconds: -3600)
        try await fixture.join("porch")
        _ = try await fixture.fleet.claimCameras(node: "porch", cameras: ["door"], at: fixture.clock.now)
        var segments: [SegmentRecord] = []
        for minute in 0..<4 {
            let record = try SegmentMaker(start: start.advanced(bySeconds: Double(minute) * 60)).record(120)
            _ = try await fixture.fleet.putSegment(record, at: start)
            segments.append(record)
        }
        self.segments = segments
    }

    private func ask(_ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields? = nil) async throws -> (status: Int, json: JSON) {
        var dependencies = fixture.dependencies
        dependencies.playback = parts.playback
        dependencies.stars = parts.stars
        dependencies.deletions = parts.deletions
        return try await WebApplication.application(dependencies).test(.router) { client in
            let answer = try await client.execute(uri: uri, method: method, headers: headers ?? self.headers)
            let json = try? JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? JSON
            return (answer.status.code, json ?? [:])
        }
    }

    private func time(_ seconds: Double) -> String { start.advanced(bySeconds: seconds).rfc3339 }
    private func span(_ from: Double, _ to: Double, camera: String = "door") -> String {
        "/api/v1/cameras/\(camera)/recordings?from=\(time(from))&to=\(time(to))"
    }
    private func timeline(_ member: String) async throws -> [[String]] {
        let timeline = try await ask(.get, "/api/v1/cameras/door/timeline?from=\(time(0))&to=\(time(3600))")
        return try #require(timeline.json[member] as? [[Any]]).map { $0.map { $0 is NSNull ? "null" : "\($0)" } }
    }
    private func kind(_ json: JSON) -> String? { (json["type"] as? String)?.split(separator: "/").last.map(String.init) }

    @Test("One recording is gone at once, and known as deleted by whom and when, first as waiting for its node, then as confirmed")
    func recording() async throws {
        let uri = "/api/v1/recordings/\(segments[1].id)"
        let (status, json) = try await ask(.delete, uri)
        #expect(status == 202 && json["recordings"] as? [String] == ["\(segments[1].id)"])
        #expect(json["kept"] as? Int == 0 && json["open"] as? Int == 0)
        #expect(try await ask(.get, uri).status == 404)
        #expect(try await ask(.delete, uri).status == 404)
        #expect(try await timeline("recorded") == [[time(0), time(60)], [time(120), time(240)]])
        let now = fixture.clock.now.rfc3339
        #expect(try await timeline("deleted") == [[time(60), time(120), "waiting", "admin", now, "null"]])

        let running = Task { [parts] in try await parts.deletions.run() }
        let confirmed = [[time(60), time(120), "confirmed", "admin", now, "null"]]
        try await eventually("the node to confirm it") { try await timeline("deleted") == confirmed }
        running.cancel()
        try await running.value
        #expect(node.orders.flatMap(\.items).map(\.segment) == ["\(segments[1].id)"])
        let line = try #require(
            try await fixture.store.audit(of: "admin", before: nil, limit: 100).first { $0.action == "DELETE /api/v1/recordings/{id}" })
        #expect(line.object == "\(segments[1].id)" && line.detail == "door, from \(time(60)) to \(time(120))")
    }

    @Test("What lies wholly in a span goes, of both streams; what is kept or being recorded stays, and is counted")
    func spans() async throws {
        let small = try SegmentMaker(track: .sub, start: start).record(120)
        let open = try SegmentMaker(start: start.advanced(bySeconds: 100)).record(20, .open)
        for record in [small, open] { _ = try await fixture.fleet.putSegment(record, at: start) }
        #expect(try await ask(.put, "/api/v1/recordings/\(segments[1].id)/star").status == 202)
        let (status, json) = try await ask(.delete, span(0, 200))
        #expect(status == 202)
        let gone = [segments[0], small, segments[2]].map { "\($0.id)" }
        #expect(Set(json["recordings"] as? [String] ?? []) == Set(gone))
        #expect(json["kept"] as? Int == 1 && json["open"] as? Int == 1)
        #expect(Set(try await fixture.fleet.waitingDeletions(without: [], limit: 9).map { "\($0.segment)" }) == Set(gone))
        #expect(try await fixture.fleet.segment(segments[3].id) != nil, "it goes on beyond the span")
        #expect(try await timeline("deleted").map { Array($0.prefix(2)) } == [[time(0), time(60)], [time(120), time(180)]])
        let line = try #require(
            try await fixture.store.audit(of: "admin", before: nil, limit: 100).first {
                $0.action == "DELETE /api/v1/cameras/{id}/recordings"
            })
        #expect(line.object == "door" && line.detail == "from \(time(0)) to \(time(200)): 3 recordings")
    }

    @Test("What was deleted at once, side by side, is one span")
    func together() async throws {
        #expect(try await ask(.delete, span(0, 240)).status == 202)
        #expect(try await timeline("recorded").isEmpty)
        #expect(try await timeline("deleted").map { Array($0.prefix(3)) } == [[time(0), time(240), "waiting"]])
    }

    @Test("What is kept, being recorded or not there is told so, and so is what is no span; nobody else deletes anything")
    func refusals() async throws {
        let open = try SegmentMaker(start: start.advanced(bySeconds: 300)).record(20, .open)
        _ = try await fixture.fleet.putSegment(open, at: start)
        let going = try await ask(.delete, "/api/v1/recordings/\(open.id)")
        #expect(going.status == 409 && kind(going.json) == "recording-open")
        let uri = "/api/v1/recordings/\(segments[0].id)"
        #expect(try await ask(.put, "\(uri)/star").status == 202)
        let kept = try await ask(.delete, uri)
        #expect(kept.status == 409 && kind(kept.json) == "recording-kept")
        for id in ["nonsense", "\(EventID(at: start))"] { #expect(try await ask(.delete, "/api/v1/recordings/\(id)").status == 404) }
        #expect(try await ask(.delete, span(7200, 7300)).status == 404)
        for query in ["", "?from=\(time(0))", "?from=\(time(60))&to=\(time(0))", "?from=\(time(0))&to=\(time(90_001))"] {
            #expect(try await ask(.delete, "/api/v1/cameras/door/recordings\(query)").status == 400, "\(query)")
        }
        var foreign = headers
        foreign[HTTPField.Name("Sec-Fetch-Site")!] = "cross-site"
        for path in [uri, span(0, 240)] {
            #expect(try await ask(.delete, path, [:]).status == 401)
            #expect(try await ask(.delete, path, foreign).status == 403)
        }
        #expect(try await fixture.fleet.waitingDeletions(without: [], limit: 9) == [])
    }
}
