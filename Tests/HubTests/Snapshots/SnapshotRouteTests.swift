import Base
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOSSL
import Protocol
import TestSupport
import Testing

@testable import Hub

/// Pictures from nodes over TLS, and to people.
@Suite struct SnapshotRouteTests {
    /// A fixture with two nodes, and an event of the porch's that is stored.
    private static func withEvent(
        _ body: @escaping @Sendable (SnapshotFixture, Event, Ways) async throws -> Void
    ) async throws {
        let fixture = try await SnapshotFixture()
        let (porch, garden) = (try await fixture.join("porch", secret: 1), try await fixture.join("garden", secret: 2))
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await fixture.store.ingest(maker.batch([event]))
        try await fixture.serving { port in
            try await body(fixture, event, Ways(porch: porch, garden: garden, stranger: try fixture.stranger(), port: port))
        }
    }

    struct Ways: Sendable {
        let porch, garden, stranger: TLSConfiguration
        let port: Int
    }

    @Test func `A node's picture is stored, and sending it again changes nothing`() async throws {
        try await Self.withEvent { fixture, event, ways in
            let box = try fixture.seal(event: event.id, rank: 3)
            for _ in 0..<3 {
                #expect(try await SnapshotFixture.put(box, event: event.id, as: ways.porch, port: ways.port) == .stored)
            }
            let lower = try fixture.seal(event: event.id, rank: 2)
            #expect(try await SnapshotFixture.put(lower, event: event.id, rank: "2", as: ways.porch, port: ways.port) == .stored)
            #expect(try await fixture.store.snapshot(of: event.id) == StoredSnapshot(node: "porch", rank: 3, box: box))
            #expect(fixture.metrics.value("vigilar_snapshots_stored_total") == 1)
        }
    }

