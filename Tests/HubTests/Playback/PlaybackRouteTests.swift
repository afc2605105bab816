import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Protocol
import Recording
import TestSupport
import Testing
import Trust

@testable import Hub

/// Recorded footage over HTTP, from a node that the test plays.
@Suite struct PlaybackRouteTests {
    private let fixture: WebFixture
    private let node: PlayedNodeFiles
    private let parts: PlaybackParts
    private let headers: HTTPFields
    private let start: Timestamp
    private let metrics = Metrics()

    init() async throws {
        fixture = try await WebFixture()
        let node = PlayedNodeFiles(trusting: fixture.trust.signingKey.verifyingKey)
        parts = try PlaybackParts(
            store: fixture.fleet, trust: fixture.trust, keyring: fixture.keyring, clock: fixture.clock, metrics: metrics,
            folder: fixture.folder,
            send: { try await node.send($0, $1) })
        node.use(parts.uploads)
        self.node = node
        headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        start = fixture.clock.now.advanced(bySeconds: -3600)
        try await fixture.join("porch")
        _ = try await fixture.fleet.claimCameras(node: "porch", cameras: ["door"], at: fixture.clock.now)
    }

    /// A segment that the hub has heard of.
    private func add(_ offset: Double = 0, seconds: Int = 20, plain: Bool = false, state: SegmentIndex.State = .closed, width: Int = 640)
        async throws
        -> MadeSegment
    {
        let segment = try MadeSegment(
            start: start.advanced(bySeconds: offset), seconds: seconds, to: plain ? [] : [fixture.keyring.publicKey], state: state,
            width: width,
            seed: Int(offset) + 1)
        node.add(segment)
        #expect(try await tell(segment) == .stored)
        return segment
    }

    private func tell(_ segment: MadeSegment) async throws -> SegmentOutcome {
        try await fixture.fleet.putSegment(SegmentRecord(segment.index, encoded: segment.index.encoded), at: fixture.clock.now)
    }

    private struct Got {
        var status: HTTPResponse.Status
        var headers: HTTPFields
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private func get(_ uri: String, method: HTTPRequest.Method = .get, _ more: [HTTPField.Name: String] = [:]) async throws -> Got {
        var dependencies = fixture.dependencies
        dependencies.playback = parts.playback
        dependencies.uploads = parts.uploads
        var headers = headers
        for (name, value) in more { headers[name] = value }
        let sent = headers
        return try await WebApplication.application(dependencies).test(.live) { client in
            try await client.execute(uri: uri, method: method, headers: sent) { response in
                Got(status: response.status, headers: response.headers, body: Array(response.body.readableBytesView))
            }
        }
    }

    private func span(_ from: Double, _ to: Double) -> String {
        "/api/v1/cameras/door/video.mp4?from=\(start.advanced(bySeconds: from).rfc3339)&to=\(start.advanced(bySeconds: to).rfc3339)"
    }

    private func pictures(_ segments: [MadeSegment]) -> [UInt8] {
        segments.flatMap { segment in
            segment.index.fragments.flatMap { fragment -> ArraySlice<UInt8> in
                let begin = Int(fragment.offset) + fragment.headerLength
                return segment.plaintext[begin..<Int(fragment.end)]
            }
        }
    }

    @Test("A recording is a file with a length, a tag, and all pictures of the segment", arguments: [false, true])
    func recording(_ plain: Bool) async throws {
        let segment = try await add(plain: plain)
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        let all = try await get(uri)
        #expect(all.status == .ok)
        #expect(all.headers[.contentType] == "video/mp4" && all.headers[.acceptRanges] == "bytes")
        #expect(all.headers[.contentLength] == "\(all.body.count)")
        let media = pictures([segment])
        #expect(Array(all.body.suffix(media.count)) == media)
        #expect(node.tickets.count == 1)

        let head = try await get(uri, method: .head)
        #expect(head.status == .ok && head.body.isEmpty && head.headers[.contentLength] == "\(all.body.count)")
        let tag = try #require(all.headers[.eTag])
        #expect(try await get(uri, [.ifNoneMatch: tag]).status == .notModified)
        #expect(node.tickets.count == 1, "the second viewing costs the node nothing")
    }

