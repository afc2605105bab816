import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Outbox that is full")
struct OutboxCapacityTests {
    let fixture: OutboxFixture

    init() throws { fixture = try OutboxFixture() }

    @Test("info is refused first, alarms last")
    func severities() async throws {
        let outbox = fixture.outbox(maximum: 1000)
        let infos = try await outbox.append((0..<1000).map { _ in fixture.draft(.info) })
        #expect(infos.filter { $0.seq != nil }.count == 950)
        let warnings = try await outbox.append((0..<100).map { _ in fixture.draft(.warning) })
        #expect(warnings.filter { $0.seq != nil }.count == 40)
        let alarms = try await outbox.append((0..<100).map { _ in fixture.draft(.alarm) })
        #expect(alarms.filter { $0.seq != nil }.count == 10)
        #expect(try await outbox.status().unreportedDrops == 50 + 60 + 90)
    }

    @Test("what was refused is reported by one tombstone, after a restart too, once there is room")
    func tombstone() async throws {
        let first = fixture.outbox(maximum: 1000)
        let from = fixture.clock.now
        _ = try await first.append((0..<960).map { _ in fixture.draft() })
        fixture.clock.advance(by: 60)
        let to = fixture.clock.now
        _ = try await first.append((0..<5).map { _ in fixture.draft() })
        #expect(try await first.allUnsent().count == 950)
        await first.close()

        let second = fixture.outbox(maximum: 1000)
        let epoch = try await second.status().epoch
        await second.acknowledge(epoch: epoch, SequenceRanges([1, 2, 3]))
        try await second.maintain()
        #expect(try await second.allUnsent().count == 947, "a little room writes no tombstone yet")
        await second.acknowledge(epoch: epoch, SequenceRanges((4...100).map(Int64.init)))
        try await second.maintain()
        let last = try #require(try await second.allUnsent().last).event
        #expect(last.type == "system")
        #expect(last.severity == .warning)
        #expect(last.sourceID == "porch")
        let summary = try #require(try JSONObject(last.payload).object("tombstone"))
        #expect(summary.integer("dropped") == 15)
        #expect(summary.string("from") == from.rfc3339)
        #expect(summary.string("to") == to.rfc3339)
        #expect(try await second.status().unreportedDrops == 0)
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("rows that are kept after their acknowledgement are bounded too")
    func keptBound() async throws {
        let outbox = fixture.outbox(maximum: 100)
        for _ in 0..<5 {
            _ = try await outbox.append((0..<60).map { _ in fixture.draft() })
            let rows = try await outbox.allUnsent()
            await outbox.acknowledge(epoch: rows[0].epoch, SequenceRanges(rows.map(\.seq)))
            try await outbox.maintain()
        }
        #expect(try await outbox.status().kept == 100)
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }
}