    @Test func `Whoever is not the event's node is refused`() async throws {
        try await Self.withEvent { fixture, event, ways in
            let box = try fixture.seal(event: event.id, rank: 3)
            let foreign = try fixture.seal(event: event.id, node: "garden", rank: 3)
            #expect(
                try await SnapshotFixture.put(box, event: event.id, as: ways.stranger, port: ways.port)
                    == .init(status: 401, kind: "no-certificate"))
            #expect(
                try await SnapshotFixture.put(box, event: event.id, as: ways.garden, port: ways.port)
                    == .init(status: 403, kind: "not-this-node"))
            #expect(
                try await SnapshotFixture.put(foreign, event: event.id, node: "garden", as: ways.garden, port: ways.port)
                    == .init(status: 403, kind: "foreign-event"))
            #expect(fixture.metrics.value("vigilar_snapshots_refused_total", labels: [("reason", "foreign-event")]) == 1)
            #expect(try await fixture.store.revokeNode("porch", at: SystemClock().now))
            #expect(
                try await SnapshotFixture.put(box, event: event.id, as: ways.porch, port: ways.port)
                    == .init(status: 403, kind: "not-this-node"))
            #expect(try await fixture.store.snapshot(of: event.id) == nil)
        }
    }

    @Test func `A picture that overtook its event is to come again`() async throws {
        try await Self.withEvent { fixture, _, ways in
            var maker = EventMaker(epoch: "e2")
            let late = try maker.event()
            let box = try fixture.seal(event: late.id, rank: 3)
            #expect(
                try await SnapshotFixture.put(box, event: late.id, as: ways.porch, port: ways.port)
                    == .init(status: 409, kind: "unknown-event"))
            _ = try await fixture.store.ingest(maker.batch([late]))
            #expect(try await SnapshotFixture.put(box, event: late.id, as: ways.porch, port: ways.port) == .stored)
        }
    }

    @Test func `A box of another event, node or rank is refused`() async throws {
        try await Self.withEvent { fixture, event, ways in
            var maker = EventMaker(epoch: "e2")
            let other = try maker.event()
            _ = try await fixture.store.ingest(maker.batch([other]))
            let box = try fixture.seal(event: event.id, rank: 3)
            #expect(try await SnapshotFixture.put(box, event: other.id, as: ways.porch, port: ways.port) == .bad)
            #expect(try await SnapshotFixture.put(box, event: event.id, rank: "4", as: ways.porch, port: ways.port) == .bad)
            let foreign = try fixture.seal(event: event.id, node: "garden", rank: 3)
            #expect(try await SnapshotFixture.put(foreign, event: event.id, as: ways.porch, port: ways.port) == .bad)
            #expect(fixture.metrics.value("vigilar_snapshots_refused_total", labels: [("reason", "unreadable")]) == 3)
            #expect(try await fixture.store.snapshot(of: event.id) == nil)
            #expect(try await fixture.store.snapshot(of: other.id) == nil)
        }
    }

    @Test func `Garbage is refused, and the hub goes on`() async throws {
        try await Self.withEvent { fixture, event, ways in
            let box = try fixture.seal(event: event.id, rank: 3)
            var boxes: [[UInt8]] = [[], [1], Array(box.prefix(81)), Array(box.prefix(82)), Array(box.dropLast()), box + [0]]
            for at in [0, 1, 40, 65, 66, 1000, box.count - 1] {
                var changed = box
                changed[at] ^= 1
                boxes.append(changed)
            }
            // Sealed as it should be, with something else in it.
            let (thumbnail, picture) = (SnapshotFixture.thumbnail, SnapshotFixture.picture)
            for content in [
                [], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF] + picture, SnapshotWire.pack(thumbnail: thumbnail, picture: []),
                SnapshotWire.pack(thumbnail: [], picture: picture), SnapshotWire.pack(thumbnail: Array("GIF89a".utf8), picture: picture),
                SnapshotWire.pack(thumbnail: thumbnail, picture: Array("<svg onload=alert(1)>".utf8)),
            ] { boxes.append(try fixture.seal(content, event: event.id, rank: 3)) }
            for (number, box) in boxes.enumerated() {
                #expect(try await SnapshotFixture.put(box, event: event.id, as: ways.porch, port: ways.port) == .bad, "\(number)")
            }
            #expect(try await SnapshotFixture.put(box, event: event.id, as: ways.porch, port: ways.port) == .stored)
        }
    }

    @Test func `What is too large, of another kind or without a rank is refused`() async throws {
        try await Self.withEvent { fixture, event, ways in
            let overhead = try fixture.seal([], event: event.id, rank: 3).count
            func exactly(_ count: Int) throws -> [UInt8] {
                let room = count - overhead - 6 - SnapshotFixture.thumbnail.count - SnapshotFixture.marker.count
                let picture = SnapshotFixture.marker + [UInt8](repeating: 1, count: room)
                return try fixture.seal(
                    SnapshotWire.pack(thumbnail: SnapshotFixture.thumbnail, picture: picture), event: event.id, rank: 3)
            }
            let large = try exactly(SnapshotWire.maximumBox + 1)
            #expect(
                try await SnapshotFixture.put(large, event: event.id, as: ways.porch, port: ways.port)
                    == .init(status: 413, kind: "body-too-large"))
            let box = try exactly(SnapshotWire.maximumBox)
            for rank in [nil, "", "0", "10", "three", "-1"] {
                #expect(
                    try await SnapshotFixture.put(box, event: event.id, rank: rank, as: ways.porch, port: ways.port)
                        == .init(status: 400, kind: "bad-parameter"))
            }
            for type in [nil, "application/json", "image/jpeg"] {
                #expect(
                    try await SnapshotFixture.put(box, event: event.id, type: type, as: ways.porch, port: ways.port)
                        == .init(status: 415, kind: "unsupported-type"))
            }
            #expect(try await SnapshotFixture.put(box, event: event.id, as: ways.porch, port: ways.port) == .stored)
        }
    }

    @Test func `At rest there is no picture to be seen`() async throws {
        try await Self.withEvent { fixture, event, ways in
            let box = try fixture.seal(event: event.id, rank: 3)
            #expect(try await SnapshotFixture.put(box, event: event.id, as: ways.porch, port: ways.port) == .stored)
            _ = try await fixture.snapshots.picture(of: event.id, .large, rank: 3, hidesPeople: false)
            var found = 0
            for name in ["hub.sqlite", "hub.sqlite-wal"] {
                let data = try Data(contentsOf: URL(filePath: fixture.folder.path(name)))
                #expect(data.firstRange(of: Data(SnapshotFixture.marker)) == nil, "\(name)")
                if data.firstRange(of: Data(box.prefix(200))) != nil { found += 1 }
            }
            #expect(found > 0, "the box itself is there")
        }
    }

    @Test func `People see it in both sizes, and a browser need not fetch it twice`() async throws {
        let fixture = try await SnapshotFixture()
        var maker = EventMaker()
        let (event, without) = (try maker.event(), try maker.event())
        _ = try await fixture.store.ingest(maker.batch([event, without]))
        try await fixture.snapshots.take(fixture.seal(event: event.id, rank: 3), of: event.id, from: "porch", rank: 3)
        let session = try await fixture.cookie()
        let address = "/api/v1/events/\(event.id)/snapshot.jpg"
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: address, method: .get) { #expect($0.status == .unauthorized) }
            for (query, jpeg) in [
                ("", SnapshotFixture.picture), ("?size=large&rank=3", SnapshotFixture.picture),
                ("?size=thumbnail", SnapshotFixture.thumbnail),
                ("?size=thumbnail", SnapshotFixture.thumbnail),
            ] {
                let tag = try await client.execute(uri: address + query, method: .get, headers: session) { response in
                    #expect(response.status == .ok)
                    #expect(response.headers[.contentType] == "image/jpeg")
                    #expect(response.headers[.cacheControl] == "private, no-cache")
                    #expect(response.headers[.xContentTypeOptions] == "nosniff")
                    #expect(Array(response.body.readableBytesView) == jpeg)
                    return try #require(response.headers[.eTag])
                }
                var again = session
                again[.ifNoneMatch] = "\"x\", W/\(tag)"
                try await client.execute(uri: address + query, method: .get, headers: again) {
                    #expect($0.status == .notModified)
                    #expect($0.body.readableBytes == 0)
                }
            }
            // A better one is another one.
            let better = SnapshotFixture.marker + [0x33]
            try await fixture.snapshots.take(
                fixture.seal(SnapshotWire.pack(thumbnail: better, picture: better), event: event.id, rank: 7), of: event.id, from: "porch",
                rank: 7)
            var old = session
            old[.ifNoneMatch] = "\"large-3\""
            try await client.execute(uri: address, method: .get, headers: old) {
                #expect($0.status == .ok)
                #expect(Array($0.body.readableBytesView) == better)
            }
            for path in [
                "/api/v1/events/\(without.id)/snapshot.jpg", "/api/v1/events/nonsense/snapshot.jpg",
                "/api/v1/events/0192f6c2-0000-7000-8000-00000000ffff/snapshot.jpg",
            ] {
                try await client.execute(uri: path, method: .get, headers: session) {
                    #expect($0.status == .notFound)
                    #expect($0.headers[.contentType] == "application/problem+json")
                }
            }
            try await client.execute(uri: address + "?size=huge", method: .get, headers: session) { #expect($0.status == .badRequest) }
            try await client.execute(uri: "/api/v1/events/\(event.id)", method: .get, headers: session) {
                #expect(String(buffer: $0.body).contains("\"snapshot\":7"))
            }
            // Deleted is deleted, whatever is still in memory.
            try await fixture.store.write { try $0.execute(sql: "DELETE FROM events") }
            try await client.execute(uri: address, method: .get, headers: session) { #expect($0.status == .notFound) }
        }
    }

    @Test func `What is framed in a picture is told with it, and where a face is only to those who may see faces`() async throws {
        let fixture = try await SnapshotFixture()
        var maker = EventMaker()
        let (event, older, without) = (try maker.event(), try maker.event(), try maker.event())
        _ = try await fixture.store.ingest(maker.batch([event, older, without]))
        let boxes = [
            SnapshotBox(kind: .person, score: 0.93, area: SnapshotArea(left: 0.25, top: 0.1, right: 0.5, bottom: 1)),
            SnapshotBox(kind: .face, score: 0.9, area: SnapshotArea(left: 0.3, top: 0.1, right: 0.4, bottom: 0.25)),
            SnapshotBox(kind: .motion, area: SnapshotArea(left: 0, top: 0, right: 1, bottom: 0.5)),
        ]
        let (thumbnail, picture) = (SnapshotFixture.thumbnail, SnapshotFixture.picture)
        let framed = SnapshotWire.pack(thumbnail: thumbnail, picture: picture, people: [], boxes: boxes)
        try await fixture.snapshots.take(fixture.seal(framed, event: event.id, rank: 3), of: event.id, from: "porch", rank: 3)
        // As a node of an earlier version seals it.
        let plain: [UInt8] = [0, 0, UInt8(thumbnail.count >> 8), UInt8(thumbnail.count & 0xFF)] + thumbnail + picture
        try await fixture.snapshots.take(fixture.seal(plain, event: older.id, rank: 3), of: older.id, from: "porch", rank: 3)
        let session = try await fixture.cookie()
        let person = #"{"kind":"person","score":0.93,"box":[0.25,0.1,0.25,0.9]}"#
        let face = #"{"kind":"face","score":0.9,"box":[0.3,0.1,0.1,0.15]}"#
        let motion = #"{"kind":"motion","score":null,"box":[0.0,0.0,1.0,0.5]}"#
        try await fixture.app.test(.router) { (client: any TestClientProtocol) async throws -> Void in
            func ask(_ event: String, _ headers: HTTPFields) async throws -> TestResponse {
                try await client.execute(uri: "/api/v1/events/\(event)/snapshot/boxes", method: .get, headers: headers, body: nil)
            }
            #expect(try await ask("\(event.id)", [:]).status == .unauthorized)
            let seen = try await ask("\(event.id)", session)
            #expect(seen.status == .ok && seen.headers[.contentType] == "application/json" && seen.headers[.cacheControl] == "no-store")
            #expect(String(buffer: seen.body) == #"{"rank":3,"boxes":[\#(person),\#(face),\#(motion)]}"#)
            #expect(String(buffer: try await ask("\(older.id)", session).body) == #"{"rank":3,"boxes":[]}"#)
            for missing in ["\(without.id)", "nonsense", "0192f6c2-0000-7000-8000-00000000ffff"] {
                #expect(try await ask(missing, session).status == .notFound)
            }

            try await fixture.setNames(false)
            #expect(String(buffer: try await ask("\(event.id)", session).body) == #"{"rank":3,"boxes":[\#(person),\#(motion)]}"#)
            // Nobody can be hidden in it, so that it is not shown to them.
            #expect(try await ask("\(older.id)", session).status == .notFound)
        }
    }

    @Test func `A picture with boxes that make no sense is refused and counted`() async throws {
        try await Self.withEvent { (fixture: SnapshotFixture, event: Event, ways: Ways) async throws -> Void in
            let length = SnapshotFixture.thumbnail.count
            func put(_ count: Int, _ box: [UInt8]) async throws -> SnapshotFixture.Answer {
                var bytes: [UInt8] = [2, 0, UInt8(length >> 8), UInt8(length & 0xFF), 255, UInt8(count)]
                for _ in 0..<count { bytes += box }
                let sealed = try fixture.seal(bytes + SnapshotFixture.thumbnail + SnapshotFixture.picture, event: event.id, rank: 3)
                return try await SnapshotFixture.put(sealed, event: event.id, as: ways.porch, port: ways.port)
            }
            let box: [UInt8] = [1, 93, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF]
            #expect(try await put(33, box) == .bad)
            #expect(try await put(1, [6, 93, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF]) == .bad)
            #expect(try await put(1, [1, 101, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF]) == .bad)
            #expect(try await put(1, [1, 93, 0x80, 0, 0, 0, 0x80, 0, 0xFF, 0xFF]) == .bad)
            #expect(try await put(2, Array(box.dropLast())) == .bad)
            #expect(fixture.metrics.value("vigilar_snapshots_refused_total", labels: [("reason", "unreadable")]) == 5)
            #expect(try await put(32, box) == .stored)
        }
    }

    @Test func `A stored picture that cannot be opened is none`() async throws {
        let fixture = try await SnapshotFixture()
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await fixture.store.ingest(maker.batch([event]))
        _ = try await fixture.store.putSnapshot(event.id, node: "porch", rank: 3, box: [1, 2, 3], at: maker.start)
        let session = try await fixture.cookie()
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/api/v1/events/\(event.id)/snapshot.jpg", method: .get, headers: session) {
                #expect($0.status == .notFound)
            }
        }
    }

    @Test func `The page shows thumbnails where there are pictures, and a place for them where there are none`() async throws {
        let fixture = try await WebFixture()
        let (event, without) = (try fixture.event(1), try fixture.event(2, seconds: 5))
        fixture.store.add(event, snapshot: 4)
        fixture.store.add(without)
        let headers: HTTPFields = [.cookie: try await fixture.cookie()]
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/events", method: .get, headers: headers) {
                let page = String(buffer: $0.body)
                #expect(page.ranges(of: "<img src=").count == 1)
                #expect(page.contains("src=\"/api/v1/events/\(event.id)/snapshot.jpg?size=thumbnail&amp;rank=4\""))
                #expect(page.contains("<a class=\"picture\" href=\"/events/\(event.id)\">"))
                #expect(page.contains("alt=\"Picture: Motion\""))
                #expect(page.contains("loading=\"lazy\""))
                // Both rows, and the templates of new ones and of an incident.
                #expect(page.ranges(of: "class=\"tile\"").count == 4)
                #expect(!page.contains(" style="))
            }
        }
    }
}
