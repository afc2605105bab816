import Base
import Foundation
import GRDB
import Postgres
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, sixth part: pictures. To a store a box is bytes.
@Suite(.storeTurns) struct StoreSnapshotTests {
    private static func box(_ byte: UInt8, count: Int = 100_000) -> [UInt8] { [UInt8](repeating: byte, count: count) }

    @Test(arguments: StoreKind.allCases)
    func `A picture is kept with its event, and a better one replaces it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let (event, other) = (try maker.event(), try maker.event())
        _ = try await store.ingest(maker.batch([event, other]))
        #expect(try await store.stampAll().count == 2)
        func put(_ rank: Int, _ byte: UInt8) async throws -> SnapshotOutcome {
            try await store.putSnapshot(event.id, node: "porch", rank: rank, box: Self.box(byte), at: maker.start)
        }
        #expect(try await store.snapshot(of: event.id) == nil)
        #expect(try await store.snapshotRank(of: event.id) == nil)
        #expect(try await store.event(event.id)?.snapshot == nil)
        #expect(try await put(3, 1) == .stored)
        #expect(try await store.snapshot(of: event.id) == StoredSnapshot(node: "porch", rank: 3, box: Self.box(1)))
        #expect(try await put(3, 2) == .kept)
        #expect(try await put(2, 3) == .kept)
        #expect(try await store.snapshot(of: event.id)?.box == Self.box(1))
        #expect(try await put(9, 4) == .stored)
        #expect(try await store.snapshot(of: event.id) == StoredSnapshot(node: "porch", rank: 9, box: Self.box(4)))
        #expect(try await store.snapshotRank(of: event.id) == 9)
        #expect(try await store.event(event.id)?.snapshot == 9)
        #expect(try await store.events(EventQuery(.everything)).filter { $0.snapshot != nil }.map(\.event.id) == [event.id])
        #expect(try await store.snapshot(of: other.id) == nil)
        // A revision and an acknowledgement leave it alone.
        _ = try await store.ingest(maker.batch([try maker.event(id: event.id, rev: 2, ts: event.ts)]))
        #expect(try await store.acknowledge(event.id, by: "admin", at: maker.start)?.snapshot == 9)
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Each picture that is kept is a change in the feed, and no other is`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        #expect(
            try await store.stampAll() == [PublishedEvent(cursor: 1, event: event, acknowledged: false, snapshot: nil, incident: event.id)])
        for (cursor, rank) in [(Int64(2), 2), (0, 2), (0, 1), (3, 5)] {
            _ = try await store.putSnapshot(event.id, node: "porch", rank: rank, box: Self.box(1), at: maker.start)
            let summary = PublishedEvent(cursor: cursor, event: event, acknowledged: false, snapshot: rank, incident: event.id)
            #expect(try await store.stampAll() == (cursor == 0 ? [] : [summary]))
        }
        #expect(
            try await store.feed(after: 2, limit: 10).events.map(\.json) == [
                PublishedEvent(cursor: 3, event: event, acknowledged: false, snapshot: 5, incident: event.id).json
            ])
    }

    @Test(arguments: StoreKind.allCases)
    func `A picture without its event, or of another node's, is not kept`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        #expect(try await store.putSnapshot(event.id, node: "porch", rank: 1, box: Self.box(1), at: maker.start) == .unknownEvent)
        _ = try await store.ingest(maker.batch([event]))
        #expect(try await store.stampAll().count == 1)
        #expect(try await store.putSnapshot(event.id, node: "garden", rank: 9, box: Self.box(2), at: maker.start) == .foreignEvent)
        #expect(try await store.snapshot(of: event.id) == nil)
        #expect(try await store.stampAll().count == 0)
        #expect(try await store.putSnapshot(event.id, node: "porch", rank: 1, box: Self.box(1), at: maker.start) == .stored)
        #expect(try await store.putSnapshot(event.id, node: "garden", rank: 9, box: Self.box(2), at: maker.start) == .foreignEvent)
        #expect(try await store.snapshot(of: event.id)?.node == "porch")
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Of pictures that come at once, between revisions of their events, the best stays`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let stores = [fixture.store, try await fixture.replica()]
        var maker = EventMaker()
        let events = try (0..<4).map { _ in try maker.event() }
        _ = try await stores[0].ingest(maker.batch(events))
        let start = maker.start
        let stored = try await withThrowingTaskGroup(of: Int.self) { group in
            for lane in 0..<6 {
                group.addTask {
                    var stored = 0
                    for rank in Array(SnapshotWire.ranks).shuffled() {
                        for event in events.shuffled() {
                            let outcome = try await stores[lane % 2].putSnapshot(
                                event.id, node: "porch", rank: rank, box: Self.box(UInt8(rank), count: 20_000), at: start)
                            if outcome == .stored { stored += 1 }
                        }
                    }
                    return stored
                }
            }
            group.addTask {
                var maker = EventMaker(epoch: "e2", start: start)
                for rev in 2...20 {
                    _ = try await stores[1].ingest(
                        maker.batch(try events.map { try maker.event(id: $0.id, rev: Int64(rev), ts: $0.ts) }))
                }
                return 0
            }
            return try await group.reduce(0, +)
        }
        for event in events {
            #expect(
                try await stores[1].snapshot(of: event.id) == StoredSnapshot(node: "porch", rank: 9, box: Self.box(9, count: 20_000)))
            #expect(try await stores[0].event(event.id)?.event.rev == 20)
        }
        // Every one that was kept made one row of the feed.
        #expect(try await stores[0].stampAll().count == 4 + 19 * 4 + stored)
        #expect(try await stores[0].check() == [])
        await stores[1].close()
    }

    @Test(arguments: StoreKind.allCases)
    func `Pictures go with their events, and not before`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let now = maker.start
        let old = try maker.event(ts: now)
        let wrongClock = try maker.event(ts: Timestamp(rfc3339: "1970-01-01T00:00:00Z"))
        _ = try await store.ingest(maker.batch([old, wrongClock]))
        for event in [old, wrongClock] {
            #expect(try await store.putSnapshot(event.id, node: "porch", rank: 1, box: Self.box(1), at: now) == .stored)
        }
        _ = try await store.maintain(now: now.advanced(bySeconds: 86_400), eventDays: 2, feedDays: 7)
        #expect(try await store.snapshot(of: old.id) != nil)
        #expect(try await store.snapshot(of: wrongClock.id) != nil)
        let later = now.advanced(bySeconds: 70 * 86_400)
        var fresh = EventMaker(epoch: "e2", start: later)
        let kept = try fresh.event(ts: later)
        _ = try await store.ingest(fresh.batch([kept]))
        #expect(try await store.putSnapshot(kept.id, node: "porch", rank: 1, box: Self.box(2), at: later) == .stored)
        #expect(try await store.maintain(now: later, eventDays: 2, feedDays: 7).deletedEvents == 2)
        #expect(try await Self.count(fixture) == 1)
        #expect(try await store.snapshot(of: kept.id)?.box == Self.box(2))
        #expect(try await store.check() == [])
        // An event that comes again has none.
        _ = try await store.ingest(fresh.batch([try fresh.event(id: old.id, ts: old.ts)]))
        #expect(try await store.event(old.id)?.snapshot == nil)
        #expect(try await store.snapshot(of: old.id) == nil)
        #expect(try await store.check() == [])
    }

    /// Pictures in the database, whatever the port says.
    private static func count(_ fixture: StoreFixture) async throws -> Int64 {
        switch fixture.store {
        case let store as SQLiteStore: try await store.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM snapshots") ?? -1 }
        case let store as PostgresStore: try await store.query("SELECT count(*) FROM snapshots").int(0, 0)
        default: -1
        }
    }

    @Test(
        arguments: StoreKind.allCases,
        [
            ("DELETE FROM snapshots", "1 events have another picture than they say"),
            ("UPDATE events SET snapshot_rank = NULL", "1 events have another picture than they say"),
            ("UPDATE snapshots SET rank = 4", "1 events have another picture than they say"),
            ("DELETE FROM events", "1 belong to an event that is not stored"),
        ])
    func `The check finds pictures and events apart`(_ kind: StoreKind, _ damage: (sql: String, finding: String)) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await fixture.store.ingest(maker.batch([event]))
        _ = try await fixture.store.putSnapshot(event.id, node: "porch", rank: 3, box: Self.box(1), at: maker.start)
        #expect(try await fixture.store.check() == [])
        if kind == .sqlite {
            // Over a connection that does not enforce the schema's own rule.
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let queue = try DatabaseQueue(path: fixture.place, configuration: configuration)
            try await queue.write { try $0.execute(sql: damage.sql) }
            try queue.close()
        } else {
            try await fixture.execute(damage.sql)
        }
        let lines = try await fixture.store.check()
        #expect(lines.contains { $0.contains(damage.finding) }, "\(lines)")
    }

    @Test func `Months of pictures are made, moved and dropped with those of their events`() async throws {
        let fixture = try await StoreFixture.open(.postgres)
        let store = try #require(fixture.store as? PostgresStore)
        var maker = EventMaker()
        let now = maker.start
        let later = now.advanced(bySeconds: 200 * 86_400)
        let (early, usual) = (try maker.event(ts: later), try maker.event())
        _ = try await store.ingest(maker.batch([early, usual]))
        for event in [early, usual] { _ = try await store.putSnapshot(event.id, node: "porch", rank: 1, box: Self.box(7), at: now) }
        func place(_ event: Event) async throws -> String {
            let rows = try await store.query("SELECT tableoid::regclass::text FROM snapshots WHERE id = $1", [.id(event.id)])
            return rows.count == 1 ? rows.text(0, 0) : "none"
        }
        #expect(try await place(early) == "snapshots_default")
        #expect(try await place(usual) == "snapshots_\(Month(now).suffix)")
        _ = try await store.maintain(now: later, eventDays: 365, feedDays: 7)
        #expect(try await place(early) == "snapshots_\(Month(later).suffix)")
        #expect(try await store.snapshot(of: early.id)?.box == Self.box(7))
        // Ciphertext is not compressed, in no partition.
        let stores = try await store.query(
            """
            SELECT count(*), count(*) FILTER (WHERE attstorage = 'e') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relname LIKE 'snapshots%' AND c.relkind IN ('r', 'p') AND a.attname = 'box'
            """)
        #expect(stores.int(0, 0) == 14)
        #expect(stores.int(0, 1) == 14)
        _ = try await store.maintain(now: later, eventDays: 60, feedDays: 7)
        #expect(try await place(usual) == "none")
        #expect(
            try await store.query("SELECT to_regclass($1) IS NULL", [.text("snapshots_\(Month(now).suffix)")]).bool(0, 0))
        #expect(try await place(early) == "snapshots_\(Month(later).suffix)")
        #expect(try await store.check() == [])
        #expect(try await store.maintain(now: later, eventDays: 60, feedDays: 7) == MaintenanceReport())
    }

    @Test func `A database from before there were pictures gets their months, and loses pictures of older ones with these`() async throws {
        let url = try await PostgresCluster.shared().makeDatabase()
        let version = try #require(PostgresMigrations.steps.firstIndex { $0.contains("CREATE TABLE snapshots") })
        let old = try await PostgresStore.open(PostgresStore.configuration(url: url), connections: 1, schema: version)
        let past = Month(SystemClock().now).advanced(by: -8)
        try await old.script(
            """
            CREATE TABLE events_\(past.suffix) PARTITION OF events
            FOR VALUES FROM ('\(past.start.rfc3339)') TO ('\(past.advanced(by: 1).start.rfc3339)')
            """)
        await old.close()
        let store = try await PostgresStore.open(url: url)
        var maker = EventMaker()
        let event = try maker.event(ts: past.start.advanced(bySeconds: 60))
        _ = try await store.ingest(maker.batch([event]))
        #expect(try await store.putSnapshot(event.id, node: "porch", rank: 1, box: Self.box(1), at: maker.start) == .stored)
        #expect(try await store.snapshot(of: event.id) != nil)
        #expect(try await store.query("SELECT count(*) FROM pg_inherits WHERE inhparent = 'snapshots'::regclass").int(0, 0) == 7)
        #expect(try await store.maintain(now: maker.start, eventDays: 60, feedDays: 7).deletedEvents == 1)
        #expect(try await store.query("SELECT count(*) FROM snapshots").int(0, 0) == 0)
        #expect(try await store.check() == [])
        await store.close()
    }
}
