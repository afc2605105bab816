import Base
import Foundation
import Logging
import Protocol
import Recording
import TestSupport
import Testing
import Trust

@testable import Hub

/// How what people delete gets to the nodes.
@Suite(.storeTurns) struct DeletionServiceTests {
    private let fixture: StoreFixture
    private let key = SigningKey()
    private let clock = ManualClock()
    private let metrics = Metrics()
    private let node: DeletingNode
    private let service: DeletionService
    private let segments: [SegmentSummary]

    init() async throws {
        fixture = try await StoreFixture.open(.sqlite)
        let store = fixture.store
        for name in ["porch", "attic"] { try await store.upsertNode(NodeRecord(name: name, site: "home", addedAt: EventMaker.noon)) }
        _ = try await store.claimCameras(node: "porch", cameras: ["door"], at: EventMaker.noon)
        _ = try await store.claimCameras(node: "attic", cameras: ["roof"], at: EventMaker.noon)
        let records = [
            try SegmentMaker().record(4), try SegmentMaker(start: EventMaker.noon.advanced(bySeconds: 60)).record(4),
            try SegmentMaker(node: "attic", camera: "roof").record(4),
        ]
        for record in records { _ = try await store.putSegment(record, at: EventMaker.noon) }
        segments = records.map(\.summary)
        let node = DeletingNode(trusting: key.verifyingKey)
        self.node = node
        service = DeletionService(
            store: store, key: key, clock: clock, metrics: metrics, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            interval: 0.01, send: { try node.answer($0, to: $1) })
    }

    private func running(_ body: () async throws -> Void) async throws {
        let running = Task { [service] in try await service.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        running.cancel()
        try await running.value
        try result.get()
    }

    private var waiting: [DeletionWish] { get async throws { try await fixture.store.waitingDeletions(without: [], limit: 100) } }
    private func count(_ outcome: String) -> Double { metrics.value("vigilar_deletions_total", labels: [("outcome", outcome)]) }
    private func deletions(_ camera: String) async throws -> [SegmentDeletion] {
        try await fixture.store.deletions(SegmentQuery(.everything, camera: camera))
    }

    @Test("Each node is told, signed, what of its own is deleted, in one order")
    func told() async throws {
        try await running {
            #expect(try await service.delete(segments, by: "ann") == Set(segments.map(\.id)))
            try await eventually("all to be confirmed") { try await waiting.isEmpty }
        }
        #expect(node.orders.count == 2)
        let porch = try #require(node.orders.first { $0.node == "porch" })
        #expect(Set(porch.items.map(\.segment)) == Set(segments[...1].map { "\($0.id)" }))
        #expect(count("confirmed") == 3)
        #expect(try await deletions("door").map(\.state) == [.confirmed, .confirmed])
    }

    @Test("A node that is away is told when it is back, also by a hub that was started anew, and keeps nobody else from being told")
    func away() async throws {
        node.answers("porch", [nil, nil])
        _ = try await service.delete(segments, by: "ann")
        #expect(node.orders.isEmpty)
        try await running {
            try await eventually("the other node to be told") { try await waiting.map(\.node) == ["porch", "porch"] }
            try await eventually("all to be confirmed") {
                clock.advance(by: 61)
                return try await waiting.isEmpty
            }
        }
        #expect(count("away") == 2)
    }

    @Test("What a node keeps is a recording again, with its reason; the rest of the order is deleted")
    func kept() async throws {
        node.answers("porch", [NodeReply(ok: true, refused: ["\(segments[0].id)": "kept"])])
        try await running {
            _ = try await service.delete(Array(segments[...1]), by: "ann")
            try await eventually("both to be settled") { try await waiting.isEmpty }
        }
        #expect(try await deletions("door").map(\.why) == ["it is kept", nil])
        #expect(try await fixture.store.segment(segments[0].id) != nil)
        #expect(try await fixture.store.segment(segments[1].id) == nil)
        #expect(node.orders.count == 1)
        #expect(count("kept") == 1 && count("confirmed") == 1)
    }

    @Test("A node that does not know how is asked again, and its words are known")
    func old() async throws {
        node.answers("porch", [NodeReply(ok: false, error: "unknown command")])
        try await running {
            _ = try await service.delete([segments[0]], by: "ann")
            try await eventually("its words") { try await deletions("door").first?.why == "unknown command" }
            try await eventually("it to be confirmed") {
                clock.advance(by: 61)
                return try await waiting.isEmpty
            }
        }
        #expect(count("refused") == 1)
        #expect(try await deletions("door").first?.why == nil)
    }
}