    @Test("Any range of it is that part of the file, and costs no more than the chunks it lies in")
    func ranges() async throws {
        let segment = try await add(seconds: 60)
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        let all = try await get(uri, method: .head)
        let length = try #require(all.headers[.contentLength].flatMap { Int($0) })
        let middle = try await get(uri, [.range: "bytes=\(length / 2)-\(length / 2 + 999)"])
        #expect(middle.status == .partialContent)
        #expect(middle.headers[.contentRange] == "bytes \(length / 2)-\(length / 2 + 999)/\(length)")
        #expect(metrics.value("vigilar_playback_fetched_bytes_total") <= 3 * 16_400)
        let whole = try await get(uri)
        #expect(middle.body == Array(whole.body[length / 2..<length / 2 + 1000]))
        var dice = SeededGenerator(seed: 3)
        for _ in 0..<20 {
            let from = Int.random(in: 0..<length, using: &dice)
            let to = Int.random(in: from..<min(length, from + 100_000), using: &dice)
            let part = try await get(uri, [.range: "bytes=\(from)-\(to)"])
            #expect(part.body == Array(whole.body[from...to]))
        }
        let last = try await get(uri, [.range: "bytes=-7"])
        #expect(last.body == Array(whole.body.suffix(7)))
        let beyond = try await get(uri, [.range: "bytes=\(length)-"])
        #expect(beyond.status == .rangeNotSatisfiable && beyond.headers[.contentRange] == "bytes */\(length)")
        #expect(try await get(uri, [.range: "bytes=0-1", .ifRange: "\"other\""]).status == .ok)
        #expect(try await get(uri, [.range: "bytes=0-1", .ifRange: all.headers[.eTag] ?? ""]).body.count == 2)
    }

    @Test("Ranges that are beyond the end, inverted, many or overflow get all of it, none of it, or what there is, and cost nothing more")
    func hostileRanges() async throws {
        let segment = try await add()
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        let whole = try await get(uri).body
        let (length, largest) = (whole.count, Int64.max)
        let many = "bytes=" + (0..<200).map { "\($0)-\($0 + 1)" }.joined(separator: ",")
        for range in [
            "bytes=20-10", "bytes=\(largest)-0", many, "bytes=0-0,-1", "bytes=-", "bytes=--1", "bytes=0x10-", "bytes=1e3-", "pages=1-2",
        ] {
            let answer = try await get(uri, [.range: range])
            #expect(answer.status == .ok && answer.body == whole, "\(range.prefix(40))")
        }
        for range in ["bytes=\(length)-", "bytes=\(largest)-", "bytes=\(largest)-\(largest)", "bytes=18446744073709551616-", "bytes=-0"] {
            let answer = try await get(uri, [.range: range])
            #expect(answer.status == .rangeNotSatisfiable && answer.body.isEmpty, "\(range)")
            #expect(answer.headers[.contentRange] == "bytes */\(length)" && answer.headers[.contentLength] == "0", "\(range)")
        }
        for range in ["bytes=\(length - 3)-\(largest)", "bytes=\(length - 3)-18446744073709551616", "bytes=-3", "bytes=\(length - 3)-"] {
            let answer = try await get(uri, [.range: range])
            #expect(answer.status == .partialContent && answer.body == whole.suffix(3), "\(range)")
            #expect(answer.headers[.contentRange] == "bytes \(length - 3)-\(length - 1)/\(length)", "\(range)")
        }
        for range in ["bytes=-\(largest)", "bytes=-99999999999999999999"] {
            let answer = try await get(uri, [.range: range])
            #expect(answer.status == .partialContent && answer.body == whole, "\(range)")
        }
        #expect(node.tickets.count == 1, "all of it came from what the hub had")
    }

