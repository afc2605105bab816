import Base
import Foundation
import Protocol
import Recording
import Testing

@testable import Hub

/// The conformance suite, ninth part: what people want to keep.
@Suite(.storeTurns) struct StoreStarTests {
    private static let noon = EventMaker.noon

    private func withStore(_ kind: StoreKind, _ body: (any HubStore, [SegmentRecord], StoreFixture) async throws -> Void) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for name in ["porch", "attic"] { try await store.upsertNode(NodeRecord(name: name, site: "home", addedAt: Self.noon)) }
        _ = try await store.claimCameras(node: "porch", cameras: ["door"], at: Self.noon)
        _ = try await store.claimCameras(node: "attic", cameras: ["roof"], at: Self.noon)
        var records = try (0..<3).map { try SegmentMaker(start: Self.noon.advanced(bySeconds: Double($0) * 60)).record(4) }
        records.append(try SegmentMaker(node: "attic", camera: "roof").record(4))
        for record in records { #expect(try await store.putSegment(record, at: Self.noon) == .stored) }
        try await body(store, records, fixture)
        #expect(try await store.check() == [])
    }

    private func star(_ store: any HubStore, _ ids: [EventID], _ isWanted: Bool = true, after seconds: Double = 0) async throws {
        try await store.setStars(ids, isWanted, by: "admin", at: Self.noon.advanced(bySeconds: seconds))
    }

    private func waiting(_ store: any HubStore) async throws -> [StarWish] { try await store.waitingStars(without: [], limit: 100) }

