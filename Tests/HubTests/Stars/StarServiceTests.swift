import Base
import Foundation
import Logging
import Protocol
import Recording
import TestSupport
import Testing
import Trust

@testable import Hub

/// How what people want to keep gets to the nodes.
@Suite(.storeTurns) struct StarServiceTests {
    private let fixture: StoreFixture
    private let key = SigningKey()
    private let clock = ManualClock()
    private let metrics = Metrics()
    private let node: StarredNode
    private let service: StarService
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
        let node = StarredNode(trusting: key.verifyingKey)
        self.node = node
        service = StarService(
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

    private var waiting: [StarWish] { get async throws { try await fixture.store.waitingStars(without: [], limit: 100) } }
    private func count(_ outcome: String) -> Double { metrics.value("vigilar_star_orders_total", labels: [("outcome", outcome)]) }

    @Test("A node is told, signed, what is to be kept and what no longer")
    func told() async throws {
        try await running {
            try await service.set(Array(segments[...1]), true, by: "admin")
            try await eventually("both to be confirmed") { try await waiting.isEmpty }
            try await service.set([segments[1]], false, by: "admin")
            try await eventually("the end of one to be confirmed") { try await waiting.isEmpty }
        }
        #expect(Set(node.orders.prefix(2).map(\.segment)) == Set(segments[...1].map { "\($0.id)" }))
        #expect(node.orders.map(\.starred) == [true, true, false])
        #expect(node.orders[2].number > node.orders[1].number)
        #expect(count("confirmed") == 3)
    }

    @Test("A node that is away is told when it is back, and keeps nobody else from being told")
    func away() async throws {
        node.answers("porch", [nil, nil, nil, NodeReply(ok: true)])
        try await running {
            try await service.set(segments, true, by: "admin")
            try await eventually("the other node to be told") { try await waiting.map(\.node) == ["porch", "porch"] }
            try await eventually("it to be found away") { count("away") == 1 }
            // Not again and again at once, however often the hub looks.
            for isWanted in [false, true, false, true] {
                try await service.set([segments[2]], isWanted, by: "admin")
                try await eventually("the other node to be told more") { try await waiting.map(\.node) == ["porch", "porch"] }
            }
            #expect(node.orders.count { $0.node == "porch" } == 1)
            try await eventually("all to be confirmed") {
                clock.advance(by: 61)
                return try await waiting.isEmpty
            }
        }
        #expect(count("away") == 3)
    }

    @Test("A node that somebody asks something new of is tried at once, however long it was away")
    func again() async throws {
        node.answers("porch", [nil, nil])
        try await running {
            try await service.set([segments[0]], true, by: "admin")
            try await eventually("it to be found away") { count("away") == 1 }
            // No time goes by.
            try await eventually("it to be tried again") {
                try await service.set([segments[1]], true, by: "admin")
                return count("away") == 2
            }
        }
    }

    @Test("A node that has seen a higher number is given one above it")
    func number() async throws {
        node.answers("porch", [NodeReply(ok: false, error: "outdated", number: clock.now.microseconds + 1000)])
        try await running {
            try await service.set([segments[0]], true, by: "admin")
            try await eventually("it to be refused") { count("refused") == 1 }
            try await eventually("it to be confirmed") {
                clock.advance(by: 61)
                return try await waiting.isEmpty
            }
        }
        #expect(node.orders.last?.number == (node.orders.first?.number ?? 0) + 1001)
    }

    @Test("What a node has deleted is not asked for again, and what it refuses is, with its words")
    func refused() async throws {
        node.answers("porch", [NodeReply(ok: false, error: "gone"), NodeReply(ok: false, error: "unknown command")])
        try await running {
            try await service.set([segments[0]], true, by: "admin")
            try await eventually("the first to be gone") { count("gone") == 1 }
            try await service.set([segments[1]], true, by: "admin")
            try await eventually("the second to be refused") { count("refused") == 1 }
            try await eventually("its words") { try await fixture.store.segment(segments[1].id)?.star?.why == "unknown command" }
            #expect(try await waiting.map(\.segment) == [segments[1].id])
            try await eventually("it to be confirmed") {
                clock.advance(by: 61)
                return try await waiting.isEmpty
            }
        }
        let gone = try #require(try await fixture.store.segment(segments[0].id))
        #expect(gone.star?.why == "the node has deleted it" && !gone.summary.isStarred)
        #expect(node.orders.count { $0.segment == "\(segments[0].id)" } == 1)
    }

    @Test("What waits when the hub ends is told after its next start")
    func restart() async throws {
        try await service.set([segments[0]], true, by: "admin")
        #expect(node.orders.isEmpty)
        try await running { try await eventually("it to be confirmed") { try await waiting.isEmpty } }
    }
}