    @Test("A span over several segments and a hole is one file, whose times are told beside it")
    func spans() async throws {
        let segments = [try await add(0), try await add(20), try await add(100)]
        let all = try await get(span(0, 200))
        #expect(all.status == .ok)
        let media = pictures(segments)
        #expect(Array(all.body.suffix(media.count)) == media)
        let facts = try await get(span(0, 200).replacing("video.mp4", with: "video.json"))
        let object = try JSONObject(facts.body)
        #expect(object.integer("length") == Int64(all.body.count))
        #expect(object.string("type") == "video/mp4; codecs=\"avc1.4d401e\"")
        let points = try (object.elements("timeline") ?? []).map { try JSONObject(Array(object.bytes[$0])) }
        #expect(points.last?.string("clock") == start.advanced(bySeconds: 100).rfc3339)
        #expect(points.first?.string("clock") == start.rfc3339)
        let part = try await get(span(105, 110))
        #expect(part.status == .ok && part.body.count < all.body.count / 4)
    }

    @Test("What a camera recorded at a site is played to those who may watch it there, wherever the camera is now")
    func formerSite() async throws {
        let segment = try await add(0)
        func play(_ scope: AccessScope) async throws -> Int64 {
            try await parts.playback.camera("door", from: start, to: start.advanced(bySeconds: 20), scope: scope).movie.length
        }
        let length = try await play(.everything)
        let site = SegmentRecord(segment.index, encoded: segment.index.encoded).summary.site
        #expect(try await play(.limited(sites: [site], cameras: [])) == length)
        #expect(try await play(.limited(sites: [], cameras: ["door"])) == length)
        // Also while it is in memory for others.
        for scope in [AccessScope.limited(sites: ["elsewhere"], cameras: []), .nothing] {
            await #expect(throws: (any Error).self) { _ = try await play(scope) }
        }
    }

    @Test("Nothing, too much, what is no span and what changes are told apart")
    func refusals() async throws {
        _ = try await add(0)
        _ = try await add(20, width: 1280)
        #expect(try await get(span(500, 600)).status == .notFound)
        #expect(try await get(span(10, 5)).status == .badRequest)
        #expect(try await get("/api/v1/cameras/door/video.mp4?from=x&to=y").status == .badRequest)
        #expect(try await get("/api/v1/cameras/door/video.mp4").status == .badRequest)
        #expect(try await get("/api/v1/recordings/0192f6c2-0000-7000-8000-000000000000/video.mp4").status == .notFound)
        let changed = try await get(span(0, 100))
        #expect(changed.status == .conflict)
        let playable = try JSONObject(changed.body)
        let parts = try (playable.elements("playable") ?? []).map { try JSONObject(Array(playable.bytes[$0])) }
        #expect(parts.count == 2)
        for part in parts {
            let video = try #require(part.string("video"))
            #expect(try await get(video).status == .ok, "\(video)")
        }
    }

    @Test("A node that is away is a plain 503, and what the hub has plays all the same")
    func away() async throws {
        let segment = try await add()
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        let all = try await get(uri)
        node.isAway(true)
        #expect(try await get(uri).body == all.body)
        let other = try await add(40)
        let missing = try await get("/api/v1/recordings/\(other.index.header.identity.segment)/video.mp4")
        #expect(missing.status == .serviceUnavailable)
        #expect(missing.headers[.retryAfter] != nil)
        #expect(missing.headers[.contentType] == "application/problem+json")
        #expect(missing.text.contains("porch") && missing.text.contains("recording-away"))
        #expect(!missing.text.contains("since"), "nobody knows since when")
    }

