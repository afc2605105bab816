import Base
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, part of the verdicts.
@Suite(.storeTurns) struct StoreVerdictTests {
    private static func verdict(_ kind: EventVerdict.Kind, by account: String = "ben", at time: Timestamp) -> EventVerdict {
        EventVerdict(kind: kind, saidBy: account, saidAt: time)
    }

    @Test(arguments: StoreKind.allCases)
    func `A verdict acknowledges its event once, changes, and is taken back`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let event = try maker.event()
        _ = try await store.ingest(maker.batch([event]))
        _ = try await store.stampAll()
        let nowhere = EventID(high: 1, low: 1)
        #expect(try await !store.setVerdict(Self.verdict(.misread, at: maker.start), on: nowhere))
        #expect(try await store.verdict(on: nowhere) == nil)
        #expect(try await store.verdict(on: event.id) == nil)
        let first = Self.verdict(.falseAlarm, at: maker.start)
        #expect(try await store.setVerdict(first, on: event.id))
        #expect(try await store.verdict(on: event.id) == first)
        #expect(try await store.event(event.id)?.acknowledgedBy == "ben")
        #expect(try await store.stampAll().map(\.id) == [event.id])
        let second = Self.verdict(.misread, by: "anna", at: maker.start.advanced(bySeconds: 5))
        #expect(try await store.setVerdict(second, on: event.id))
        #expect(try await store.verdict(on: event.id) == second)
        try await store.deleteVerdict(on: event.id)
        #expect(try await store.verdict(on: event.id) == nil)
        #expect(try await store.event(event.id)?.acknowledgedBy == "ben")
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Nobody is known any more by what was misread, nor by what still comes of it`(_ kind: StoreKind)
        async throws
    {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        var maker = EventMaker()
        let events = try (0..<3).map { _ in try maker.event(type: "pet") }
        _ = try await store.ingest(maker.batch(events))
        func put(_ event: EventID, rank: Int = 1) async throws -> PortraitOutcome {
            let facts = PortraitFacts(event: event, node: "porch", rank: rank, track: 1, kind: .animal, model: "m")
            return try await store.putPortrait(facts, box: [1, 2, 3], at: maker.start)
        }
        for event in events.prefix(2) { #expect(try await put(event.id) == .stored) }
        let milo = StoreJournalTests.milo
        #expect(try await store.say(.new(milo), in: [events[0].id], by: "admin", at: maker.start) == .done)
        let decisions = try await store.duePortraits(limit: 10).map {
            IdentityDecision($0, state: .known, individual: milo.id, score: 0.9, time: maker.start)
        }
        _ = try await store.decide(decisions)
        #expect(try await store.duePortraits(limit: 10).map(\.event) == [])
        #expect(try await store.gallery(.pet).map(\.event) == [events[0].id])

        #expect(try await store.isInGallery(events[0].id))
        // A false alarm says nothing of who is known.
        #expect(try await store.setVerdict(Self.verdict(.falseAlarm, at: maker.start), on: events[0].id))
        #expect(try await store.gallery(.pet).map(\.event) == [events[0].id])
        #expect(try await store.setVerdict(Self.verdict(.misread, at: maker.start), on: events[0].id))
        #expect(try await store.gallery(.pet).isEmpty)
        let (first, second) = (try await store.isInGallery(events[0].id), try await store.isInGallery(events[1].id))
        #expect(!first && !second)
        #expect(try await store.event(events[0].id)?.identities == StoredEvent.nobody)
        #expect(try await put(events[0].id, rank: 2) == .kept)
        // Also where its portrait had not come yet.
        #expect(try await store.setVerdict(Self.verdict(.misread, at: maker.start), on: events[2].id))
        #expect(try await put(events[2].id) == .kept)
        #expect(try await store.check() == [])
    }
}
