import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOSSL
import Protocol
import TestSupport
import Testing
import Trust

@testable import Hub

/// Portraits from nodes over TLS, compared with those who have a name, and what people say of them.
@Suite(.timeLimit(.minutes(10))) struct IdentitiesTests {
    private static let model = "face-reidentification-retail-0095"
    private static let crop: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + Array("portrait-marker".utf8)

    /// A node, events of it, a session, and the comparing service.
    struct Site: Sendable {
        let fixture: SnapshotFixture
        let events: [Event]
        let porch: TLSConfiguration
        let cookie: HTTPFields
        let port: Int

        /// - Parameter angle: Of the face's direction in a plane, in degrees: near ones are alike.
        func send(_ place: Int, angle: Double, rank: Int = 1, kind: PortraitKind = .face, model: String = model) async throws -> Int {
            let turn = angle * .pi / 180
            let numbers = RecognitionModels.calibration(of: model)?.numbers ?? 2
            let portrait = Portrait(
                track: 3, kind: kind, model: model,
                embedding: [Float(cos(turn)), Float(sin(turn))] + [Float](repeating: 0, count: numbers - 2), pictures: 2, label: "person",
                crop: crop)
            return try await send(PortraitWire.pack(portrait), place, rank: rank)
        }

        func send(_ bytes: [UInt8], _ place: Int, rank: Int = 1, sealedRank: Int? = nil) async throws -> Int {
            let event = events[place].id
            let box = try fixture.seal(bytes, for: PortraitWire.context(node: "porch", event: event, rank: sealedRank ?? rank))
            var headers = HTTPFields([HTTPField(name: .contentType, value: "application/octet-stream")])
            headers[HTTPField.Name(PortraitWire.rankHeader)!] = "\(rank)"
            let response = try await SnapshotFixture.send(
                .init("/api/v1/nodes/porch/portraits/\(event)", method: .put, headers: headers, body: ByteBuffer(bytes: box)), as: porch,
                port: port)
            return response.status.code
        }

        func ask(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> (status: Int, body: [UInt8]) {
            var headers = cookie
            headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
            if body != nil { headers[.contentType] = "application/json" }
            let response = try await SnapshotFixture.send(
                .init(path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }), as: try fixture.stranger(),
                port: port)
            return (response.status.code, response.body.map { Array($0.readableBytesView) } ?? [])
        }

        /// State and name of who was seen in an event.
        func said(_ places: Int...) async throws -> [String] {
            var out: [String] = []
            for place in places { out.append(try await said(of: place)) }
            return out
        }

        private func said(of place: Int) async throws -> String {
            let identities = try #require(try await fixture.store.event(events[place].id)).identities
            let all = try JSONObject(Array("{\"all\":".utf8) + identities + [UInt8(ascii: "}")])
            return try (try all.elements("all") ?? []).map { range in
                let who = try JSONObject(Array(all.bytes[range]))
                return "\(who.string("state") ?? "-") \(who.string("name") ?? "-")"
            }.joined(separator: ",")
        }
    }

    static func withSite(recognition: Bool = true, _ body: @escaping @Sendable (Site) async throws -> Void) async throws {
        let fixture = try await SnapshotFixture()
        let porch = try await fixture.join("porch", secret: 1)
        var maker = EventMaker()
        let events = try (0..<6).map { try maker.event(type: "person", ts: maker.start.advanced(bySeconds: Double($0))) }
        _ = try await fixture.store.ingest(maker.batch(events))
        let running = Task { try await fixture.identities.run() }
        defer { running.cancel() }
        try await fixture.serving { port in
            let site = Site(fixture: fixture, events: events, porch: porch, cookie: try await fixture.cookie(), port: port)
            if recognition {
                #expect(try await site.ask(.put, "/api/v1/recognition", #"{"on":true,"ground":"Our own home"}"#).status == 200)
            }
            try await body(site)
        }
        running.cancel()
        try await running.value
    }

    @Test func `Somebody who was named is known again, probably, or not, and a correction changes what was said before`() async throws {
        try await Self.withSite { site in
            for (place, angle) in [0.0, 10, 66, 90].enumerated() { #expect(try await site.send(place, angle: angle) == 204) }
            try await eventually("all were compared") { try await site.said(0, 3) == ["unknown -", "unknown -"] }
            let made = try await site.ask(
                .post, "/api/v1/individuals", #"{"kind":"person","name":"Anna","profile":"household","events":["\#(site.events[0].id)"]}"#)
            #expect(made.status == 201)
            let anna = try #require(try JSONObject(made.body).string("id"))
            // Of 10° the cosine is .98, of 66° .41, of 90° 0.
            try await eventually("old events follow") { try await site.said(1) == ["known Anna"] }
            #expect(try await site.said(0) == ["known Anna"])
            try await eventually("the rest, too") { try await site.said(2, 3) == ["probable Anna", "unknown -"] }
            #expect(try await site.send(4, angle: 1) == 204)
            try await eventually("new ones are known") { try await site.said(4) == ["known Anna"] }

            // It was not her.
            #expect(try await site.ask(.put, "/api/v1/events/\(site.events[0].id)/identity", #"{"individual":null}"#).status == 204)
            try await eventually("nobody is known by that picture any more") {
                try await site.said(1, 4) == ["unknown -", "unknown -"]
            }
            #expect(try await site.said(0) == ["unknown -"])
            #expect(try await site.ask(.put, "/api/v1/events/\(site.events[3].id)/identity", #"{"individual":"\#(anna)"}"#).status == 204)
            #expect(try await site.said(3) == ["known Anna"])
            // A better portrait of what somebody has said changes nothing of it.
            #expect(try await site.send(3, angle: 200, rank: 2) == 204)
            #expect(try await site.ask(.patch, "/api/v1/individuals/\(anna)", #"{"name":"Anne"}"#).status == 200)
            #expect(try await site.said(3) == ["known Anne"])

            let visits = String(decoding: try await site.ask(.get, "/api/v1/visits").body, as: UTF8.self)
            #expect(visits.contains(#""site":"home","id":"\#(anna)","name":"Anne""#) && visits.contains(#""id":null,"name":null"#))
            #expect(try await site.ask(.get, "/api/v1/visits?site=shop").body == Array(#"{"items":[],"is_cut":false,"next":null}"#.utf8))
            #expect(try await site.ask(.get, "/api/v1/visits?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z").status == 400)

            try await Self.checkExport(site, anna)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)?pictures=burn").status == 400)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)").status == 204)
            let receipts = String(decoding: try await site.ask(.get, "/api/v1/erasures").body, as: UTF8.self)
            #expect(receipts.contains(#"{"individual":"\#(anna)","erased_at":""#) && !receipts.contains("Anne"))
            #expect(
                receipts.contains(
                    #""by":"admin","reason":"request","pictures":"deleted","to_hide":0,"footage":"kept","nodes":[{"node":"porch""#))
            #expect(try await site.ask(.get, "/api/v1/individuals/\(anna)/export").status == 404)
            #expect(try await site.said(3) == [""])
            #expect(try await site.ask(.get, "/api/v1/events/\(site.events[3].id)/portrait.jpg").status == 404)
            #expect(try await site.ask(.delete, "/api/v1/individuals/\(anna)").status == 404)

            let published = String(
                decoding: try await site.fixture.store.stampAll().flatMap { Array($0.json) + [UInt8(ascii: " ")] }, as: UTF8.self)
            #expect(published.contains(site.events[0].id.description))
            for (place, text) in [
                ("the log", site.fixture.log.text), ("the figures", site.fixture.metrics.text()), ("what is published", published),
            ] {
                for secret in ["portrait-marker", "Anna", "Anne", Data(Self.crop).base64EncodedString()] {
                    #expect(!text.contains(secret), "\(place)")
                }
            }
        }
    }

    @Test func `What is in memory of somebody goes with them, also where another replica erases them`() async throws {
        try await Self.withSite { site in
            let (fixture, event) = (site.fixture, site.events[0].id)
            _ = fixture.stream.begin(at: 0)
            #expect(try await site.send(0, angle: 0) == 204)
            let made = try await site.ask(.post, "/api/v1/individuals", #"{"kind":"person","name":"Anna","events":["\#(event)"]}"#)
            let anna = try #require(try JSONObject(made.body).string("id").flatMap { EventID($0) })
            #expect(
                try await SnapshotFixture.put(fixture.seal(event: event, rank: 3), event: event, as: site.porch, port: site.port) == .stored
            )
            let snapshots = fixture.snapshots
            func picture() async throws -> Bool {
                try await snapshots.picture(of: event, .large, rank: 3, hidesPeople: false) != nil
            }
            #expect(try await picture())
            fixture.stream.publish([
                PublishedEvent(cursor: 1, event: site.events[0], acknowledged: false, identities: Array(#"[{"name":"Anna"}]"#.utf8))
            ])
            #expect(fixture.stream.start(lastEventID: "0", bounds: nil) == .resume(0))
            // Another replica: this one has heard nothing yet.
            let erasure = Erasure(individual: anna, time: fixture.clock.now, account: "admin", reason: .request, pictures: .deleted)
            #expect(try await fixture.store.erase(erasure))
            #expect(try await picture())
            fixture.identities.noteChange()
            try await eventually("the picture to be forgotten") { try await !picture() }
            #expect(fixture.stream.start(lastEventID: "0", bounds: nil) == .unknown)
        }
    }

    @Test func `Strangers are forgotten after the days that are set, and those who have a name stay`() async throws {
        let fixture = try await SnapshotFixture()
        let clock = ManualClock()
        var maker = EventMaker(start: clock.now)
        let events = try (0..<3).map { try maker.event(type: "person", ts: maker.start.advanced(bySeconds: Double($0) * 3600)) }
        let store = fixture.store
        _ = try await store.ingest(maker.batch(events))
        try await store.setRecognition(RecognitionChoice(isOn: true, ground: "Our home", changedAt: clock.now, changedBy: "admin"))
        for event in events {
            let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .face, model: Self.model)
            #expect(try await store.putPortrait(facts, box: [1], at: event.ts) == .stored)
        }
        let anna = Individual(
            id: EventID(at: clock.now), kind: .person, name: "Anna", profile: .household, createdAt: clock.now, createdBy: "admin")
        #expect(try await store.say(.new(anna), in: [events[0].id], by: "admin", at: clock.now) == .done)
        let identities = Identities(
            store: store, keyring: fixture.keyring, clock: clock, strangerDays: 7, metrics: fixture.metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await identities.run() }
        defer { running.cancel() }
        // The second is older than that by half an hour, and the third is not.
        clock.advance(by: 7 * 86_400 + 5400)
        identities.noteChange()
        try await eventually("the older stranger to be forgotten") { try await store.portrait(of: events[1].id) == nil }
        #expect(try await store.portrait(of: events[2].id) != nil)
        #expect(try await store.portrait(of: events[0].id) != nil)
        clock.advance(by: 3600)
        identities.noteChange()
        try await eventually("the other, too") { try await store.portrait(of: events[2].id) == nil }
        #expect(try await store.portrait(of: events[0].id) != nil)
        running.cancel()
        try await running.value
    }

    /// Consent is kept and taken back, and an export holds all of it.
    private static func checkExport(_ site: Site, _ anna: String) async throws {
        func change(_ text: String) async throws -> (status: Int, body: [UInt8]) {
            try await site.ask(.patch, "/api/v1/individuals/\(anna)", text)
        }
        let consented = try await change(#"{"consent":"Signed on paper","keep_until":"2099-01-01T00:00:00Z"}"#)
        #expect(consented.status == 200)
        let text = String(decoding: consented.body, as: UTF8.self)
        #expect(text.contains(#""consent":"Signed on paper","keep_until":"2099-01-01T00:00:00.000000Z""#))
        // What is not named stays.
        let after = String(decoding: try await change(#"{"keep_until":null}"#).body, as: UTF8.self)
        #expect(after.contains(#""consent":"Signed on paper","keep_until":null"#))
        for bad in [
            #"{"consent":""}"#, #"{"keep_until":"tomorrow"}"#, #"{"keep_until":"2026-01-01T00:00:00Z"}"#,
            #"{"consent":"\#(String(repeating: "x", count: 1001))"}"#,
        ] {
            #expect(try await change(bad).status == 400)
        }
        let answer = try await site.ask(.get, "/api/v1/individuals/\(anna)/export")
        let export = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        #expect((export["individual"] as? [String: Any])?["name"] as? String == "Anne")
        #expect((export["individual"] as? [String: Any])?["consent"] as? String == "Signed on paper")
        #expect((export["recognition"] as? [String: Any])?["ground"] as? String == "Our own home")
        let known = try #require(export["known_by"] as? [[String: Any]])
        #expect(known.map { $0["event"] as? String } == [site.events[3].id.description])
        #expect(known.first?["jpeg"] as? String == Data(crop).base64EncodedString())
        #expect((known.first?["numbers"] as? [Double])?.count == 256)
        let events = try #require(export["events"] as? [[String: Any]])
        #expect(events.contains { ($0["event"] as? [String: Any])?["id"] as? String == site.events[3].id.description })
        #expect(events.allSatisfy { $0["portrait"] is [String: Any] && $0["picture"] is NSNull })
    }

    @Test func `Faces are taken in only while somebody wants people recognised, and strangers are forgotten when not any more`()
        async throws
    {
        try await Self.withSite(recognition: false) { site in
            #expect(try await site.send(0, angle: 0) == 204)
            #expect(try await site.fixture.store.portrait(of: site.events[0].id) == nil)
            #expect(site.fixture.metrics.value("vigilar_portraits_refused_total", labels: [("reason", "recognition-off")]) == 1)
            #expect(try await site.ask(.post, "/api/v1/individuals", #"{"kind":"person","name":"Anna"}"#).status == 409)
            // Animals have no such rights.
            #expect(try await site.send(1, angle: 0, kind: .animal, model: "mobilenet-v2-224") == 204)
            #expect(
                try await site.ask(.post, "/api/v1/individuals", #"{"kind":"pet","name":"Milo","events":["\#(site.events[1].id)"]}"#).status
                    == 201)
            #expect(try await site.said(1) == ["known Milo"])
            #expect(try await site.ask(.put, "/api/v1/recognition", #"{"on":true}"#).status == 400)
            #expect(try await site.ask(.put, "/api/v1/recognition", #"{"on":true,"ground":"     "}"#).status == 400)
            #expect(try await site.ask(.put, "/api/v1/recognition", #"{"on":true,"ground":"Our own home"}"#).status == 200)
            let choice = String(decoding: try await site.ask(.get, "/api/v1/recognition").body, as: UTF8.self)
            #expect(choice.contains(#""strangers_days":30"#))
            #expect(try await site.send(0, angle: 0) == 204)
            try await eventually("it was compared") { try await site.said(0) == ["unknown -"] }
            #expect(try await site.ask(.put, "/api/v1/recognition", #"{"on":false}"#).status == 200)
            #expect(try await site.said(0, 1) == ["", "known Milo"])
        }
    }

    @Test func `Strangers are put together, and a group gets its name at once`() async throws {
        try await Self.withSite { site in
            for (place, angle) in [0.0, 120, 5, 125, 8, 240].enumerated() { #expect(try await site.send(place, angle: angle) == 204) }
            func groups() async throws -> [[String]] {
                let answer = try JSONObject(try await site.ask(.get, "/api/v1/strangers?kind=person").body)
                return try (try answer.elements("items") ?? []).map { range in
                    let group = try JSONObject(Array(answer.bytes[range]))
                    return (try group.elements("events") ?? []).map {
                        String(decoding: group.bytes[$0].dropFirst().dropLast(), as: UTF8.self)
                    }
                }
            }
            let ids = site.events.map(\.id.description)
            try await eventually("all were compared") {
                try await groups() == [[ids[4], ids[2], ids[0]], [ids[3], ids[1]], [ids[5]]]
            }
            let body = #"{"kind":"person","name":"The postman","events":["\#(ids[0])","\#(ids[2])","\#(ids[4])"]}"#
            #expect(try await site.ask(.post, "/api/v1/individuals", body).status == 201)
            try await eventually("those are strangers no more") { try await groups() == [[ids[3], ids[1]], [ids[5]]] }
            // Somebody who has a name gets more pictures.
            let postman = try #require(
                try JSONObject(try await site.ask(.get, "/api/v1/individuals?kind=person").body).raw("items").map {
                    String(decoding: $0, as: UTF8.self)
                }?
                .firstMatch(of: /"id":"([0-9a-f-]{36})"/)?.output.1)
            #expect(try await site.ask(.patch, "/api/v1/individuals/\(postman)", #"{"events":["\#(ids[5])"]}"#).status == 200)
            try await eventually("one less is a stranger") { try await groups() == [[ids[3], ids[1]]] }
            #expect(try await site.ask(.put, "/api/v1/events/\(ids[5])/identity", #"{"individual":null}"#).status == 204)
            let list = String(decoding: try await site.ask(.get, "/api/v1/individuals?kind=person").body, as: UTF8.self)
            #expect(
                list.contains(#""name":"The postman""#) && list.contains(#""pictures":3,"#) && list.contains(#""sightings":3"#)
                    && list.contains(#""portrait":"\#(ids[4])""#))
            #expect(try await site.ask(.get, "/api/v1/strangers").status == 400)
        }
    }

    @Test func `What is no portrait is refused, and what lies on the disk cannot be read`() async throws {
        try await Self.withSite { site in
            #expect(try await site.send([1, 2, 3], 0) == 400)
            #expect(try await site.send([], 0) == 400)
            // Sealed for another rank.
            func portrait(_ model: String = Self.model, _ kind: PortraitKind = .face, numbers: Int = 256, value: Float = 1) -> [UInt8] {
                PortraitWire.pack(
                    Portrait(
                        track: 1, kind: kind, model: model, embedding: [Float](repeating: value, count: numbers), pictures: 1, label: "",
                        crop: Self.crop))
            }
            #expect(try await site.send(portrait(), 0, rank: 2, sealedRank: 1) == 400)
            // Of a model that nothing is compared by, or not as that model gives it.
            #expect(try await site.send(portrait("other"), 0) == 400)
            #expect(try await site.send(portrait(numbers: 255), 0) == 400)
            #expect(try await site.send(portrait(value: 0), 0) == 400)
            #expect(try await site.send(portrait(Self.model, .animal), 0) == 400)
            #expect(try await site.send(portrait(), 0) == 204)
            let shown = try await site.ask(.get, "/api/v1/events/\(site.events[0].id)/portrait.jpg")
            #expect(shown.status == 200 && shown.body == Self.crop)
            #expect(try await site.ask(.get, "/api/v1/events/\(site.events[1].id)/portrait.jpg").status == 404)
            for (body, status) in [
                ("{}", 400), (#"{"individual":"nobody"}"#, 404), (#"{"individual":"\#(site.events[0].id)"}"#, 404),
                (#"{"individual":7}"#, 400),
            ] {
                #expect(try await site.ask(.put, "/api/v1/events/\(site.events[0].id)/identity", body).status == status, "\(body)")
            }
            for path in [
                "/api/v1/nodes//portraits/", "/api/v1/nodes/portraits", "/api/v1/individuals", "/api/v1/strangers?kind=person", "/visitors",
            ] {
                let stranger = try await SnapshotFixture.send(
                    .init(path, method: .get, headers: [.accept: "application/json"], body: nil), as: try site.fixture.stranger(),
                    port: site.port)
                #expect([303, 401].contains(stranger.status.code), "\(path)")
            }
            let milo = try await site.ask(.post, "/api/v1/individuals", #"{"kind":"pet","name":"Milo"}"#)
            let id = try #require(try JSONObject(milo.body).string("id"))
            #expect(try await site.ask(.put, "/api/v1/events/\(site.events[0].id)/identity", #"{"individual":"\#(id)"}"#).status == 409)
            for body in [
                #"{"kind":"person"}"#, #"{"kind":"ghost","name":"A"}"#, #"{"kind":"pet","name":"  "}"#, #"{"kind":"pet","name":"a\u0000"}"#,
            ] {
                #expect(try await site.ask(.post, "/api/v1/individuals", body).status == 400, "\(body)")
            }
            let files = try #require(FileManager.default.enumerator(atPath: site.fixture.folder.path))
            for case let file as String in files {
                guard let data = FileManager.default.contents(atPath: site.fixture.folder.path(file)) else { continue }
                #expect(data.range(of: Data("portrait-marker".utf8)) == nil, "\(file)")
            }
        }
    }
}
