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
        #expect(try await store.events(of: first[0].id, limit: 10).map(\.id) == [first[0].id, first[3].id, second[0].id])
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
        #expect(try await store.events(of: new.id, limit: 10).map(\.id) == [new.id])
        #expect(try await store.check() == [])
    }

    /// Times are seconds from now; without an end the event goes on.
    private static func event(
        _ number: Int64, _ start: Double, _ end: Double? = nil, rev: Int64 = 1, of id: EventID? = nil, at now: Timestamp
    ) throws -> Event {
        let ts = now.advanced(bySeconds: start)
        return try Event(
            id: id ?? EventID(at: ts), rev: rev, node: "porch", epoch: "e1", seq: number, site: "home", sourceID: "door", type: "motion",
            severity: .info, ts: ts, endTS: end.map { now.advanced(bySeconds: $0) }, payload: Array("{}".utf8))
    }

    @Test(arguments: StoreKind.allCases)
    func `What goes on has lasted up to now, and not longer`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = SystemClock().now
        let goesOn = try Self.event(1, -150, at: now)
        _ = try await store.ingest(EventMaker().batch([goesOn]))
        _ = try await store.stampAll()
        // The one begins more than a minute after its start, the other long after its end as far as that is known.
        let (joins, follows) = (try Self.event(2, -10, -5, at: now), try Self.event(3, 400, 401, at: now))
        _ = try await store.ingest(EventMaker().batch([joins, follows]))
        #expect(try Self.incidents(try await store.stampAll()) == [goesOn.id.description, follows.id.description])
    }

    @Test(arguments: StoreKind.allCases)
    func `A late event or revision finds its incident beside a live one`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = SystemClock().now
        let old = try Self.event(1, -90_000, -89_990, at: now)
        _ = try await store.ingest(EventMaker().batch([old]))
        _ = try await store.stampAll()
        let live = try Self.event(3, -20, -10, at: now)
        _ = try await store.ingest(EventMaker().batch([try Self.event(2, -90_000, -89_800, rev: 2, of: old.id, at: now), live]))
        let both = [old.id.description, live.id.description]
        #expect(try Self.incidents(try await store.stampAll()) == both)
        // It belongs there by the end that the revision told.
        _ = try await store.ingest(EventMaker().batch([try Self.event(4, -89_750, -89_740, at: now), try Self.event(5, -5, -4, at: now)]))
        #expect(try Self.incidents(try await store.stampAll()) == both)
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `An incident of a clock that was ahead goes with its events`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = SystemClock().now
        let day = 86_400.0
        // Received long ago, while its time is to come.
        let ahead = try Self.event(1, 400 * day, 400 * day + 10, at: now)
        let received = EventMaker(start: now.advanced(bySeconds: -100 * day))
        _ = try await store.ingest(received.batch([ahead]))
        #expect(try Self.incidents(try await store.stampAll()) == [ahead.id.description])
        // One that still has an event stays.
        _ = try await store.maintain(now: now.advanced(bySeconds: -90 * day), eventDays: 30, feedDays: 30)
        _ = try await store.ingest(received.batch([try Self.event(2, 400 * day + 20, 400 * day + 21, at: now)]))
        #expect(try Self.incidents(try await store.stampAll()) == [ahead.id.description])
        _ = try await store.maintain(now: now, eventDays: 30, feedDays: 30)
        let next = try Self.event(3, 400 * day + 30, 400 * day + 31, at: now)
        _ = try await store.ingest(received.batch([next]))
        #expect(try Self.incidents(try await store.stampAll()) == [next.id.description])
    }

    @Test(arguments: StoreKind.allCases)
    func `Whoever sees one camera has incidents of its own, and an older name still means all of one`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = SystemClock().now
        let visible = VisibleIncidents(store: store, scope: .limited(sites: [], cameras: ["door"]))
        let named = try Self.event(1, -300, -290, at: now)
        _ = try await store.ingest(EventMaker().batch([named]))
        _ = try await store.stampAll()
        let stored = try #require(try await store.event(named.id))
        #expect(try await visible.events(of: stored, now: now).map(\.id) == [named.id])
        // What comes late is earlier, so that the incident has its name from now on.
        let earlier = try Self.event(2, -340, -330, at: now)
        _ = try await store.ingest(EventMaker().batch([earlier]))
        _ = try await store.stampAll()
        #expect(try await visible.events(of: stored, now: now).map(\.id) == [earlier.id, named.id])
        #expect(try await visible.fill([stored], now: now).map(\.incident) == [earlier.id])
        let blind = VisibleIncidents(store: store, scope: .limited(sites: [], cameras: ["yard"]))
        #expect(try await blind.events(of: stored, now: now).isEmpty)

        var query = EventQuery(.everything)
        query.limit = 1
        #expect(try await store.spans(query) == [EventSpan(named)])
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
