import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, second part: leases, the feed and its cursor.
@Suite(.storeTurns) struct StoreFeedTests {
    @Test(arguments: StoreKind.allCases)
    func `A lease is held by one, and its generation counts up`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let first = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 60))
        #expect(try await store.acquireLease("sequencer", holder: "b", seconds: 60) == nil)
        #expect(try await store.acquireLease("other", holder: "b", seconds: 60) != nil)
        #expect(try await store.renewLease(first, seconds: 60))
        try await store.releaseLease(first)
        let second = try #require(try await store.acquireLease("sequencer", holder: "b", seconds: 60))
        #expect(second.generation > first.generation)
        #expect(try await store.renewLease(first, seconds: 60) == false)
        try await store.releaseLease(first)
        #expect(try await store.acquireLease("sequencer", holder: "a", seconds: 60) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `A holder that stalled past its expiry stamps nothing, and another goes on`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let stalled = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 0.05))
        _ = try await store.ingest(maker.batch([try maker.event()]))
        var taken: Lease?
        try await eventually("the lease expires by the database's clock") {
            taken = try await store.acquireLease("sequencer", holder: "b", seconds: 60)
            return taken != nil
        }
        let lease = try #require(taken)
        #expect(try await store.stampFeed(stalled, limit: 10) == nil)
        #expect(try await store.markPublished(stalled, through: 1) == false)
        #expect(try await store.renewLease(stalled, seconds: 60) == false)
        #expect(try await store.feedBounds() == FeedBounds(lowest: 1, highest: 0))
        #expect(try await store.stampFeed(lease, limit: 10)?.map(\.cursor) == [1])
    }

    @Test(arguments: StoreKind.allCases)
    func `An expired lease stamps nothing even when nobody has taken it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let lease = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 0))
        #expect(try await store.stampFeed(lease, limit: 10) == nil)
        #expect(try await store.renewLease(lease, seconds: 60))
        #expect(try await store.stampFeed(lease, limit: 10) == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `A lease that reaches further than one is ever asked for was written by a wrong clock and is taken`(
        _ kind: StoreKind
    ) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let old = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 60))
        _ = try await store.ingest(maker.batch([try maker.event()]))
        switch kind {
        case .sqlite: try await fixture.execute("UPDATE leases SET expires_at = expires_at + 3600000000")
        case .postgres: try await fixture.execute("UPDATE leases SET expires_at = expires_at + interval '1 hour'")
        }
        let new = try #require(try await store.acquireLease("sequencer", holder: "b", seconds: 60))
        #expect(new.generation > old.generation)
        #expect(try await store.stampFeed(old, limit: 10) == nil)
        #expect(try await store.renewLease(old, seconds: 60) == false)
        #expect(try await store.stampFeed(new, limit: 10)?.map(\.cursor) == [1])
        #expect(try await store.renewLease(new, seconds: 60))
        #expect(try await store.acquireLease("sequencer", holder: "a", seconds: 60) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `A body that cannot be read is passed over, and what follows is stamped and fed`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let types = ["motion", "damaged", "motion", "motion"]
        _ = try await store.ingest(maker.batch(try types.map { try maker.event(type: $0) }))
        try await fixture.execute("UPDATE events SET body = '{' WHERE type = 'damaged'")
        let lease = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 60))
        #expect(try await store.stampFeed(lease, limit: 1)?.map(\.cursor) == [1])
        #expect(try await store.stampFeed(lease, limit: 1) == [])
        #expect(try await store.stampFeed(lease, limit: 10)?.map(\.cursor) == [3, 4])
        let page = try await store.feed(after: 0, limit: 10)
        #expect(page.events.map(\.cursor) == [1, 3, 4])
        #expect(page.through == 4)
        #expect(try await store.feed(after: 1, limit: 1).through == 2)
        #expect(try await store.feed(after: 1, limit: 1).events.isEmpty)
        _ = try await store.ingest(maker.batch([try maker.event()]))
        #expect(try await store.stampFeed(lease, limit: 10)?.map(\.cursor) == [5])
        #expect(try await store.check().contains { $0.contains("its body cannot be read") })
    }

    @Test(arguments: StoreKind.allCases)
    func `Every visible change has a feed row with the event as it is now`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event(payload: "{\"a\":1}")
        _ = try await store.ingest(maker.batch([event]))
        let lease = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 60))
        let first = try #require(try await store.stampFeed(lease, limit: 10))
        #expect(first == [PublishedEvent(cursor: 1, event: event, acknowledged: false, incident: event.id)])
        let ended = try maker.event(id: event.id, rev: 2, payload: "{\"a\":2}")
        _ = try await store.ingest(maker.batch([ended]))
        _ = try await store.acknowledge(event.id, by: "admin", at: maker.start)
        let second = try #require(try await store.stampFeed(lease, limit: 10))
        #expect(second == [2, 3].map { PublishedEvent(cursor: $0, event: ended, acknowledged: true, incident: event.id) })
        #expect(try await store.feed(after: 0, limit: 10).events.map(\.cursor) == [1, 2, 3])
        #expect(
            try await store.feed(after: 0, limit: 10).events.first?.json
                == PublishedEvent(cursor: 1, event: ended, acknowledged: true, incident: event.id).json
        )
        #expect(try await store.feed(after: 1, limit: 1).through == 2)
        #expect(try await store.feed(after: 3, limit: 10).events.isEmpty)
        #expect(try await store.feed(after: 3, limit: 10).through == 3)
        #expect(try await store.feedBounds() == FeedBounds(lowest: 1, highest: 3))
        #expect(try await store.publishedCursor() == 0)
        #expect(try await store.markPublished(lease, through: 3))
        #expect(try await store.publishedCursor() == 3)
        #expect(try await store.markPublished(lease, through: 2))
        #expect(try await store.publishedCursor() == 3)
    }

    @Test(arguments: StoreKind.allCases)
    func `Stamping keeps its limit and the order of the commits`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        var ids: [EventID] = []
        for _ in 0..<5 {
            let event = try maker.event()
            ids.append(event.id)
            _ = try await store.ingest(maker.batch([event]))
        }
        let lease = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 60))
        let first = try #require(try await store.stampFeed(lease, limit: 3))
        let second = try #require(try await store.stampFeed(lease, limit: 3))
        #expect((first + second).map(\.id) == ids)
        #expect((first + second).map(\.cursor) == [1, 2, 3, 4, 5])
        #expect(try await store.check() == [])
    }
}
