import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Media
import MediaTypes
import NIOCore
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Those who may not see faces and names.
@Suite(.timeLimit(.minutes(10))) struct MayIdentifyTests {
    /// What shows nothing but who is known.
    private static let withheld: [(HTTPRequest.Method, String)] = [
        (.get, "/individuals/ID"), (.get, "/api/v1/sightings.csv"), (.post, "/api/v1/strangers/misread"),
        (.get, "/visitors"), (.get, "/pets"), (.get, "/api/v1/individuals"), (.post, "/api/v1/individuals"),
        (.get, "/api/v1/individuals/ID"), (.patch, "/api/v1/individuals/ID"), (.delete, "/api/v1/individuals/ID"),
        (.get, "/api/v1/individuals/ID/export"), (.get, "/api/v1/individuals/ID/activity"), (.get, "/api/v1/individuals/ID/pictures"),
        (.post, "/api/v1/individuals/ID/pictures"), (.get, "/api/v1/individuals/ID/pictures/ID/image.jpg"),
        (.put, "/api/v1/individuals/ID/pictures/ID"), (.delete, "/api/v1/individuals/ID/pictures/ID"), (.get, "/api/v1/pictures"),
        (.post, "/api/v1/individuals/ID/merge"), (.get, "/api/v1/individuals/ID/merges"),
        (.delete, "/api/v1/individuals/ID/merges/ID"), (.get, "/api/v1/strangers"), (.get, "/api/v1/recognition"),
        (.put, "/api/v1/recognition"), (.get, "/api/v1/erasures"), (.get, "/api/v1/rules"), (.post, "/api/v1/rules"),
        (.delete, "/api/v1/rules/ID"), (.put, "/api/v1/events/EVENT/identity"), (.get, "/api/v1/events/EVENT/portrait.jpg"),
    ]

    @Test func `Names and faces are nowhere for those who may not see them`() async throws {
        try await IdentitiesTests.withSite { site in
            #expect(try await site.send(0, angle: 0) == 204)
            let event = site.events[0].id
            let made = try await site.ask(
                .post, "/api/v1/individuals", #"{"kind":"person","name":"Anna","events":["\#(event)"]}"#)
            let anna = try #require(try JSONObject(made.body).string("id"))
            let shown = ["/api/v1/events", "/api/v1/events/\(event)", "/events", "/api/v1/visits"]
            for path in shown {
                #expect(String(decoding: try await site.ask(.get, path).body, as: UTF8.self).contains("Anna"), "\(path)")
            }
            #expect(try await site.ask(.get, "/api/v1/events/\(event)/portrait.jpg").status == 200)

            try await site.fixture.setNames(false)
            for path in shown {
                let answer = try await site.ask(.get, path)
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(answer.status == 200 && !text.contains("Anna") && !text.contains(anna), "\(path)")
            }
            let acknowledged = try await site.ask(.post, "/api/v1/events/\(event)/acknowledge")
            #expect(acknowledged.status == 200 && !String(decoding: acknowledged.body, as: UTF8.self).contains("Anna"))
            let document = try JSONSerialization.jsonObject(with: Data(OpenAPIRoute.document)) as? [String: Any]
            let described = try #require(document?["paths"] as? [String: [String: [String: Any]]])
            for (method, path) in Self.withheld {
                if path.hasPrefix("/api/") {
                    let form = path.replacing("pictures/ID", with: "pictures/{picture}").replacing("merges/ID", with: "merges/{merge}")
                        .replacing(/EVENT|ID/, with: "{id}")
                    let answers = described[form]?[method.rawValue.lowercased()]?["responses"] as? [String: Any]
                    #expect(answers?["403"] != nil, "the document of \(method) \(path)")
                }
                let path = path.replacing("EVENT", with: "\(event)").replacing("ID", with: anna)
                let answer = try await site.ask(method, path, [.get, .delete].contains(method) ? nil : "{}")
                #expect(answer.status == 403, "\(method) \(path)")
                #expect(!String(decoding: answer.body, as: UTF8.self).contains("Anna"), "\(path)")
            }
            // Whose events are asked for would say who was seen in them.
            for path in ["/api/v1/events", "/api/v1/events/counts"] {
                #expect(try await site.ask(.get, "\(path)?individual=\(anna)").status == 403)
                #expect((described[path]?["get"]?["responses"] as? [String: Any])?["403"] != nil, "the document of \(path)")
            }
            let refused = try await site.ask(.get, "/api/v1/individuals/\(anna)")
            #expect(try JSONObject(refused.body).string("type") == "/problems/names-withheld")

            try await site.fixture.setNames(true)
            #expect(try await site.ask(.get, "/api/v1/individuals/\(anna)").status == 200)
        }
    }

    @Test func `People are hidden for good in the pictures of whoever was erased so, and pictures of people are not kept as they are`()
        async throws
    {
        let jpeg = try Self.stripes()
        let person = SnapshotArea(left: 0.25, top: 0.25, right: 0.5, bottom: 0.75)
        try await IdentitiesTests.withSite { site in
            func snapshot(_ place: Int) async throws -> (tag: String?, jpeg: [UInt8]) {
                let path = "/api/v1/events/\(site.events[place].id)/snapshot.jpg"
                let answer = try await SnapshotFixture.send(
                    .init(path, method: .get, headers: site.cookie, body: nil), as: try site.fixture.stranger(), port: site.port)
                return (answer.headers[.eTag], answer.body.map { Array($0.readableBytesView) } ?? [])
            }
            func framed(_ place: Int) async throws -> String {
                let answer = try await site.ask(.get, "/api/v1/events/\(site.events[place].id)/snapshot/boxes")
                return String(decoding: answer.body, as: UTF8.self)
            }
            // In the second nobody has seen where they are.
            for (place, people) in [[person], []].enumerated() {
                #expect(try await site.send(place, angle: 0) == 204)
                let event = site.events[place].id
                let packed = SnapshotWire.pack(
                    thumbnail: jpeg, picture: jpeg, people: people, boxes: [SnapshotBox(kind: .person, score: 0.9, area: person)])
                let box = try site.fixture.seal(packed, event: event, rank: 3)
                #expect(try await SnapshotFixture.put(box, event: event, as: site.porch, port: site.port) == .stored)
                #expect(try await snapshot(place).jpeg == jpeg)
                #expect(try await framed(place).contains(#""kind":"person""#))
            }
            let events = site.events[..<2].map { "\"\($0.id)\"" }.joined(separator: ",")
            let made = try await site.ask(.post, "/api/v1/individuals", #"{"kind":"person","name":"Anna","events":[\#(events)]}"#)
            let anna = try #require(try JSONObject(made.body).string("id"))
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)?pictures=keep").status == 400)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)?pictures=hide").status == 204)
            for place in 0..<2 { #expect(try await snapshot(place).tag == nil, "shown before people were hidden in it") }
            for event in try await site.fixture.store.picturesToHide(limit: 9) { try await site.fixture.snapshots.hidePeople(in: event) }
            for place in 0..<2 {
                let (tag, hidden) = try await snapshot(place)
                #expect(tag == "\"large-10\"")
                #expect(try await framed(place) == #"{"rank":10,"boxes":[]}"#)
                #expect(try Self.detail(hidden, x: 100..<140, y: 60..<120) < 20)
                #expect(try (Self.detail(hidden, x: 240..<300, y: 20..<160) < 20) == (place == 1))
            }
            let receipts = String(decoding: try await site.ask(.get, "/api/v1/erasures").body, as: UTF8.self)
            #expect(receipts.contains(#""pictures":"hidden""#))
        }
    }

    @Test func `On the stream nobody is named, and which animal it is stays`() async throws {
        let fixture = try await WebFixture()
        @Sendable func published(_ number: Int) throws -> PublishedEvent {
            PublishedEvent(
                cursor: Int64(number), event: try fixture.event(number, payload: #"{"identities":"of the node"}"#), acknowledged: false,
                identities: Array(
                    #"[{"track":3,"kind":"person","id":"7","name":"Anna"},{"track":null,"kind":"species","name":"red fox"}]"#.utf8))
        }
        _ = fixture.stream.begin(at: 0)
        fixture.stream.publish([try published(1)])
        for names in [true, false] {
            let grants = [names ? Grant(.administrator) : Grant(.operator, faces: false)]
            fixture.store.contents.withLock { $0.accounts[Accounts.administrator]?.grants = grants }
            let cookie = try await fixture.cookie()
            try await WebApplication.application(fixture.dependencies).test(.live) { client in
                try await StreamClient.open(
                    port: try #require(client.port), path: "/events/stream", cookie: cookie, headers: ["Last-Event-ID: 0"]
                ) { readUntil in
                    _ = try await readUntil("event: event\nid: 1\n")
                    try await eventually("a subscriber") { fixture.metrics.value("vigilar_stream_subscribers") == 1 }
                    let next = Int(fixture.stream.head ?? 0) + 1
                    // As it comes from the broker.
                    fixture.stream.publish([try PublishedEvent(json: published(next).json)])
                    let text = try await readUntil("event: event\nid: \(next)\n")
                    #expect(text.contains("Anna") == names)
                    let species = #"{"track":null,"kind":"species","name":"red fox"}]"#
                    #expect(text.contains(#""identities":["# + (names ? #"{"track":3"# : species)))
                    #expect(text.contains(species) && text.contains("of the node"))
                }
                try await eventually("the subscriber to go") { fixture.metrics.value("vigilar_stream_subscribers") == 0 }
            }
        }
    }

    // MARK: Pictures

    /// A JPEG of fine stripes, 320 × 180.
    private static func stripes() throws -> [UInt8] {
        let folder = try TemporaryDirectory("stripes")
        try TestClips.run([
            "-f", "lavfi", "-i", "nullsrc=s=320x180,geq=lum='255*mod(floor(X/4)+floor(Y/4),2)':cb=128:cr=128", "-frames:v", "1", "-pix_fmt",
            "yuvj420p", "-q:v", "2", folder.path("a.jpg"),
        ])
        return Array(try Data(contentsOf: URL(filePath: folder.path("a.jpg"))))
    }

    /// How much the brightness differs from one pixel to the fourth from it, on average, within a part of a picture.
    private static func detail(_ jpeg: [UInt8], x: Range<Int>, y: Range<Int>) throws -> Double {
        let picture = try JPEGDecoder.decode(jpeg)
        let sum = picture.withPlanes { layout, luma, _, _ in
            var sum = 0
            for row in y {
                for column in x {
                    sum += abs(Int(luma[row * layout.lumaStride + column]) - Int(luma[row * layout.lumaStride + column + 4]))
                }
            }
            return sum
        }
        return Double(try #require(sum)) / Double(x.count * y.count)
    }

    @Test func `People are hidden in pictures for those who may not see them, and all of a picture in which nobody looked for any`()
        async throws
    {
        let jpeg = try Self.stripes()
        let person = SnapshotArea(left: 0.25, top: 0.25, right: 0.5, bottom: 0.75)
        try await IdentitiesTests.withSite { site in
            for (place, people) in [[person], nil, []].enumerated() {
                let event = site.events[place].id
                let box = try site.fixture.seal(SnapshotWire.pack(thumbnail: jpeg, picture: jpeg, people: people), event: event, rank: 3)
                #expect(try await SnapshotFixture.put(box, event: event, as: site.porch, port: site.port) == .stored)
            }
            func ask(_ place: Int, _ size: String, tag: String? = nil) async throws -> TestClient.Response {
                var headers = site.cookie
                if let tag { headers[.ifNoneMatch] = tag }
                return try await SnapshotFixture.send(
                    .init("/api/v1/events/\(site.events[place].id)/snapshot.jpg?size=\(size)", method: .get, headers: headers, body: nil),
                    as: try site.fixture.stranger(), port: site.port)
            }
            func picture(_ place: Int, _ size: String) async throws -> [UInt8] {
                Array(try #require(try await ask(place, size).body).readableBytesView)
            }
            // In the person, and beside them.
            let (within, beside) = ((x: 85..<150, y: 50..<130), (x: 200..<300, y: 10..<170))
            for size in ["large", "thumbnail"] {
                try await site.fixture.setNames(true)
                for place in 0..<3 { #expect(try await picture(place, size) == jpeg) }
                let tag = try #require(try await ask(0, size).headers[.eTag])
                #expect(try await ask(0, size, tag: tag).status == .notModified)

                try await site.fixture.setNames(false)
                #expect(try await ask(0, size, tag: tag).status == .ok, "what a browser kept of before is not shown again")
                // Asked twice: the second comes of the memory.
                for _ in 0..<2 {
                    let hidden = try await picture(0, size)
                    #expect(try Self.detail(hidden, x: within.x, y: within.y) < 20)
                    #expect(try Self.detail(hidden, x: beside.x, y: beside.y) > 150)
                }
                let whole = try await picture(1, size)
                #expect(try Self.detail(whole, x: 4..<300, y: 4..<170) < 20)
                #expect(try await picture(2, size) == jpeg, "nobody is in it")
            }
        }
    }

    @Test func `A picture in which nobody can be hidden is not shown`() async throws {
        try await IdentitiesTests.withSite { site in
            let event = site.events[0].id
            let box = try site.fixture.seal(event: event, rank: 3)
            #expect(try await SnapshotFixture.put(box, event: event, as: site.porch, port: site.port) == .stored)
            #expect(try await site.ask(.get, "/api/v1/events/\(event)/snapshot.jpg").status == 200)
            try await site.fixture.setNames(false)
            #expect(try await site.ask(.get, "/api/v1/events/\(event)/snapshot.jpg").status == 404)
        }
    }
}
