import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, third part: the timeline, acknowledgement, records.
@Suite(.storeTurns) struct StoreReadingTests {
    /// Twelve events, three at each of four moments, from which every filter picks some.
    private func filled(_ kind: StoreKind) async throws -> (StoreFixture, [Event]) {
        let fixture = try await StoreFixture.open(kind)
        let store = fixture.store
        var porch = EventMaker(node: "porch")
        var yard = EventMaker(node: "yard", start: porch.start)
        var events: [Event] = []
        for index in 0..<12 {
            let ts = porch.start.advanced(bySeconds: Double(index / 3) * 60)
            let severity = Severity.allCases[index % 5]
            if index % 2 == 0 {
                events.append(
                    try porch.event(
                        site: "home", camera: "cam-\(index % 3)", type: "motion", severity: severity, ts: ts,
                        payload: "{\"n\":\"x\(index)\"}"))
            } else {
                events.append(
                    try yard.event(
                        site: "farm", camera: "cam-\(index % 3)", type: "person", severity: severity, ts: ts,
                        payload: "{\"n\":\"y\(index)\"}"))
            }
        }
        let outcomes = try await store.ingest([
            porch.batch(events.filter { $0.node == "porch" }), yard.batch(events.filter { $0.node == "yard" }),
        ])
        #expect(outcomes.allSatisfy { $0.rejected.isEmpty && !$0.staleEpoch })
        events.sort { ($0.ts, $0.id) > ($1.ts, $1.id) }
        return (fixture, events)
    }

    @Test(arguments: StoreKind.allCases, [1, 2, 5, 50])
    func `Paging by position sees every event once, equal times included`(_ kind: StoreKind, _ limit: Int) async throws {
        let (fixture, events) = try await filled(kind)
        defer { fixture.close() }
        let store = fixture.store
        var query = EventQuery(.everything)
        query.limit = limit
        var seen: [EventID] = []
        // A few pages more than there can be: paging that stands still must fail, not hang.
        for _ in 0...events.count + 1 {
            let page = try await store.events(query)
            #expect(page.count <= limit)
            seen += page.map(\.event.id)
            guard let last = page.last else { break }
            query.before = (last.event.ts, last.event.id)
        }
        #expect(seen == events.map(\.id))
    }

