import Base
import Foundation
import Postgres
import Protocol
import TestSupport
import Testing

@testable import Hub

/// What only the PostgreSQL adapter promises: several replicas on one database, partitions, and a server that goes away.
@Suite(.storeTurns) struct PostgresStoreTests {
    @Test(arguments: 0..<PostgresMigrations.latest)
    func `A database of each earlier version is brought up to date`(_ version: Int) async throws {
        let url = try await PostgresCluster.shared().makeDatabase()
        let old = try await PostgresStore.open(PostgresStore.configuration(url: url), connections: 1, schema: version)
        if version >= 1 { try await old.upsertNode(NodeRecord(name: "porch", site: "home", addedAt: EventMaker.noon)) }
        await old.close()
        let store = try await PostgresStore.open(url: url)
        #expect(try await store.nodes().count == (version >= 1 ? 1 : 0))
        let added = FleetNode(name: "porch", site: "home", addedAt: EventMaker.noon)
        #expect(try await store.fleetNodes() == (version >= 1 ? [added] : []))
        var maker = EventMaker()
        #expect(try await store.ingest(maker.batch([try maker.event()])).committed.count == 1)
        #expect(try await store.check() == [])
        await store.close()
    }

    @Test func `Replicas that start at the same moment make one schema`() async throws {
        let url = try await PostgresCluster.shared().makeDatabase()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let store = try await PostgresStore.open(url: url)
                    try await store.ping()
                    await store.close()
                }
            }
            try await group.waitForAll()
        }
        let store = try await PostgresStore.open(url: url)
        #expect(try await store.query("SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass").int(0, 0) == 7)
        await store.close()
    }

    @Test func `A database of a newer program is left alone`() async throws {
        let url = try await PostgresCluster.shared().makeDatabase()
        let store = try await PostgresStore.open(url: url)
        try await store.script("UPDATE schema_version SET version = 999")
        await store.close()
        let error = await #expect(throws: StoreError.self) { try await PostgresStore.open(url: url) }
        #expect(error?.code == .schema)
        #expect(error?.message.contains("upgrade") ?? false)
    }

    @Test func `A server that is not there is told without the password`() async throws {
        let error = await #expect(throws: StoreError.self) {
            try await PostgresStore.open(url: "postgres://hub:geheim@127.0.0.1:1/vigilar")
        }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("geheim") == false)
    }

    @Test func `Two replicas that take the same revs at once keep the highest`() async throws {
        let url = try await PostgresCluster.shared().makeDatabase()
        let stores = [try await PostgresStore.open(url: url), try await PostgresStore.open(url: url)]
        let start = SystemClock().now
        let ids = (0..<20).map { _ in EventID(at: start) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    // Each lane has an epoch of its own, so nothing but the ids makes them meet.
                    var maker = EventMaker(epoch: "e\(lane)", start: start)
                    for round in 1...10 {
                        // 10 is the highest; lane 3 has it in its second round, before and after lower ones.
                        let rev: Int64 = lane == 3 && round == 2 ? 10 : Int64(round * 7 % 9) + 1
                        let revs = try ids.shuffled().map { try maker.event(id: $0, rev: rev) }
                        let outcome = try await stores[lane % 2].ingest(maker.batch(revs))
                        #expect(outcome.committed.count == 20)
                    }
                }
            }
            try await group.waitForAll()
        }
        for id in ids { #expect(try await stores[0].event(id)?.event.rev == 10) }
        #expect(try await stores[0].check() == [])
        for store in stores { await store.close() }
    }

    @Test func `Cursors are dense and miss nothing while slow commits finish out of order`() async throws {
        let fixture = try await StoreFixture.open(.postgres)
        let other = try await PostgresStore.open(url: fixture.place)
        // Every third transaction dawdles between writing its feed rows and its commit, so rows appear behind later ones.
        try await fixture.execute(
            """
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF random() < 0.33 THEN PERFORM pg_sleep(0.03); END IF; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON feed_pending DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()
            """)
        let expected = 4 * 40
        let seen = try await withThrowingTaskGroup(of: [PublishedEvent].self) { group in
            for lane in 0..<4 {
                group.addTask {
                    var maker = EventMaker(node: "n\(lane)")
                    let store: any EventStore = lane % 2 == 0 ? fixture.store : other
                    for _ in 0..<40 { _ = try await store.ingest(maker.batch([try maker.event()])) }
                    return []
                }
            }
            group.addTask {
                let lease = try #require(try await other.acquireLease("sequencer", holder: "s", seconds: 600))
                var published: [PublishedEvent] = []
                try await eventually("all are stamped") {
                    published += try #require(try await other.stampFeed(lease, limit: 7))
                    return published.count >= expected
                }
                return published
            }
            var all: [PublishedEvent] = []
            for try await part in group { all += part }
            return all
        }
        #expect(seen.map(\.cursor) == Array(1...Int64(expected)))
        #expect(Set(seen.map(\.id)).count == expected)
        let replay = try await fixture.store.feed(after: 0, limit: 1000)
        #expect(replay.events.map(\.id) == seen.map(\.id))
        #expect(try await other.check() == [])
        await other.close()
    }

    @Test func `A stamping transaction that stalls holds the takeover off, and one that wakes late is fenced`() async throws {
        let fixture = try await StoreFixture.open(.postgres)
        let store = fixture.store
        var maker = EventMaker()
        _ = try await store.ingest(maker.batch([try maker.event(), try maker.event()]))
        let lease = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 0.05))
        // The holder's process is stopped in mid-transaction: its lock stands, its lease runs out.
        var configuration = PostgresStore.configuration(url: fixture.place)
        configuration.settings.append("idle_in_transaction_session_timeout = '3s'")
        let stopped = PostgresConnection(configuration)
        try await stopped.open()
        try await stopped.script("BEGIN")
        _ = try await stopped.run("SELECT 1 FROM leases WHERE name = 'sequencer' FOR UPDATE")
        var taken: Lease?
        try await eventually("the server ends the transaction that idles") {
            taken = try await store.acquireLease("sequencer", holder: "b", seconds: 60)
            return taken != nil
        }
        let next = try #require(taken)
        await #expect(throws: PostgresError.self) { try await stopped.run("SELECT 1") }
        #expect(next.generation == lease.generation + 1)
        #expect(try await store.stampFeed(lease, limit: 10) == nil)
        #expect(try await store.stampFeed(next, limit: 10)?.count == 2)
    }

    @Test func `A server killed in mid-ingest is told as unavailable, and afterwards everything is there once`() async throws {
        let cluster = try await PostgresCluster.start(durable: false)
        let store = try await PostgresStore.open(url: try await cluster.makeDatabase())
        let lanes = 3
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var maker = EventMaker(node: "n\(lane)")
                    for _ in 0..<60 {
                        let batch = maker.batch([try maker.event(), try maker.event()])
                        // As a node does: again and again until it is told that the batch is committed.
                        try await eventually("the batch is committed", timeout: .seconds(120)) {
                            do { return try await store.ingest(batch).committed.count == 2 } catch let error as StoreError {
                                #expect(error.code == .unavailable)
                                return false
                            }
                        }
                    }
                }
            }
            group.addTask {
                for _ in 0..<3 {
                    let before = try await Self.stored(store)
                    try await eventually("some more is stored", timeout: .seconds(120)) {
                        try await Self.stored(store) > before + 20 || before > 200
                    }
                    await cluster.kill()
                    try await cluster.start()
                    try await Self.whole(store)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.stored(store) == lanes * 120)
        for lane in 0..<lanes { #expect(try await store.committed(node: "n\(lane)", epoch: "e1").ranges == [1...120]) }
        #expect(try await store.stampAll().count == lanes * 120)
        #expect(try await store.check() == [])
        await store.close()
        await cluster.stop()
    }

    /// Waits until every connection of the pool answers: each finds out for itself that its server was killed.
    private static func whole(_ store: any EventStore) async throws {
        try await eventually("the store is back") {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 { group.addTask { (try? await store.ping()) != nil } }
                return await group.allSatisfy { $0 }
            }
        }
    }

    private static func stored(_ store: any EventStore) async throws -> Int {
        var query = EventQuery(.everything)
        query.limit = 1000
        return try await store.events(query).count
    }

    @Test func `A frozen server ends every call in bounded time, and the store comes back`() async throws {
        let cluster = try await PostgresCluster.start(durable: false)
        var configuration = PostgresStore.configuration(url: try await cluster.makeDatabase())
        configuration.answerTimeout = 0.3
        configuration.connectTimeout = 2
        let store = try await PostgresStore.open(configuration, connections: 2, schema: PostgresMigrations.latest)
        var maker = EventMaker()
        let batch = maker.batch([try maker.event()])
        await cluster.freeze(true)
        for _ in 0..<3 {
            let error = await #expect(throws: StoreError.self) { try await store.ingest(batch) }
            #expect(error?.code == .unavailable)
        }
        await cluster.freeze(false)
        try await eventually("the store is back") { (try? await store.ingest(batch))?.committed.count == 1 }
        #expect(try await Self.stored(store) == 1)
        await store.close()
        await cluster.stop()
    }

    @Test func `Months are made ahead, take over what came before them, and are dropped when they are over`() async throws {
        let fixture = try await StoreFixture.open(.postgres)
        let store = try #require(fixture.store as? PostgresStore)
        var maker = EventMaker()
        let now = maker.start
        let later = now.advanced(bySeconds: 200 * 86_400)
        let early = try maker.event(ts: later)
        let usual = try maker.event()
        _ = try await store.ingest(maker.batch([early, usual]))
        #expect(try await store.event(early.id)?.flags == ["unusual_time"])
        let report = try await store.maintain(now: later, eventDays: 365, feedDays: 7)
        #expect(report.madePartitions.contains("events_\(Month(later).suffix)"))
        #expect(report.madePartitions.count == 6)
        #expect(try await store.query("SELECT count(*) FROM events_default").int(0, 0) == 0)
        #expect(try await store.event(early.id)?.event == early)
        #expect(try await store.check() == [])
        let afterwards = try await store.maintain(now: later, eventDays: 60, feedDays: 7)
        #expect(afterwards.droppedPartitions.contains("events_\(Month(now).suffix)"))
        #expect(afterwards.deletedEvents == 1)
        #expect(try await store.event(usual.id) == nil)
        #expect(try await store.event(early.id) != nil)
        #expect(try await store.check() == [])
        #expect(try await store.maintain(now: later, eventDays: 60, feedDays: 7) == MaintenanceReport())
    }

    @Test(arguments: [
        ("DELETE FROM event_ids", "without their id being known"), ("DELETE FROM events", "without an event of that time and rev"),
    ])
    func `The check finds ids and events apart`(_ damage: (sql: String, finding: String)) async throws {
        let fixture = try await StoreFixture.open(.postgres)
        var maker = EventMaker()
        _ = try await fixture.store.ingest(maker.batch([try maker.event()]))
        try await fixture.execute(damage.sql)
        #expect(try await fixture.store.check().contains { $0.contains(damage.finding) })
    }
}