    @Test("The answer for a node that is away says since when, as soon as its word that it leaves has come")
    func awaySince() async throws {
        let segment = try await add()
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        node.isAway(true)
        let lease = try #require(try await fixture.fleet.acquireLease("presence", holder: "test", seconds: 600))
        var leadership = try await PresenceLeadership(
            store: fixture.fleet, lease: lease, clock: fixture.clock, settings: PresenceSettings(), metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onCommit: {})
        let left = fixture.clock.now
        _ = try await leadership.step([
            PresenceArrival(.state(node: "porch", NodeState(state: .offline), isRetained: true), fixture.clock)
        ])
        fixture.clock.advance(by: 90)
        let missing = try await get(uri)
        #expect(missing.status == .serviceUnavailable)
        let problem = try JSONObject(missing.body)
        #expect(problem.string("since") == left.rfc3339)
        #expect(problem.string("detail")?.contains("since \(left.rfc3339)") == true)

        _ = try await leadership.step([PresenceArrival(.health(node: "porch", NodeHealth(ts: fixture.clock.now)), fixture.clock)])
        fixture.clock.advance(by: 1)
        _ = try await leadership.step([])
        #expect(try JSONObject(try await get(uri).body).string("since") == nil, "it is there, and only this once does not answer")
    }

    @Test("A ticket's end is in its node's time", arguments: [nil, 0, 3600, -86_400 * 365])
    func nodeTime(_ behind: Double?) async throws {
        let segment = try await add()
        if let behind {
            let lease = try #require(try await fixture.fleet.acquireLease("presence", holder: "test", seconds: 600))
            var record = PresenceRecord(node: "porch", isOnline: true, since: start, lastSeen: start)
            record.clockOffset = behind
            #expect(try await fixture.fleet.savePresence([record], lease))
        }
        #expect(try await get("/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4").status == .ok)
        #expect(node.tickets.map(\.expires) == [fixture.clock.now.advanced(bySeconds: UploadTicket.life - (behind ?? 0))])
    }

    @Test("What the node has deleted is not found, and one that is busy is asked again later")
    func gone() async throws {
        let segment = try await add()
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        node.answers("gone")
        #expect(try await get(uri).status == .notFound)
        node.answers("busy")
        let busy = try await get(uri)
        #expect(busy.status == .serviceUnavailable && busy.headers[.retryAfter] != nil)
        node.answers(nil)
        #expect(try await get(uri).status == .ok)
    }