    @Test(arguments: StoreKind.allCases)
    func `An event whose body cannot be read keeps its place in the list and says so`(_ kind: StoreKind) async throws {
        let (fixture, events) = try await filled(kind)
        defer { fixture.close() }
        let damaged = events[3]
        try await fixture.execute("UPDATE events SET body = '{' WHERE source_id = '\(damaged.sourceID)' AND type = '\(damaged.type)'")
        var query = EventQuery(.everything)
        query.limit = 12
        let listed = try await fixture.store.events(query)
        #expect(listed.map(\.event.id) == events.map(\.id))
        #expect(listed[3].flags == ["unreadable"])
        #expect(listed[3].event.ts == damaged.ts)
        #expect(
            listed.filter { $0.flags.isEmpty }.map(\.event.body)
                == events.filter { event in
                    event.sourceID != damaged.sourceID || event.type != damaged.type
                }.map(\.body))
        #expect(try await fixture.store.event(damaged.id)?.flags == ["unreadable"])
    }

    struct Filter: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var set: @Sendable (inout EventQuery, [Event]) -> Void
        var keep: @Sendable (Event, [Event]) -> Bool
    }

    static let filters: [Filter] = [
        Filter(testDescription: "site", set: { q, _ in q.sites = ["farm"] }, keep: { e, _ in e.site == "farm" }),
        Filter(testDescription: "one camera", set: { q, _ in q.cameras = ["cam-1"] }, keep: { e, _ in e.sourceID == "cam-1" }),
        Filter(testDescription: "two cameras", set: { q, _ in q.cameras = ["cam-1", "cam-2"] }, keep: { e, _ in e.sourceID != "cam-0" }),
        Filter(
            testDescription: "camera and type", set: { q, _ in (q.cameras, q.types) = (["cam-1"], ["person", "pet"]) },
            keep: { e, _ in e.sourceID == "cam-1" && e.type == "person" }),
        Filter(testDescription: "node", set: { q, _ in q.nodes = ["porch"] }, keep: { e, _ in e.node == "porch" }),
        Filter(testDescription: "type", set: { q, _ in q.types = ["motion"] }, keep: { e, _ in e.type == "motion" }),
        Filter(testDescription: "severity", set: { q, _ in q.minimumSeverity = .alarm }, keep: { e, _ in e.severity >= .alarm }),
        Filter(testDescription: "from", set: { q, all in q.from = all[5].ts }, keep: { e, all in e.ts >= all[5].ts }),
        Filter(testDescription: "to", set: { q, all in q.to = all[5].ts }, keep: { e, all in e.ts < all[5].ts }),
        Filter(
            testDescription: "text", set: { q, _ in q.text = "\"X4\"" },
            keep: { e, _ in String(decoding: e.body, as: UTF8.self).contains("\"x4\"") }),
        Filter(testDescription: "unacknowledged", set: { q, _ in q.acknowledged = false }, keep: { _, _ in true }),
        Filter(testDescription: "acknowledged", set: { q, _ in q.acknowledged = true }, keep: { _, _ in false }),
        Filter(testDescription: "nothing like it", set: { q, _ in q.cameras = ["'; DROP TABLE events; --"] }, keep: { _, _ in false }),
    ]

    @Test(arguments: StoreKind.allCases, filters)
    func `Each filter keeps what it names, in pages and in counts`(_ kind: StoreKind, _ filter: Filter) async throws {
        let (fixture, events) = try await filled(kind)
        defer { fixture.close() }
        let store = fixture.store
        let expected = events.filter { filter.keep($0, events) }
        var query = EventQuery(.everything)
        filter.set(&query, events)
        #expect(try await store.events(query).map(\.event.id) == expected.map(\.id))
        #expect(try await store.counts(query, by: .day).reduce(0) { $0 + $1.count } == Int64(expected.count))
        query.limit = 1
        if let first = expected.first { query.before = (first.ts, first.id) }
        #expect(try await store.events(query).map(\.event.id) == expected.dropFirst().prefix(1).map(\.id))
    }

    @Test(arguments: StoreKind.allCases, ["100%", "a_b", "it's", "c:\\\\dir", "50", "ÄÖ", "\\\"quoted\\\""])
    func `Text is searched literally`(_ kind: StoreKind, _ text: String) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let hit = try maker.event(payload: "{\"note\":\"<\(text)>\"}")
        let misses = try ["1000", "aXb", "its", "c:dir", "5", "Ä", "quoted"].map { try maker.event(payload: "{\"note\":\"<\($0)>\"}") }
        _ = try await store.ingest(maker.batch([hit] + misses))
        var query = EventQuery(.everything)
        query.text = "<" + text + ">"
        #expect(try await store.events(query).map(\.event.id) == [hit.id])
        query.text = "<" + text + "\0>"
        #expect(try await store.events(query).map(\.event.id) == [hit.id])
    }

    @Test(arguments: StoreKind.allCases)
    func `Counts stand per hour or day of UTC, camera and type`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text)! }
        let times = [
            "2026-03-01T00:00:00Z", "2026-03-01T00:59:59.999999Z", "2026-03-01T01:00:00Z", "2026-02-28T23:59:59.999999Z",
            "1969-12-31T23:30:00Z",
        ]
        _ = try await store.ingest(
            maker.batch(try times.map { try maker.event(ts: at($0)) } + [try maker.event(camera: "b", ts: at(times[0]))]))
        let hours = try await store.counts(EventQuery(.everything), by: .hour)
        #expect(
            hours == [
                EventCount(start: at("1969-12-31T23:00:00Z"), camera: "porch-cam", type: "motion", count: 1),
                EventCount(start: at("2026-02-28T23:00:00Z"), camera: "porch-cam", type: "motion", count: 1),
                EventCount(start: at("2026-03-01T00:00:00Z"), camera: "b", type: "motion", count: 1),
                EventCount(start: at("2026-03-01T00:00:00Z"), camera: "porch-cam", type: "motion", count: 2),
                EventCount(start: at("2026-03-01T01:00:00Z"), camera: "porch-cam", type: "motion", count: 1),
            ])
        var march = EventQuery(.everything)
        march.from = at("2026-03-01T00:00:00Z")
        march.to = at("2026-04-01T00:00:00Z")
        march.cameras = ["porch-cam"]
        #expect(try await store.counts(march, by: .day) == [EventCount(start: at(times[0]), camera: "porch-cam", type: "motion", count: 3)])
    }

    @Test(arguments: StoreKind.allCases)
    func `Acknowledging is done once, kept over later revs, and tells of missing events`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        let first = try #require(try await store.acknowledge(event.id, by: "admin", at: maker.start))
        let again = try #require(try await store.acknowledge(event.id, by: "other", at: maker.start.advanced(bySeconds: 9)))
        #expect(first.acknowledgedBy == "admin")
        #expect(first.acknowledgedAt == maker.start)
        #expect(again.acknowledgedBy == "admin")
        #expect(again.acknowledgedAt == maker.start)
        _ = try await store.ingest(maker.batch([try maker.event(id: event.id, rev: 2)]))
        let later = try #require(try await store.event(event.id))
        #expect(later.event.rev == 2)
        #expect(later.acknowledgedBy == "admin")
        #expect(try await store.stampAll().count == 3)
        #expect(try await store.acknowledge(EventID(at: maker.start), by: "admin", at: maker.start) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `Many are acknowledged at once: those of a scope that nobody has seen, and the feed tells of each`(_ kind: StoreKind) async throws
    {
        let (fixture, events) = try await filled(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = EventMaker.noon
        _ = try await store.acknowledge(events[0].id, by: "ben", at: now)
        let before = try await store.stampAll().count
        #expect(before == events.count + 1)
        let all = events.map(\.id) + [EventID(at: now), events[1].id]
        let scope = AccessScope.limited(sites: ["farm"], cameras: ["cam-0"])
        let theirs = events.filter { scope.contains(site: $0.site, camera: $0.sourceID) && $0.id != events[0].id }
        #expect(!theirs.isEmpty && theirs.count < events.count - 1)
        #expect(try await store.acknowledge(all, in: .nothing, by: "ann", at: now) == 0)
        #expect(try await store.acknowledge([], in: .everything, by: "ann", at: now) == 0)
        #expect(try await store.acknowledge(all, in: scope, by: "ann", at: now) == theirs.count)
        #expect(try await store.acknowledge(all, in: scope, by: "cora", at: now) == 0)
        #expect(Set(try await store.stampAll().map(\.id)) == Set(theirs.map(\.id)))
        for event in events {
            let stored = try #require(try await store.event(event.id))
            let account: String? = event.id == events[0].id ? "ben" : theirs.contains { $0.id == event.id } ? "ann" : nil
            #expect(stored.acknowledgedBy == account)
            #expect(stored.acknowledgedAt == account.map { _ in now })
        }
        #expect(try await store.acknowledge(all, in: .everything, by: "cora", at: now) == events.count - 1 - theirs.count)
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Another password ends the account's sessions and no others`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = EventMaker.noon
        for (byte, name) in [(UInt8(1), "admin"), (2, "guest")] {
            try await store.upsertAccount(AccountRecord(name: name, grants: [Grant(.administrator)], passwordHash: "one"))
            _ = try await store.addSession(
                SessionRecord(
                    tokenHash: [byte], account: name, grants: [Grant(.administrator)], createdAt: now,
                    expiresAt: now.advanced(bySeconds: 60)))
        }
        try await store.upsertAccount(AccountRecord(name: "admin", grants: [Grant(.viewer)], passwordHash: "one"))
        #expect(try await store.session(tokenHash: [1], at: now) != nil)
        try await store.upsertAccount(AccountRecord(name: "admin", grants: [Grant(.viewer)], passwordHash: "two"))
        #expect(try await store.session(tokenHash: [1], at: now) == nil)
        #expect(try await store.session(tokenHash: [2], at: now) != nil)
        #expect(try await store.account(named: "admin")?.passwordHash == "two")
    }

    @Test(arguments: StoreKind.allCases)
    func `Nodes, accounts and sessions are kept`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = EventMaker.noon
        try await store.upsertNode(NodeRecord(name: "porch", site: "home", addedAt: now))
        try await store.upsertNode(NodeRecord(name: "porch", site: "farm", addedAt: now.advanced(bySeconds: 1)))
        try await store.upsertNode(NodeRecord(name: "attic", site: "home", addedAt: now))
        #expect(
            try await store.nodes() == [
                NodeRecord(name: "attic", site: "home", addedAt: now), NodeRecord(name: "porch", site: "farm", addedAt: now),
            ])
        try await store.upsertAccount(AccountRecord(name: "admin", grants: [Grant(.administrator)], passwordHash: "one"))
        try await store.upsertAccount(AccountRecord(name: "admin", grants: [Grant(.administrator)], passwordHash: "two"))
        #expect(try await store.account(named: "admin")?.passwordHash == "two")
        #expect(try await store.account(named: "nobody") == nil)
        let hash = [UInt8](0..<32)
        let session = SessionRecord(
            tokenHash: hash, account: "admin", grants: [Grant(.administrator)], createdAt: now, expiresAt: now.advanced(bySeconds: 60))
        #expect(try await store.addSession(session))
        #expect(try await store.session(tokenHash: hash, at: now) == session)
        #expect(try await store.session(tokenHash: hash, at: now.advanced(bySeconds: 60)) == nil)
        #expect(try await !store.deleteSession(tokenHash: hash, of: "guest"))
        #expect(try await store.deleteSession(tokenHash: hash, of: "admin"))
        #expect(try await store.session(tokenHash: hash, at: now) == nil)
        try await store.ping()
        await store.close()
        await #expect(throws: StoreError.self) { try await store.ping() }
    }
}
