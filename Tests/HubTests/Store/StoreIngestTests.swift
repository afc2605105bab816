import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, first part: what ingest promises, for every adapter.
@Suite(.storeTurns) struct StoreIngestTests {
    @Test(arguments: StoreKind.allCases)
    func `An event comes back byte for byte`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event(payload: "{\"text\": \"ä☃\\u0000\\\"\",  \"n\":1.50}", v: 7)
        let outcome = try await store.ingest(maker.batch([event]))
        #expect(outcome.committed.ranges == [1...1])
        #expect(outcome.feedRows == 1)
        let stored = try #require(try await store.event(event.id))
        #expect(stored.event == event)
        #expect(stored.receivedAt == maker.start)
        #expect(stored.acknowledgedAt == nil)
        #expect(stored.flags == ["newer_version"])
        #expect(try await store.event(EventID(at: maker.start)) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `A batch sent again is committed again and stored once`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let batch = maker.batch([try maker.event(), try maker.event(), try maker.event()])
        let first = try await store.ingest(batch)
        let second = try await store.ingest(batch)
        #expect(first.committed.ranges == [1...3])
        #expect(second.committed.ranges == [1...3])
        #expect(first.feedRows == 3)
        #expect(second.feedRows == 0)
        let twice = try await store.ingest([batch, batch])
        #expect(twice.map(\.committed.ranges) == [[1...3], [1...3]])
        #expect(try await store.events(EventQuery(.everything)).count == 3)
        #expect(try await store.stampAll().count == 3)
        #expect(try await store.committed(node: "porch", epoch: "e1").ranges == [1...3])
        #expect(try await store.committed(node: "porch", epoch: "e2").isEmpty)
    }

    @Test(arguments: StoreKind.allCases, [[1, 2, 3], [3, 2, 1], [2, 3, 1], [3, 1, 2]] as [[Int64]])
    func `The highest rev wins in whatever order revs come`(_ kind: StoreKind, _ order: [Int64]) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let id = EventID(at: maker.start)
        for rev in order {
            let event = try maker.event(id: id, rev: rev, type: "r\(rev)", payload: "{\"rev\":\(rev)}")
            #expect(try await store.ingest(maker.batch([event])).committed.count == 1)
        }
        let stored = try #require(try await store.event(id))
        #expect(stored.event.rev == 3)
        #expect(stored.event.type == "r3")
        #expect(try await store.events(EventQuery(.everything)).map(\.event.rev) == [3])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Revs in one batch make one visible change, the highest`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let id = EventID(at: maker.start)
        let outcome = try await store.ingest(
            maker.batch([try maker.event(id: id, rev: 2), try maker.event(id: id, rev: 5), try maker.event(id: id, rev: 3)]))
        #expect(outcome.committed.ranges == [1...3])
        #expect(outcome.feedRows == 1)
        #expect(try await store.event(id)?.event.rev == 5)
    }

    @Test(arguments: StoreKind.allCases)
    func `A seq held under another id makes the epoch stale and stores nothing of the batch`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        _ = try await store.ingest(maker.batch([try maker.event(), try maker.event()]))
        let other = try maker.event(seq: 2)
        let fresh = try maker.event(seq: 3)
        let outcome = try await store.ingest(maker.batch([fresh, other]))
        #expect(outcome.staleEpoch)
        #expect(outcome.committed.isEmpty)
        #expect(try await store.event(fresh.id) == nil)
        #expect(try await store.committed(node: "porch", epoch: "e1").ranges == [1...2])
        var again = EventMaker(epoch: "e2")
        #expect(try await store.ingest(again.batch([try again.event(id: fresh.id, ts: fresh.ts)])).committed.ranges == [1...1])
    }

    @Test(arguments: StoreKind.allCases)
    func `A seq held under a lower rev makes the epoch stale`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        #expect(try await store.ingest(maker.batch([try maker.event(id: event.id, rev: 2, seq: 1)])).staleEpoch)
        #expect(try await store.event(event.id)?.event.rev == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `A seq that stands twice in a batch is taken once`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let one = try maker.event(seq: 1)
        let two = try maker.event(seq: 1)
        let outcome = try await store.ingest(maker.batch([one, one, two]))
        #expect(outcome.committed.ranges == [1...1])
        #expect(outcome.rejected.map(\.seq) == [1])
        #expect(try await store.event(two.id) == nil)
        #expect(try await store.quarantineCount() == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `Another ts for a known id is rejected beside good events`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        let moved = try maker.event(id: event.id, rev: 2, ts: maker.start.advanced(bySeconds: 1))
        let good = try maker.event()
        let outcome = try await store.ingest(maker.batch([moved, good]))
        #expect(outcome.rejected.map(\.seq) == [2])
        #expect(outcome.committed.ranges == [3...3])
        #expect(try await store.event(event.id)?.event == event)
        #expect(try await store.event(good.id) != nil)
        let kept = try await store.quarantine(limit: 10)
        #expect(kept.map(\.body) == [moved.body])
        #expect(kept.first?.seq == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func `Refused elements are kept once, however often they come`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let bad = QuarantinedElement(node: "porch", epoch: "e1", seq: 9, why: "no \0 type", body: [0, 255, 1], receivedAt: maker.start)
        let worse = QuarantinedElement(node: "porch", epoch: nil, seq: nil, why: "no JSON", body: Array("}".utf8), receivedAt: maker.start)
        let good = try maker.event()
        for _ in 0..<3 {
            let outcome = try await store.ingest(maker.batch([good], refused: [bad, worse]))
            #expect(outcome.committed.ranges == [1...1])
            #expect(outcome.rejected == [])
        }
        #expect(try await store.quarantineCount() == 2)
        let newest = try await store.quarantine(limit: 1)
        #expect(newest.map(\.body) == [Array("}".utf8)])
        #expect(newest.first?.seq == nil)
        #expect(newest.first?.epoch == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `Events from 1970 and 2099 are stored and flagged among good ones`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let times = ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
        let odd = try times.map { try maker.event(ts: Timestamp(rfc3339: $0)) }
        let good = try maker.event()
        let outcome = try await store.ingest(maker.batch(odd + [good]))
        #expect(outcome.committed.ranges == [1...5])
        for event in odd {
            let stored = try #require(try await store.event(event.id))
            #expect(stored.event == event)
            #expect(stored.flags == ["unusual_time"])
        }
        #expect(try await store.event(good.id)?.flags == [])
        #expect(try await store.events(EventQuery(.everything)).map(\.event.id) == [odd[3], odd[1], good, odd[0], odd[2]].map(\.id))
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `What the database refuses is quarantined and holds nothing back`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        switch kind {
        case .postgres: try await fixture.execute("ALTER TABLE events ADD CONSTRAINT no_poison CHECK (type <> 'poison')")
        case .sqlite:
            try await fixture.execute(
                "CREATE TRIGGER no_poison BEFORE INSERT ON events WHEN NEW.type = 'poison' BEGIN SELECT RAISE(ABORT, 'poison'); END")
        }
        var maker = EventMaker()
        var other = EventMaker(node: "yard")
        var events = try (0..<9).map { _ in try maker.event() }
        events[4] = try maker.event(seq: 5, type: "poison")
        let calm = try other.event()
        let outcomes = try await store.ingest([maker.batch(events), other.batch([calm])])
        #expect(outcomes[0].committed.ranges == [1...4, 6...9])
        #expect(outcomes[0].rejected.map(\.seq) == [5])
        #expect(outcomes[0].feedRows == 8)
        #expect(outcomes[1].committed.ranges == [1...1])
        #expect(try await store.quarantine(limit: 9).map(\.seq) == [5])
        #expect(try await store.events(EventQuery(.everything)).count == 9)
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `What even the quarantine refuses holds no other batch's answer back`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        switch kind {
        case .postgres: try await fixture.execute("ALTER TABLE quarantine ADD CONSTRAINT no_poison CHECK (why <> 'poison')")
        case .sqlite:
            try await fixture.execute(
                "CREATE TRIGGER no_poison BEFORE INSERT ON quarantine WHEN NEW.why = 'poison' BEGIN SELECT RAISE(ABORT, 'poison'); END")
        }
        var maker = EventMaker()
        let other = EventMaker(node: "yard")
        let refused = ["dull", "poison", "dull"].enumerated().map {
            QuarantinedElement(node: "yard", epoch: "e1", seq: Int64($0 + 1), why: $1, body: [], receivedAt: other.start)
        }
        let outcomes = try await store.ingest([maker.batch([try maker.event()]), other.batch([], refused: refused)])
        #expect(outcomes.map(\.committed.ranges) == [[1...1], []])
        #expect(outcomes.allSatisfy { $0.rejected.isEmpty && !$0.staleEpoch })
        #expect(try await store.quarantine(limit: 9).compactMap(\.seq).sorted() == [1, 3])
        #expect(try await store.events(EventQuery(.everything)).count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `Many batches of many nodes go into one call`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var batches: [IngestBatch] = []
        for node in 0..<6 {
            var maker = EventMaker(node: "n\(node)")
            batches.append(
                maker.batch(try (0..<50).map { try maker.event(camera: "c\(node)", ts: maker.start.advanced(bySeconds: Double($0))) }))
        }
        let outcomes = try await store.ingest(batches)
        #expect(outcomes.allSatisfy { $0.committed.ranges == [1...50] && $0.feedRows == 50 })
        #expect(try await store.ingest([]).isEmpty)
        #expect(try await store.stampAll().map(\.cursor) == Array(1...300))
        let facets = try await store.facets(.everything)
        #expect(facets == EventFacets(sites: ["home"], cameras: (0..<6).map { "c\($0)" }, types: ["motion"]))
    }
}
