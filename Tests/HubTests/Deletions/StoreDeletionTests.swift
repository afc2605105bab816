import Base
import Foundation
import Protocol
import Recording
import Testing

@testable import Hub

/// The conformance suite's part on what people delete.
@Suite(.storeTurns) struct StoreDeletionTests {
    private static let noon = EventMaker.noon

    private func withStore(_ kind: StoreKind, _ body: (any HubStore, [SegmentRecord]) async throws -> Void) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for name in ["porch", "attic"] { try await store.upsertNode(NodeRecord(name: name, site: "home", addedAt: Self.noon)) }
        _ = try await store.claimCameras(node: "porch", cameras: ["door"], at: Self.noon)
        _ = try await store.claimCameras(node: "attic", cameras: ["roof"], at: Self.noon)
        var records = try (0..<3).map { try SegmentMaker(start: Self.noon.advanced(bySeconds: Double($0) * 60)).record(4) }
        records.append(try SegmentMaker(node: "attic", camera: "roof").record(4))
        for record in records { #expect(try await store.putSegment(record, at: Self.noon) == .stored) }
        try await body(store, records)
        #expect(try await store.check() == [])
    }

    @discardableResult
    private func delete(_ store: any HubStore, _ ids: [EventID], after seconds: Double = 0) async throws -> Set<EventID> {
        try await store.deleteSegments(ids, by: "ann", at: Self.noon.advanced(bySeconds: seconds))
    }

    private func waiting(_ store: any HubStore) async throws -> [DeletionWish] {
        try await store.waitingDeletions(without: [], limit: 100)
    }

    private func deletions(_ store: any HubStore, _ camera: String = "door") async throws -> [SegmentDeletion] {
        try await store.deletions(SegmentQuery(.everything, camera: camera))
    }

