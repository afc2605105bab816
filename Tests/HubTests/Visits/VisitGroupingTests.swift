import Base
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Protocol
import TestSupport
import Testing

@testable import Hub

@Suite struct VisitGroupingTests {
    private let noon = EventMaker.noon
    private static let anna = EventID(high: 0x0192_F6C2_0000_7000, low: 1)

    /// - Parameters:
    ///   - from: Seconds after noon; `to` nil for one that goes on.
    ///   - name: Of somebody who is known.
    private func event(
        _ from: Double, _ to: Double?, camera: String = "door", site: String = "home", type: String = "person", name: String? = nil,
        state: String = "known", seen: Double? = nil
    ) throws -> StoredEvent {
        let start = noon.advanced(bySeconds: from)
        let payload = seen.map { #"{"last_ts":"\#(noon.advanced(bySeconds: $0))"}"# } ?? "{}"
        let event = try Event(
            id: EventID(at: start), rev: 1, node: "porch", epoch: "e", seq: 1, site: site, sourceID: camera, type: type, severity: .info,
            ts: start, endTS: to.map { noon.advanced(bySeconds: $0) }, payload: Array(payload.utf8))
        let who = name.map { #"[{"id":"\#(Self.anna)","name":"\#($0)","state":"\#(state)","kind":"person","track":1,"score":1}]"# } ?? "[]"
        return StoredEvent(
            event: event, receivedAt: start, acknowledgedAt: nil, acknowledgedBy: nil, flags: [], identities: Array(who.utf8))
    }

    private func visits(_ events: [StoredEvent], at seconds: Double = 100_000) -> [Visit] {
        VisitGrouping(pause: 600).visits(events.shuffled(), now: noon.advanced(bySeconds: seconds))
    }

    @Test("How long a visit's pause may be is a setting")
    func setting() async throws {
        let fixture = try await WebFixture()
        let events = try [0.0, 1200].enumerated().map { try fixture.event($0 + 1, seconds: $1, type: "person") }
        _ = try await fixture.fleet.ingest([
            IngestBatch(node: "porch", epoch: "k3v9", events: events, refused: [], receivedAt: fixture.clock.now)
        ])
        fixture.clock.advance(by: 86_400)
        var dependencies = fixture.dependencies
        dependencies.store = fixture.fleet
        let cookie = try await fixture.cookie()
        for (minutes, count) in [(10, 2), (30, 1)] {
            let configuration = try HubConfiguration.load(
                path: nil, environment: ["VIGILAR_VISITS_PAUSE_MINUTES": "\(minutes)"], overrides: [:])
            dependencies.visitPause = configuration.visits.pause
            try await WebApplication.application(dependencies).test(.router) { client in
                try await client.execute(uri: "/api/v1/visits", method: .get, headers: [.cookie: cookie]) {
                    let items = try JSONObject(Array($0.body.readableBytesView)).elements("items")
                    #expect(items?.count == count)
                }
            }
        }
    }

    @Test("One person over two cameras is one visit, until ten minutes have passed without them")
    func overCameras() throws {
        let events = try [
            event(0, 60, name: "Anna"), event(120, 180, camera: "garden", name: "Anna"), event(700, 720, name: "Anna"),
            event(1321, 1330, name: "Anna"),
        ]
        let visits = visits(events)
        try #require(visits.map(\.events) == [[events[3].event.id], events.prefix(3).map(\.event.id)])
        #expect(visits[1].portrait == events[0].event.id)
        #expect(visits[1].cameras == ["door", "garden"] && visits[1].name == "Anna" && visits[1].individual == Self.anna)
        #expect(visits[1].from == noon && visits[1].to == noon.advanced(bySeconds: 720) && !visits[1].isOpen)
    }

    @Test("Who has no name is a visit too, beside those who have, and says how many there were at one time")
    func unknown() throws {
        let visits = try visits([
            event(0, 60), event(30, 90), event(50, 70, camera: "garden"), event(95, 100), event(40, 80, name: "Anna"),
            event(45, 85, name: "Ben", state: "probable"),
        ])
        try #require(visits.map(\.name) == [nil, "Anna"])
        // Two, and one who is probably Ben.
        #expect(visits[0].portrait != nil && visits[1].portrait != nil)
        #expect(visits[0].people == 3 && visits[0].events.count == 5 && visits[1].people == 1)
    }

    @Test("Sites are apart, and what is nobody is passed over")
    func sites() throws {
        let visits = try visits([
            event(0, 60, name: "Anna"), event(10, 60, site: "shop", name: "Anna"), event(20, 30, type: "vehicle"),
            event(20, 30, type: "face"),
        ])
        #expect(visits.filter { $0.name == nil }.allSatisfy { $0.portrait == nil })
        #expect(visits.count == 3 && Set(visits.map(\.site)) == ["home", "shop"])
    }

    @Test("A visit goes on while somebody is there, and for ten minutes after that")
    func goesOn() throws {
        let going = try event(0, nil, name: "Anna", seen: 300)
        #expect(visits([going], at: 320).first?.to == nil)
        #expect(visits([going], at: 320).first?.seen == noon.advanced(bySeconds: 300))
        #expect(visits([going], at: 901).first?.to == noon.advanced(bySeconds: 300))
        // Without its word it was seen until now.
        #expect(try visits([event(0, nil)], at: 5000).first?.isOpen == true)
        #expect(visits([]) == [])
    }

    @Test("Damaged identities are nobody")
    func damaged() throws {
        for text in ["", "[", "[1]", "[{}]", #"[{"state":"known","id":"x","name":"A"}]"#, "{}"] {
            var stored = try event(0, 1)
            stored.identities = Array(text.utf8)
            #expect(stored.knownIndividual == nil)
            #expect(visits([stored]).count == 1)
        }
    }
}
