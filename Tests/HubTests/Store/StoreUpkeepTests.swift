import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, fourth part: retention and the check.
@Suite(.storeTurns) struct StoreUpkeepTests {
    @Test(arguments: StoreKind.allCases)
    func `Old events go, and those with a wrong clock are judged by their arrival`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let now = maker.start
        let old = try maker.event(ts: now)
        let wrongClock = try maker.event(ts: Timestamp(rfc3339: "1970-01-01T00:00:00Z"))
        _ = try await store.ingest(maker.batch([old, wrongClock]))
        let soon = try await store.maintain(now: now.advanced(bySeconds: 86_400), eventDays: 2, feedDays: 7)
        #expect(soon.deletedEvents == 0)
        // Both began and arrived more than two days and a month before.
        let later = now.advanced(bySeconds: 70 * 86_400)
        var fresh = EventMaker(epoch: "e2", start: later)
        let kept = try fresh.event(ts: later)
        _ = try await store.ingest(fresh.batch([kept]))
        let report = try await store.maintain(now: later, eventDays: 2, feedDays: 7)
        #expect(report.deletedEvents == 2)
        #expect(try await store.events(EventQuery(.everything)).map(\.event.id) == [kept.id])
        #expect(try await store.event(old.id) == nil)
        #expect(try await store.check() == [])
        // Its id is free again: a node that kept it longer than the hub is not refused for ever.
        #expect(try await store.ingest(fresh.batch([try fresh.event(id: old.id, ts: old.ts)])).committed.count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `Feed rows go only once they are published`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        for _ in 0..<4 { _ = try await store.ingest(maker.batch([try maker.event()])) }
        let lease = try #require(try await store.acquireLease("sequencer", holder: "a", seconds: 60))
        #expect(try await store.stampFeed(lease, limit: 10)?.count == 4)
        let later = maker.start.advanced(bySeconds: 8 * 86_400)
        #expect(try await store.maintain(now: later, eventDays: 365, feedDays: 7).deletedFeedRows == 0)
        #expect(try await store.markPublished(lease, through: 3))
        #expect(try await store.maintain(now: later, eventDays: 365, feedDays: 7).deletedFeedRows == 3)
        #expect(try await store.feedBounds() == FeedBounds(lowest: 4, highest: 4))
        #expect(try await store.markPublished(lease, through: 4))
        #expect(try await store.maintain(now: later, eventDays: 365, feedDays: 7).deletedFeedRows == 1)
        #expect(try await store.feedBounds() == FeedBounds(lowest: 5, highest: 4))
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Expired sessions go`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let now = EventMaker.noon
        try await fixture.store.upsertAccount(AccountRecord(name: "admin", grants: [Grant(.administrator)], passwordHash: "h"))
        for (byte, life) in [(UInt8(1), 60.0), (2, 6000.0)] {
            _ = try await fixture.store.addSession(
                SessionRecord(
                    tokenHash: [byte], account: "admin", grants: [Grant(.administrator)], createdAt: now,
                    expiresAt: now.advanced(bySeconds: life)))
        }
        _ = try await fixture.store.maintain(now: now.advanced(bySeconds: 600), eventDays: 365, feedDays: 7)
        #expect(try await fixture.store.session(tokenHash: [1], at: now) == nil)
        #expect(try await fixture.store.session(tokenHash: [2], at: now) != nil)
    }

    @Test(
        arguments: StoreKind.allCases,
        [
            ("DELETE FROM feed WHERE cursor = 2", "1 cursors are missing"),
            ("UPDATE feed_state SET last_cursor = 9", "the counter says 9"),
            ("UPDATE feed_state SET published_cursor = 7", "published up to 7"),
            ("DELETE FROM events WHERE type = 'person'", "name an event that is not stored"),
            ("UPDATE ingest_epochs SET committed = '[[3,4],[1,2]]'", "not in order"),
            ("UPDATE ingest_epochs SET committed = 'x'", "cannot be read"),
            ("UPDATE events SET rev = 9 WHERE type = 'person'", "filed as rev 9"),
            ("UPDATE events SET body = '{' WHERE type = 'person'", "its body cannot be read"),
        ])
    func `The check finds planted damage`(_ kind: StoreKind, _ damage: (sql: String, finding: String)) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        var maker = EventMaker()
        _ = try await fixture.store.ingest(
            maker.batch([try maker.event(), try maker.event(type: "person"), try maker.event(), try maker.event()]))
        #expect(try await fixture.store.stampAll().count == 4)
        #expect(try await fixture.store.check() == [])
        try await fixture.execute(damage.sql)
        let lines = try await fixture.store.check()
        #expect(lines.contains { $0.contains(damage.finding) }, "\(lines)")
    }
}