    @Test("What somebody deleted is not played any more, the hub has nothing of it, and who asks is told by whom and when")
    func deleted() async throws {
        let segment = try await add()
        let id = segment.index.header.identity.segment
        for uri in [span(0, 20), "/api/v1/recordings/\(id)/video.mp4"] { #expect(try await get(uri).status == .ok) }
        #expect(metrics.value("vigilar_playback_cache_bytes") > 0)
        let summary = try #require(try await fixture.fleet.segment(id)).summary
        #expect(try await parts.deletions.delete([summary], by: "ann") == [id])
        await parts.playback.forget([id])
        // With the last who read it.
        try await eventually("the hub's copy to go") { metrics.value("vigilar_playback_cache_bytes") == 0 }
        let answer = try await get(span(0, 20))
        #expect(answer.status == .notFound && answer.text.contains("nothing-recorded"))
        #expect(answer.text.contains("\"deleted_at\":\"\(fixture.clock.now.rfc3339)\",\"deleted_by\":\"ann\""), "\(answer.text)")
        #expect(try await get("/api/v1/recordings/\(id)/video.mp4").status == .notFound)
        #expect(try await !get(span(100, 120)).text.contains("deleted_by"))
    }

    @Test("An upload that breaks off is gone on with, not begun again")
    func cut() async throws {
        let segment = try await add(seconds: 60)
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        node.breaks(after: 500_000)
        let all = try await get(uri)
        #expect(all.status == .ok && Array(all.body.suffix(1000)) == Array(pictures([segment]).suffix(1000)))
        #expect(node.tickets.count == 2)
        #expect((node.tickets.last?.from ?? 0) > 480_000)
    }

    @Test("A node that sends more than its ticket says, again and again, is given up, and what came before it is what was recorded")
    func more() async throws {
        let segment = try await add(seconds: 60)
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        node.sendsMore(by: 50_000)
        let answer = try await get(uri, [.range: "bytes=0-999"])
        #expect([.partialContent, .badGateway].contains(answer.status))
        #expect(node.tickets.count <= 3)
        node.sendsMore(by: 0)
        let all = try await get(uri)
        #expect(all.status == .ok && Array(all.body.suffix(1000)) == Array(pictures([segment]).suffix(1000)))
    }

    @Test("What was changed on the way or on the disk is never passed on, and is fetched anew the next time")
    func tampered() async throws {
        let segment = try await add()
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        node.flips(segment.index.header.encoded.count + 56 + 20)
        let broken = try await get(uri)
        #expect(broken.status == .badGateway)
        node.flips(nil)
        #expect(try await get(uri).status == .ok)
    }

    @Test("Where the node cannot use its recordings the answer says what to do there, and only then")
    func damagedLibrary() async throws {
        let segment = try await add()
        let uri = "/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4"
        node.answers("this node records nothing for its hub")
        let before = try await get(uri)
        #expect(before.status == .badGateway && before.text.contains("this node records nothing for its hub"))
        let lease = try #require(try await fixture.fleet.acquireLease("presence", holder: "test", seconds: 600))
        let remedy = "the recordings' table cannot be used: stop the node and run vigilar-edge check --repair"
        var records = ["attic", "porch"].map { PresenceRecord(node: $0, isOnline: true, since: start, lastSeen: start) }
        records[0].state = NodeState(
            state: .online, cameras: [NodeCamera(id: "roof", name: "Roof", online: true, unrecorded: "its disk is full")])
        records[1].state = NodeState(
            state: .online,
            cameras: [
                NodeCamera(id: "gate", name: "Gate", online: true), NodeCamera(id: "door", name: "Door", online: true, unrecorded: remedy),
            ])
        #expect(try await fixture.fleet.savePresence(records, lease))
        let answer = try await get(uri)
        #expect(answer.status == .badGateway && answer.text.contains("broken-recording"))
        let detail = try JSONObject(answer.body).string("detail")
        #expect(detail?.contains(remedy) == true && detail?.contains("porch") == true && detail?.contains("Try again") == false)
        node.answers(nil)
        #expect(try await get(uri).status == .ok)
    }

    @Test("A segment without its key is told so, not served")
    func foreignKey() async throws {
        let segment = try MadeSegment(start: start, seconds: 4, to: [SealingPrivateKey().publicKey])
        node.add(segment)
        #expect(try await tell(segment) == .stored)
        #expect(try await get("/api/v1/recordings/\(segment.index.header.identity.segment)/video.mp4").status == .badGateway)
        #expect(node.tickets.isEmpty)
    }

    @Test("A segment that is being written plays up to what counts; the node is asked what that is")
    func open() async throws {
        let node = node
        let segment = try MadeSegment(
            start: fixture.clock.now.advanced(bySeconds: -30), seconds: 30, to: [fixture.keyring.publicKey], state: .open, seed: 9)
        node.add(segment)
        let (fleet, clock) = (fixture.fleet, fixture.clock)
        node.asks { _ = try? await fleet.putSegment(SegmentRecord(segment.index, encoded: segment.index.encoded), at: clock.now) }
        let from = fixture.clock.now.advanced(bySeconds: -20).rfc3339
        let to = fixture.clock.now.advanced(bySeconds: 60).rfc3339
        let answer = try await get("/api/v1/cameras/door/video.mp4?from=\(from)&to=\(to)")
        #expect(answer.status == .ok)
        #expect(node.indexes == ["door"])
        let media = pictures([segment])
        #expect(Array(answer.body.suffix(5000)) == Array(media.suffix(5000)))
    }

    @Test("Nobody gets at it without a session, and no other node with a ticket that is not its own")
    func closed() async throws {
        let segment = try await add()
        let id = segment.index.header.identity.segment
        for uri in ["/api/v1/recordings/\(id)/video.mp4", span(0, 10), span(0, 10).replacing("video.mp4", with: "video.json")] {
            #expect(try await get(uri, [.cookie: "none=1"]).status == .unauthorized)
        }
        let empty = AsyncThrowingStream<ByteBuffer, any Error> { $0.finish() }
        await #expect(throws: Problem.self) { try await parts.uploads.arrived("test.unknown-ticket", from: "porch", body: empty) }
    }
}
