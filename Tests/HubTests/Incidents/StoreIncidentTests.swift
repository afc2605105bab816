import Base
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of the incidents.
@Suite(.storeTurns) struct StoreIncidentTests {
    private static func incidents(_ events: [PublishedEvent]) throws -> [String?] {
        try events.map { try JSONObject($0.json).string("incident") }
    }

    @Test(arguments: StoreKind.allCases)
    func `The feed, a list and one event say the same incident, whoever leads`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker(start: SystemClock().now.advanced(bySeconds: -7200))
        func event(_ seconds: Double, site: String = "home", type: String = "motion") throws -> Event {
            try maker.event(site: site, type: type, ts: maker.start.advanced(bySeconds: seconds))
        }
        // Those without an end count for ten minutes.
        let first = [try event(0), try event(5, site: "shop"), try event(10, type: "node_online"), try event(100)]
        _ = try await store.ingest(maker.batch(first))
        let (home, shop) = (first[0].id.description, first[1].id.description)
        #expect(try Self.incidents(try await store.stampAll(holder: "a")) == [home, shop, nil, home])
        try await store.releaseLease(try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 30)))

        // Another leader knows of them, and a revision stays where it was.
        let second = [try event(200), try event(3000), try maker.event(id: first[3].id, rev: 2, ts: first[3].ts)]
        _ = try await store.ingest(maker.batch(second))
        let later = second[1].id.description
        #expect(try Self.incidents(try await store.stampAll(holder: "b")) == [home, later, home])
        #expect(try Self.incidents(try await store.feed(after: 0, limit: 20).events) == [home, shop, nil, home, home, later, home])

        let listed = try await store.events(EventQuery(.everything))
        #expect(listed.map { $0.incident?.description } == [later, home, home, nil, shop, home])
        for stored in listed { #expect(try await store.event(stored.event.id)?.incident == stored.incident) }
        #expect(try await store.events(of: first[0].id, limit: 10).map(\.event.id) == [first[0].id, first[3].id, second[0].id])
        #expect(try await store.events(of: first[0].id, limit: 2).count == 2)
        #expect(try await store.events(of: first[3].id, limit: 10).isEmpty)
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `An incident goes when its events are old`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = SystemClock().now
        var maker = EventMaker(start: now.advanced(bySeconds: -100 * 86_400))
        let old = try maker.event()
        let new = try maker.event(ts: now)
        _ = try await store.ingest(maker.batch([old, new]))
        #expect(try Self.incidents(try await store.stampAll()) == [old.id.description, new.id.description])
        _ = try await store.maintain(now: now, eventDays: 30, feedDays: 30)
        #expect(try await store.events(of: old.id, limit: 10).isEmpty)
        #expect(try await store.events(of: new.id, limit: 10).map(\.event.id) == [new.id])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `A leader whose lease is lost puts nothing into an incident`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        let lost = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 30))
        try await store.releaseLease(lost)
        #expect(try await store.stampFeed(lost, limit: 10) == nil)
        #expect(try await store.events(of: event.id, limit: 10).isEmpty)
        #expect(try Self.incidents(try await store.stampAll(holder: "b")) == [event.id.description])
    }
}