    @Test(arguments: StoreKind.allCases)
    func `A wish waits until its node has confirmed it, and shows on the segment`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records, _) async throws in
            let (id, unknown) = (records[0].id, EventID(at: Self.noon))
            try await star(store, [id, unknown])
            let wish = StarWish(segment: id, node: "porch", isWanted: true, number: Self.noon.microseconds)
            #expect(try await waiting(store) == [wish])
            var star = SegmentStar(isWanted: true, isSettled: false, changedAt: Self.noon, changedBy: "admin")
            #expect(try await store.segment(id)?.star == star)
            #expect(try await store.segmentSummaries(SegmentQuery(.everything, camera: "door")).last?.star == star)
            #expect(try await store.segment(id)?.summary.isStarred == true)
            #expect(try await store.segment(records[1].id)?.star == nil)

            // Said again, it is the same wish.
            try await self.star(store, [id], after: 5)
            #expect(try await waiting(store) == [wish])
            try await store.settleStar(wish, why: nil)
            #expect(try await waiting(store) == [])
            star.isSettled = true
            #expect(try await store.segment(id)?.star == star)
            try await self.star(store, [id], after: 6)
            #expect(try await waiting(store) == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What is said later counts, whatever clock it is said by, and an answer to what was said before does not`(_ kind: StoreKind)
        async throws
    {
        try await withStore(kind) { (store, records, _) async throws in
            let id = records[0].id
            try await star(store, [id])
            let first = try #require(try await waiting(store).first)
            // By a clock that was set back.
            try await star(store, [id], false, after: -3600)
            let second = StarWish(segment: id, node: "porch", isWanted: false, number: first.number + 1)
            #expect(try await waiting(store) == [second])
            try await store.settleStar(first, why: nil)
            try await store.delayStar(first, why: "late", above: 0)
            #expect(try await waiting(store) == [second])
            #expect(try await store.segment(id)?.star?.why == nil)
            // The node has seen a higher number.
            try await store.delayStar(second, why: "outdated", above: first.number + 40)
            let third = try #require(try await waiting(store).first)
            #expect(third.number == first.number + 41)
            #expect(try await store.segment(id)?.star?.why == "outdated")
            try await store.settleStar(third, why: nil)
            #expect(try await store.segment(id)?.summary.isStarred == false)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `To take away a star that nobody gave is no wish`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records, _) async throws in
            try await star(store, records.map(\.id), false)
            #expect(try await waiting(store) == [])
            // One of which its node says that it has one.
            var record = records[1]
            record.kept = .starred
            #expect(try await store.putSegment(record, at: Self.noon) == .stored)
            #expect(try await store.segment(record.id)?.summary.isStarred == true)
            try await star(store, records.map(\.id), false)
            #expect(try await waiting(store).map(\.segment) == [record.id])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What a node says of the class is kept, and asks for the wish again where it contradicts it`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records, _) async throws in
            func put(_ record: SegmentRecord, _ kept: RetentionClass?, _ outcome: SegmentOutcome) async throws {
                var record = record
                record.kept = kept
                #expect(try await store.putSegment(record, at: Self.noon) == outcome)
            }
            let record = records[0]
            try await put(record, .event, .stored)
            try await put(record, .event, .kept)
            try await put(record, nil, .kept)
            #expect(try await store.segment(record.id)?.kept == .event)
            try await star(store, [record.id])
            let wish = try #require(try await waiting(store).first)
            try await store.settleStar(wish, why: nil)
            try await put(record, .starred, .stored)
            #expect(try await waiting(store) == [])
            // Its table was made anew.
            try await put(record, .continuous, .stored)
            #expect(try await waiting(store) == [wish])
            try await store.settleStar(wish, why: nil)
            // What is less far is older, and says nothing about it.
            let early = try SegmentMaker(start: record.start, id: record.id).record(2, .open)
            try await put(early, .event, .kept)
            #expect(try await store.segment(record.id)?.kept == .continuous)
            // An older node that goes on to write it does not take the class away.
            let open = try SegmentMaker(id: EventID(at: Self.noon)).record(2, .open)
            try await put(open, .event, .stored)
            try await put(try SegmentMaker(id: open.id).record(6), nil, .stored)
            #expect(try await store.segment(open.id)?.kept == .event)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What a node cannot do is not asked of it again until somebody wants it again`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records, _) async throws in
            let id = records[0].id
            try await star(store, [id])
            try await store.settleStar(try #require(try await waiting(store).first), why: "it is gone")
            #expect(try await waiting(store) == [])
            #expect(try await store.segment(id)?.summary.isStarred == false)
            #expect(try await store.segment(id)?.star?.why == "it is gone")
            try await star(store, [id], after: 9)
            #expect(try await waiting(store).map(\.segment) == [id])
            #expect(try await store.segment(id)?.star?.why == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Wishes come in their order, those of one node can be left out, and they go with their segments`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records, _) async throws in
            for number in [2, 0, 3] { try await star(store, [records[number].id], after: Double(10 - number)) }
            #expect(try await waiting(store).map(\.segment) == [records[3].id, records[2].id, records[0].id])
            #expect(try await store.waitingStars(without: ["attic", "nobody"], limit: 1).map(\.segment) == [records[2].id])
            #expect(try await store.waitingStars(without: ["attic", "porch"], limit: 9) == [])
            try await store.removeSegments([records[2].id], of: "porch")
            #expect(try await waiting(store).map(\.segment) == [records[3].id, records[0].id])
            _ = try await store.releaseCamera("door")
            #expect(try await waiting(store).map(\.segment) == [records[3].id])
        }
    }

    @Test func `Two replicas that star and delete the same at once end in order`() async throws {
        try await withStore(.postgres) { (store, records, fixture) async throws in
            let other = try await fixture.replica()
            for round in 0..<20 {
                let made = try (0..<8).map { _ in try SegmentMaker().record(2) }
                for record in made { #expect(try await store.putSegment(record, at: Self.noon) == .stored) }
                let ids = made.map(\.id)
                async let starred: Void = star(store, ids, round % 2 == 0)
                async let again: Void = star(other, ids.reversed())
                async let removed: Void = other.removeSegments(ids.shuffled(), of: "porch")
                _ = try await (starred, again, removed)
            }
            #expect(try await waiting(store) == [])
            await other.close()
        }
    }
}