    @Test(arguments: StoreKind.allCases)
    func `What is deleted is no segment any more, waits for its node, and is known with who and when`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records) async throws in
            let record = records[1]
            #expect(try await delete(store, [record.id, EventID(at: Self.noon)], after: 7) == [record.id])
            #expect(try await store.segment(record.id) == nil)
            #expect(try await store.segmentSummaries(SegmentQuery(.everything, camera: "door")).count == 2)
            let asked = Self.noon.advanced(bySeconds: 7)
            let wish = DeletionWish(segment: record.id, node: "porch", number: asked.microseconds)
            #expect(try await waiting(store) == [wish])
            var deletion = SegmentDeletion(
                segment: record.id, site: "home", camera: "door", track: .main, start: record.start, end: record.end, askedAt: asked,
                askedBy: "ann")
            #expect(try await deletions(store) == [deletion])
            #expect(deletion.state == .waiting)
            // What its node says of it meanwhile, or later, makes it no segment; it is told again.
            #expect(try await store.putSegment(record, at: Self.noon) == .kept)
            try await store.noteDeletions([wish], isSettled: true, why: nil)
            #expect(try await waiting(store) == [])
            deletion.isSettled = true
            #expect(try await deletions(store) == [deletion])
            #expect(deletion.state == .confirmed)
            #expect(try await store.putSegment(record, at: Self.noon) == .kept)
            #expect(try await waiting(store) == [wish])
            #expect(try await store.segment(record.id) == nil)
            #expect(try await delete(store, [record.id]) == [], "it is deleted already")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What its node refuses to delete is a segment again, as the node told of it last`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records) async throws in
            var record = records[0]
            try await delete(store, [record.id])
            let wish = try #require(try await waiting(store).first)
            record.kept = .starred
            #expect(try await store.putSegment(record, at: Self.noon) == .kept)
            try await store.noteDeletions([wish], isSettled: true, why: "it is kept")
            #expect(try await store.segment(record.id) == record)
            #expect(try await store.segment(record.id)?.summary.isStarred == true)
            let deletion = try #require(try await deletions(store).first)
            #expect(deletion.state == .refused && deletion.why == "it is kept")
            #expect(try await waiting(store) == [])
            // From then on it is like all others.
            record.kept = .event
            #expect(try await store.putSegment(record, at: Self.noon) == .stored)
            #expect(try await delete(store, [record.id], after: -3600) == [record.id])
            let second = try #require(try await waiting(store).first)
            #expect(second.number == wish.number + 1, "by a clock that was set back")
            try await store.noteDeletions([wish], isSettled: true, why: nil)
            #expect(try await waiting(store) == [second], "an answer to what was said before")
            #expect(try await deletions(store).map(\.why) == [nil])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What is kept, let go of but not confirmed, or being written is not deleted`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records) async throws in
            let open = try SegmentMaker(start: Self.noon.advanced(bySeconds: 180)).record(4, .open)
            _ = try await store.putSegment(open, at: Self.noon)
            var told = records[2]
            told.kept = .starred
            _ = try await store.putSegment(told, at: Self.noon)
            let id = records[0].id
            func star(_ isWanted: Bool, after seconds: Double) async throws -> StarWish {
                try await store.setStars([id], isWanted, by: "ann", at: Self.noon.advanced(bySeconds: seconds))
                return try #require(try await store.waitingStars(without: [], limit: 9).first)
            }
            let kept = try await star(true, after: 100)
            #expect(try await delete(store, [id, open.id, told.id]) == [])
            try await store.settleStar(kept, why: nil)
            #expect(try await delete(store, [id]) == [])
            let released = try await star(false, after: 101)
            #expect(try await delete(store, [id]) == [])
            #expect(try await store.segment(id)?.summary.isHeld == true)
            try await store.settleStar(released, why: nil)
            #expect(try await store.segment(id)?.summary.isHeld == false)
            #expect(try await deletions(store) == [])
            #expect(try await delete(store, [id]) == [id])
            #expect(try await waiting(store).map(\.number) == [released.number + 1], "a node does it after what was said of the star")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Trouble is noted and asked again; lists are of what may be seen; all of it goes with its camera, and with the years`(
        _ kind: StoreKind
    ) async throws {
        try await withStore(kind) { (store, records) async throws in
            for number in [2, 0, 3] { try await delete(store, [records[number].id], after: Double(10 - number)) }
            #expect(try await waiting(store).map(\.segment) == [records[3].id, records[2].id, records[0].id])
            #expect(try await store.waitingDeletions(without: ["attic", "nobody"], limit: 1).map(\.segment) == [records[2].id])
            try await store.noteDeletions(try await waiting(store), isSettled: false, why: "unknown command")
            #expect(try await waiting(store).count == 3)
            #expect(try await deletions(store).map(\.why) == ["unknown command", "unknown command"])
            #expect(try await deletions(store).map(\.segment) == [records[0].id, records[2].id])
            let span = SegmentQuery(.everything, camera: "door", from: records[2].start, to: records[2].end)
            #expect(try await store.deletions(span).map(\.segment) == [records[2].id])
            let scope = AccessScope.limited(sites: ["farm"], cameras: ["roof"])
            #expect(try await store.deletions(SegmentQuery(scope)).map(\.camera) == ["roof"])
            _ = try await store.releaseCamera("roof")
            #expect(try await deletions(store, "roof") == [])
            let confirmed = try #require(try await waiting(store).first { $0.segment == records[2].id })
            try await store.noteDeletions([confirmed], isSettled: true, why: nil)
            _ = try await store.maintain(now: Self.noon.advanced(bySeconds: 86_400 * 366), eventDays: 365, feedDays: 7)
            #expect(try await deletions(store).map(\.segment) == [records[0].id], "what waits is not forgotten")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What waits when its camera goes waits further, so that it does not come back with the camera`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records) async throws in
            try await delete(store, records[0...2].map(\.id))
            let wishes = try await waiting(store).sorted { $0.segment < $1.segment }
            try await store.noteDeletions([wishes[0]], isSettled: true, why: nil)
            #expect(try await store.releaseCamera("door"))
            #expect(try await deletions(store) == [])
            #expect(try await Set(waiting(store)) == Set(wishes[1...2]))
            // A node that keeps one all the same brings no recording of a camera that there is not, or that is another node's by now.
            _ = try await store.claimCameras(node: "attic", cameras: ["door"], at: Self.noon)
            try await store.noteDeletions([wishes[1]], isSettled: true, why: "it is kept")
            #expect(try await store.segmentSummaries(SegmentQuery(.everything, camera: "door")) == [])
            #expect(try await deletions(store) == [])
            #expect(try await waiting(store) == [wishes[2]])
            // The camera is its node's once more, which tells of what it has.
            #expect(try await store.releaseCamera("door"))
            _ = try await store.claimCameras(node: "porch", cameras: ["door"], at: Self.noon)
            #expect(try await store.putSegment(records[2], at: Self.noon) == .kept)
            #expect(try await store.segment(records[2].id) == nil)
            #expect(try await deletions(store).map(\.segment) == [records[2].id])
            try await store.noteDeletions([wishes[2]], isSettled: true, why: nil)
            #expect(try await deletions(store).map(\.state) == [.confirmed])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What waits for a node that was shut out goes with the years once its camera is gone, and of others it waits`(
        _ kind: StoreKind
    ) async throws {
        try await withStore(kind) { (store, records) async throws in
            func maintain(after days: Double) async throws {
                _ = try await store.maintain(now: Self.noon.advanced(bySeconds: 86_400 * days), eventDays: 365, feedDays: 7)
            }
            try await delete(store, [records[0].id, records[3].id])
            #expect(try await store.revokeNode("porch", at: Self.noon))
            try await maintain(after: 366)
            #expect(try await waiting(store).count == 2, "the hub has what it was")
            for camera in ["door", "roof"] { #expect(try await store.releaseCamera(camera)) }
            try await maintain(after: 364)
            #expect(try await waiting(store).count == 2)
            try await maintain(after: 366)
            #expect(try await waiting(store).map(\.segment) == [records[3].id])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `The id of what was deleted is no other node's, before it is confirmed and after that`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, records) async throws in
            try await delete(store, [records[0].id])
            var taken = records[3]
            taken.id = records[0].id
            #expect(try await store.putSegment(taken, at: Self.noon) == .foreign)
            try await store.noteDeletions(try await waiting(store), isSettled: true, why: nil)
            #expect(try await store.putSegment(taken, at: Self.noon) == .foreign)
            #expect(try await store.segment(taken.id) == nil)
            #expect(try await waiting(store) == [])
        }
    }
}
