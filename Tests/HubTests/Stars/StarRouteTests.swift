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

/// Starring over HTTP, and what is seen of it.
@Suite struct StarRouteTests {
    private typealias JSON = [String: Any]

    private let fixture: WebFixture
    private let parts: PlaybackParts
    private let node: StarredNode
    private let headers: HTTPFields
    private let start: Timestamp
    private let segments: [SegmentRecord]

    init() async throws {
        fixture = try await WebFixture()
        let node = StarredNode(trusting: fixture.trust.signingKey.verifyingKey)
        self.node = node
        parts = try PlaybackParts(
            store: fixture.fleet, trust: fixture.trust, keyring: fixture.keyring, clock: fixture.clock,
            folder: try TemporaryDirectory("stars"), send: { try node.answer($0, to: $1) })
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
        return try await WebApplication.application(dependencies).test(.router) { client in
            let answer = try await client.execute(uri: uri, method: method, headers: headers ?? self.headers)
            let json = try? JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? JSON
            return (answer.status.code, json ?? [:])
        }
    }

    private func time(_ seconds: Double) -> String { start.advanced(bySeconds: seconds).rfc3339 }
    private func span(_ from: Double, _ to: Double, camera: String = "door") -> String {
        "/api/v1/cameras/\(camera)/star?from=\(time(from))&to=\(time(to))"
    }
    private func kept() async throws -> [[String]] {
        let timeline = try await ask(.get, "/api/v1/cameras/door/timeline?from=\(time(0))&to=\(time(3600))")
        return try #require(timeline.json["kept"] as? [[String]])
    }
    private func state(_ json: JSON) -> String? { (json["star"] as? JSON)?["state"] as? String }

    @Test("One recording is kept, waits for its node, is confirmed, and is kept no longer")
    func recording() async throws {
        let uri = "/api/v1/recordings/\(segments[1].id)"
        #expect(try await ask(.get, uri).json["star"] is NSNull)
        let (status, json) = try await ask(.put, "\(uri)/star")
        #expect(status == 202 && state(json) == "waiting")
        #expect((json["star"] as? JSON)?["changed_by"] as? String == "admin")
        #expect(try await kept() == [[time(60), time(120), "waiting"]])

        let running = Task { [parts] in try await parts.stars.run() }
        try await eventually("the node to confirm it") { state(try await ask(.get, uri).json) == "confirmed" }
        #expect(try await kept() == [[time(60), time(120), "kept"]])
        #expect(node.orders.map(\.starred) == [true])
        running.cancel()
        try await running.value

        #expect(state(try await ask(.delete, "\(uri)/star").json) == "waiting")
        #expect(try await kept() == [[time(60), time(120), "leaving"]])
        let again = Task { [parts] in try await parts.stars.run() }
        try await eventually("the node to confirm that, too") { try await kept().isEmpty }
        again.cancel()
        try await again.value
    }

    @Test("A span keeps what overlaps it and nothing else, and side by side it is one")
    func spans() async throws {
        let (status, json) = try await ask(.put, span(70, 130))
        #expect(status == 202)
        #expect(json["recordings"] as? [String] == segments[1...2].map { "\($0.id)" })
        #expect(try await kept() == [[time(60), time(180), "waiting"]])
        // Exactly what the strip shows is taken back.
        #expect(try await ask(.delete, span(60, 180)).json["recordings"] as? [String] == segments[1...2].map { "\($0.id)" })
        #expect(try await kept() == [[time(60), time(180), "leaving"]])
    }

    @Test("Where a span reaches into the present its node is asked what it is just writing, and that is kept as well")
    func present() async throws {
        let (fleet, clock) = (fixture.fleet, fixture.clock)
        let open = try SegmentMaker(start: clock.now.advanced(bySeconds: -20)).record(30, .open)
        let parts = try PlaybackParts(
            store: fleet, trust: fixture.trust, keyring: fixture.keyring, clock: clock, folder: try TemporaryDirectory("stars"),
            send: { command, _ in
                if command.command == "index" { _ = try await fleet.putSegment(open, at: clock.now) }
                return NodeReply(ok: true)
            })
        var dependencies = fixture.dependencies
        dependencies.playback = parts.playback
        dependencies.stars = parts.stars
        let uri =
            "/api/v1/cameras/door/star?from=\(clock.now.advanced(bySeconds: -60).rfc3339)&to=\(clock.now.advanced(bySeconds: 60).rfc3339)"
        let headers = headers
        let status = try await WebApplication.application(dependencies).test(.router) { client in
            try await client.execute(uri: uri, method: .put, headers: headers).status
        }
        #expect(status == .accepted)
        #expect(try await fleet.waitingStars(without: [], limit: 9).map(\.segment) == [open.id])
    }

    @Test("Who is not signed in, or comes from elsewhere, stars nothing; what there is not and what is no span is told so")
    func refusals() async throws {
        let uri = "/api/v1/recordings/\(segments[1].id)/star"
        var foreign = headers
        foreign[HTTPField.Name("Sec-Fetch-Site")!] = "cross-site"
        for method in [HTTPRequest.Method.put, .delete] {
            for path in [uri, span(0, 60)] {
                #expect(try await ask(method, path, [:]).status == 401)
                #expect(try await ask(method, path, foreign).status == 403)
            }
            for id in ["nonsense", "\(EventID(at: start))"] {
                #expect(try await ask(method, "/api/v1/recordings/\(id)/star").status == 404)
            }
            #expect(try await ask(method, span(7200, 7300)).status == 404)
            #expect(try await ask(method, span(0, 60, camera: "No Camera".replacing(" ", with: "%20"))).status == 404)
            for query in [
                "", "?from=\(time(0))", "?from=\(time(60))&to=\(time(0))", "?from=now&to=\(time(0))", "?from=\(time(0))&to=\(time(86_401))",
            ] {
                #expect(try await ask(method, "/api/v1/cameras/door/star\(query)").status == 400, "\(query)")
            }
        }
        #expect(try await fixture.fleet.waitingStars(without: [], limit: 9) == [])
    }
}
