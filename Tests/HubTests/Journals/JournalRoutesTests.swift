import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import TestSupport
import Testing

@testable import Hub

/// Journals, rules, places and clocks as people ask for them.
@Suite struct JournalRoutesTests {
    private struct Answer {
        var status: HTTPResponse.Status
        var headers: HTTPFields
        var text: String

        var object: JSONObject { get throws { try JSONObject(Array(text.utf8)) } }

        /// Members of the items, one line for each.
        func items(_ names: String...) throws -> [String] {
            let object = try object
            return try (object.elements("items") ?? []).map { place in
                let item = try JSONObject(Array(object.bytes[place]))
                return names.map { item.raw($0).map { String(decoding: $0, as: UTF8.self) } ?? "-" }.joined(separator: " ")
            }
        }
    }

    private static func withWeb(
        _ body: @Sendable (WebFixture, (HTTPRequest.Method, String, String?) async throws -> Answer) async throws -> Void
    ) async throws {
        let fixture = try await WebFixture()
        try await fixture.join("porch")
        _ = try await fixture.fleet.claimCameras(node: "porch", cameras: ["garden", "hall"], at: fixture.clock.now)
        var headers = HTTPFields([HTTPField(name: .cookie, value: try await fixture.cookie())])
        headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
        headers[.contentType] = "application/json"
        let fields = headers
        try await fixture.app.test(.router) { client in
            try await body(fixture) { method, path, text in
                try await client.execute(uri: path, method: method, headers: fields, body: text.map { ByteBuffer(string: $0) }) {
                    Answer(status: $0.status, headers: $0.headers, text: String(buffer: $0.body))
                }
            }
        }
    }

    /// What the audit log says of the requests for a table, newest first.
    private static func noted(_ fixture: WebFixture, _ path: String) async throws -> [String] {
        try await fixture.store.audit(of: nil, before: nil, limit: 100).filter { $0.action == "GET \(path)" }.map(\.detail)
    }

    private static let owl = #"{"objects":[{"label":"bird","score":0.6,"species":{"name":"owl","level":"group","score":0.9}}]}"#

    @Test("The journal of wildlife counts, is corrected, and is a table for spreadsheets")
    func wildlife() async throws {
        try await Self.withWeb { fixture, ask in
            let events = try [
                fixture.event(1, seconds: 1, camera: "garden", type: "wildlife", payload: Self.owl),
                fixture.event(2, seconds: 2, camera: "hall", type: "wildlife", payload: Self.owl),
                fixture.event(3, seconds: 3, type: "person"),
            ]
            _ = try await fixture.fleet.ingest([
                IngestBatch(node: "porch", epoch: "k3v9", events: events, refused: [], receivedAt: fixture.clock.now)
            ])
            let span = "from=2026-09-01T00:00:00Z&to=2026-12-01T00:00:00Z"
            let first = try await ask(.get, "/api/v1/wildlife?\(span)", nil)
            #expect(first.status == .ok)
            #expect(try first.items("animal", "sightings", "score", "cameras") == [#""owl" 2 0.9 {"garden":1,"hall":1}"#])
            #expect(try await ask(.get, "/api/v1/wildlife?\(span)&camera=hall", nil).items("sightings") == ["1"])

            let path = "/api/v1/events/\(events[0].id)/species"
            #expect(try await ask(.put, path, #"{"species":"=HYPERLINK(\"http://x\")"}"#).status == .noContent)
            let second = try await ask(.get, "/api/v1/wildlife?\(span)", nil)
            #expect(try second.items("animal") == [#""=hyperlink(\"http://x\")""#, #""owl""#])
            let table = try await ask(.get, "/api/v1/wildlife.csv?\(span)", nil)
            #expect(
                table.headers[.contentType] == "text/csv; charset=utf-8"
                    && table.headers[.contentDisposition]?.contains("wildlife.csv") == true)
            let lines = table.text.split(separator: "\r\n")
            try #require(lines.count == 3)
            #expect(lines[0].hasPrefix("time,local_time,time_zone,site,camera,animal,"))
            #expect(lines[1].contains(",home,hall,owl,group,0.9,21.0,\(events[1].id)"))
            #expect(lines[2].contains(",home,garden,\"'=hyperlink(\"\"http://x\"\")\",said,,21.0,"))
            #expect(try await ask(.put, path, #"{"species":null}"#).status == .noContent)
            #expect(try await ask(.get, "/api/v1/wildlife?\(span)", nil).items("sightings") == ["2"])

            for bad in [#"{"species":""}"#, #"{"species":5}"#, "{}", "[]", "", #"{"species":"\#(String(repeating: "x", count: 101))"}"#] {
                #expect(try await ask(.put, path, bad).status == .badRequest)
            }
            for (id, status) in [(events[2].id.description, 404), (EventID(high: 1, low: 1).description, 404), ("x", 404)] {
                #expect(try await ask(.put, "/api/v1/events/\(id)/species", #"{"species":"owl"}"#).status.code == status)
            }
            for bad in ["from=x", "from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z", "from=2020-01-01T00:00:00Z", "camera=A"] {
                #expect(try await ask(.get, "/api/v1/wildlife?\(bad)", nil).status == .badRequest)
                #expect(try await ask(.get, "/api/v1/wildlife.csv?\(bad)", nil).status == .badRequest)
            }
            #expect(try await ask(.get, "/api/v1/wildlife.csv?\(span)&camera=hall,garden&site=home", nil).status == .ok)
            let times = "from 2026-09-01T00:00:00Z, to 2026-12-01T00:00:00Z"
            #expect(try await Self.noted(fixture, "/api/v1/wildlife.csv") == ["\(times), site home, camera hall garden", times])
            #expect(try await ask(.get, "/wildlife", nil).text.contains("Wildlife · Vigilar"))
        }
    }

    @Test("Who was seen is a table, whole however long it is, of one or of all; and somebody has a page")
    func sightings() async throws {
        try await Self.withWeb { fixture, ask in
            let pets = try (1...1003).map { try fixture.event($0, seconds: Double($0), camera: "garden", type: "pet") }
            let fox = try fixture.event(2000, seconds: 2000, camera: "hall", type: "wildlife", payload: Self.owl)
            _ = try await fixture.fleet.ingest([
                IngestBatch(node: "porch", epoch: "k3v9", events: pets + [fox], refused: [], receivedAt: fixture.clock.now)
            ])
            for event in [pets[0], pets[1]] {
                let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .animal, model: "m")
                #expect(try await fixture.fleet.putPortrait(facts, box: [1], at: event.ts) == .stored)
            }
            let made = try await ask(.post, "/api/v1/individuals", #"{"kind":"pet","name":"=Milo","events":["\#(pets[0].id)"]}"#)
            let milo = try #require(try made.object.string("id"))
            let span = "from=2026-09-01T00:00:00Z&to=2026-12-01T00:00:00Z"
            let all = try await ask(.get, "/api/v1/sightings.csv?kind=pet&\(span)", nil)
            #expect(all.status == .ok)
            #expect(all.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(all.headers[.contentDisposition] == #"attachment; filename="pets.csv""#)
            let lines = all.text.split(separator: "\r\n")
            // More than are read at once; what is a wild animal is in its own table.
            try #require(lines.count == 1004)
            #expect(lines[0] == "time,local_time,time_zone,site,camera,kind,name,known_by,score,seconds,event")
            #expect(lines[1].hasSuffix(",home,garden,pet,,,,21.0,\(pets[1002].id)"))
            #expect(lines[1003].hasSuffix(",home,garden,pet,'=Milo,said,,21.0,\(pets[0].id)"))
            let own = try await ask(.get, "/api/v1/sightings.csv?kind=pet&individual=\(milo)&\(span)", nil)
            #expect(own.text.split(separator: "\r\n").count == 2)
            #expect(try await ask(.get, "/api/v1/sightings.csv?kind=person&\(span)", nil).text.split(separator: "\r\n").count == 1)
            for bad in ["", "kind=dog", "kind=pet&individual=x", "kind=pet&from=x"] {
                #expect(try await ask(.get, "/api/v1/sightings.csv?\(bad)", nil).status == .badRequest, "\(bad)")
            }
            for nobody in ["kind=pet&individual=\(EventID(high: 1, low: 1))", "kind=person&individual=\(milo)"] {
                #expect(try await ask(.get, "/api/v1/sightings.csv?\(nobody)", nil).status == .notFound, "\(nobody)")
            }

            // What was saved of whom: the same again is no line, and another table is one.
            #expect(try await ask(.get, "/api/v1/sightings.csv?\(span)&kind=pet", nil).status == .ok)
            let times = "from 2026-09-01T00:00:00Z, to 2026-12-01T00:00:00Z"
            #expect(
                try await Self.noted(fixture, "/api/v1/sightings.csv") == [
                    "kind person, \(times)", "kind pet, individual \(milo), \(times)", "kind pet, \(times)",
                ])

            #expect(try await ask(.get, "/individuals/\(milo)", nil).text.contains("Milo · Vigilar"))
            for nowhere in ["x", EventID(high: 1, low: 1).description] {
                #expect(try await ask(.get, "/individuals/\(nowhere)", nil).status == .notFound)
            }
        }
    }

    @Test("Several are said to show nobody at once, and the answer says of which that cannot be")
    func misread() async throws {
        try await Self.withWeb { fixture, ask in
            let events = try [
                fixture.event(1, type: "pet"), fixture.event(2, seconds: 2, type: "pet"), fixture.event(3, seconds: 3, type: "motion"),
            ]
            _ = try await fixture.fleet.ingest([
                IngestBatch(node: "porch", epoch: "k3v9", events: events, refused: [], receivedAt: fixture.clock.now)
            ])
            for event in events.prefix(2) {
                let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .animal, model: "m")
                #expect(try await fixture.fleet.putPortrait(facts, box: [1], at: event.ts) == .stored)
            }
            let nowhere = EventID(high: 1, low: 1)
            let ids = [events[0].id, nowhere, events[2].id, events[1].id].map { "\"\($0)\"" }.joined(separator: ",")
            let answer = try await ask(.post, "/api/v1/strangers/misread", "{\"events\":[\(ids)]}")
            #expect(answer.status == .ok)
            let items = try answer.items("event", "trouble")
            try #require(items.count == 4)
            #expect(items[0] == "\"\(events[0].id)\" null" && items[3] == "\"\(events[1].id)\" null")
            #expect(items[1].contains("There is no event") && items[2].contains("false_alarm"))
            for event in events.prefix(2) {
                #expect(try await fixture.fleet.verdict(on: event.id)?.kind == .misread)
                #expect(try await fixture.fleet.portrait(of: event.id) == nil)
            }
            #expect(try await fixture.fleet.verdict(on: events[2].id) == nil)
            let many = (1...101).map { "\"\(EventID(high: 1, low: UInt64($0)))\"" }.joined(separator: ",")
            for bad in ["", "[]", "{}", #"{"events":[]}"#, #"{"events":["x"]}"#, #"{"events":5}"#, "{\"events\":[\(many)]}"] {
                #expect(try await ask(.post, "/api/v1/strangers/misread", bad).status == .badRequest, "\(bad.prefix(40))")
            }
        }
    }

    @Test("Rules are made, listed with what they wait for, and removed; each mistake is told")
    func rules() async throws {
        try await Self.withWeb { fixture, ask in
            let made = try await ask(.post, "/api/v1/individuals", #"{"kind":"pet","name":"Milo"}"#)
            let milo = try #require(try made.object.string("id"))
            let outside = try await ask(
                .post, "/api/v1/rules", #"{"individual":"\#(milo)","condition":"outside","from":"22:00","to":"06:05"}"#)
            #expect(outside.status == .created)
            #expect(try await ask(.post, "/api/v1/rules", #"{"individual":"\#(milo)","condition":"unseen","hours":12}"#).status == .created)
            let list = try await ask(.get, "/api/v1/rules", nil)
            #expect(
                try Set(list.items("condition", "from", "to", "hours", "waits")) == [
                    #""outside" "22:00" "06:05" null "No camera is said to look outdoors.""#,
                    #""unseen" null null 12 "It has not been seen yet.""#,
                ])
            for bad in [
                #""condition":"outside","from":"22:00","to":"22:00""#, #""condition":"outside","from":"24:00","to":"06:00""#,
                #""condition":"outside","from":"+2:00","to":"06:00""#, #""condition":"outside","from":"22:00""#, #""condition":"unseen""#,
                #""condition":"unseen","hours":0"#, #""condition":"unseen","hours":721"#, #""condition":"asleep","hours":1"#,
                #""condition":"unseen","hours":1,"from":"22:00""#,
            ] {
                #expect(try await ask(.post, "/api/v1/rules", #"{"individual":"\#(milo)",\#(bad)}"#).status == .badRequest, "\(bad)")
            }
            for nobody in ["x", EventID(high: 1, low: 1).description] {
                let answer = try await ask(.post, "/api/v1/rules", #"{"individual":"\#(nobody)","condition":"unseen","hours":12}"#)
                #expect(answer.status == .notFound)
            }
            let id = try #require(try outside.object.string("id"))
            #expect(try await ask(.delete, "/api/v1/rules/\(id)", nil).status == .noContent)
            #expect(try await ask(.delete, "/api/v1/rules/\(id)", nil).status == .notFound)
            #expect(try await ask(.delete, "/api/v1/rules/x", nil).status == .notFound)
            #expect(try await ask(.get, "/api/v1/rules", nil).items("condition") == [#""unseen""#])
            _ = try await ask(.delete, "/api/v1/individuals/\(milo)", nil)
            #expect(try await ask(.get, "/api/v1/rules", nil).items("condition") == [])
        }
    }

    @Test("Where cameras look, which clock a site has, and somebody's days")
    func places() async throws {
        try await Self.withWeb { fixture, ask in
            #expect(try await ask(.get, "/api/v1/places", nil).items("camera", "place") == [#""garden" null"#, #""hall" null"#])
            #expect(try await ask(.put, "/api/v1/cameras/garden/place", #"{"place":"outdoor"}"#).status == .noContent)
            #expect(try await ask(.get, "/api/v1/places", nil).items("camera", "place") == [#""garden" "outdoor""#, #""hall" null"#])
            for bad in [#"{"place":"moon"}"#, "{}", "x", #"{"place":1}"#] {
                #expect(try await ask(.put, "/api/v1/cameras/garden/place", bad).status == .badRequest)
            }
            for camera in ["nowhere", "A"] {
                #expect(try await ask(.put, "/api/v1/cameras/\(camera)/place", #"{"place":"indoor"}"#).status == .notFound)
            }
            #expect(try await ask(.put, "/api/v1/sites/home", #"{"time_zone":"Asia/Tokyo"}"#).status == .noContent)
            #expect(try await ask(.get, "/api/v1/sites", nil).items("site", "time_zone", "is_standard") == [#""home" "Asia/Tokyo" false"#])
            for bad in [#"{"time_zone":"Moon/Tycho"}"#, "{}", "x", #"{"time_zone":""}"#] {
                #expect(try await ask(.put, "/api/v1/sites/home", bad).status == .badRequest)
            }
            #expect(try await ask(.put, "/api/v1/sites/A", #"{"time_zone":"Asia/Tokyo"}"#).status == .badRequest)

            let event = try fixture.event(1, camera: "garden", type: "pet")
            _ = try await fixture.fleet.ingest([
                IngestBatch(node: "porch", epoch: "k3v9", events: [event], refused: [], receivedAt: fixture.clock.now)
            ])
            let facts = PortraitFacts(event: event.id, node: "porch", rank: 1, track: 1, kind: .animal, model: "m")
            #expect(try await fixture.fleet.putPortrait(facts, box: [1], at: event.ts) == .stored)
            let made = try await ask(.post, "/api/v1/individuals", #"{"kind":"pet","name":"Milo","events":["\#(event.id)"]}"#)
            let milo = try #require(try made.object.string("id"))
            let span = "from=2026-09-01T00:00:00Z&to=2026-12-01T00:00:00Z"
            let activity = try await ask(.get, "/api/v1/individuals/\(milo)/activity?\(span)", nil)
            #expect(try activity.items("camera", "site", "place", "sightings") == [#""garden" "home" "outdoor" 1"#])
            let last = try #require(try activity.object.object("last"))
            #expect(last.string("event") == event.id.description && last.string("place") == "outdoor")
            // 1 790 000 000 is 2026-09-21 at 14:13 UTC.
            #expect(try activity.object.raw("days").map { String(decoding: $0, as: UTF8.self) } == #"{"2026-09-21":1}"#)
            #expect(activity.text.contains(#""hours":[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]"#))
            #expect(try await ask(.get, "/api/v1/individuals/x/activity", nil).status == .notFound)
            #expect(try await ask(.get, "/api/v1/individuals/\(milo)/activity?to=x", nil).status == .badRequest)
            #expect(try await ask(.get, "/api/v1/events?individual=\(milo)&\(span)", nil).status == .ok)
            #expect(try await ask(.get, "/api/v1/events?individual=x", nil).status == .badRequest)
        }
    }
}
