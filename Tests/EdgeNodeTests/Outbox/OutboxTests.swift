import Base
import Foundation
import GRDB
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Outbox")
struct OutboxTests {
    let fixture: OutboxFixture

    init() throws { fixture = try OutboxFixture() }

    @Test("the file is private, in WAL mode and fully synchronous")
    func settings() async throws {
        let outbox = fixture.outbox()
        try await outbox.open()
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let file = try OutboxFile(OutboxConfiguration(path: fixture.path, node: "porch", site: "home"), now: fixture.clock.now)
        let (journal, synchronous) = try await file.database.read {
            (try String.fetchOne($0, sql: "PRAGMA journal_mode"), try Int.fetchOne($0, sql: "PRAGMA synchronous"))
        }
        #expect(journal == "wal")
        #expect(synchronous == 2)
    }

    @Test("an accepted event is a numbered row that holds what goes over the wire, and survives reopening")
    func rowsSurvive() async throws {
        let first = fixture.outbox()
        let results = try await first.append([fixture.draft(payload: "{\"score\":0.5}"), fixture.draft(.warning)])
        #expect(results == [.stored(seq: 1), .stored(seq: 2)])
        await first.close()
        let second = fixture.outbox()
        let rows = try await second.allUnsent()
        let events = try rows.map { try $0.event }
        let status = try await second.status()
        #expect(events.map(\.seq) == [1, 2])
        #expect(events.map(\.severity) == [.info, .warning])
        #expect(events.allSatisfy { $0.node == "porch" && $0.site == "home" && $0.epoch == status.epoch })
        #expect(String(decoding: events[0].payload, as: UTF8.self) == "{\"score\":0.5}")
        #expect(try await second.append([fixture.draft()]) == [.stored(seq: 3)])
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("calls that come together share commits, and every one gets its own numbers")
    func groupedAppends() async throws {
        let outbox = fixture.outbox()
        let drafts = (0..<200).map { _ in fixture.draft() }
        let numbers = try await withThrowingTaskGroup(of: [OutboxResult].self) { group in
            for draft in drafts { group.addTask { try await outbox.append([draft]) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(numbers.compactMap(\.seq).sorted() == Array(1...200))
    }

    @Test("an event over 48 KiB is refused before it is a row, its neighbours are stored")
    func tooLarge() async throws {
        let outbox = fixture.outbox()
        let huge = "{\"text\":\"" + String(repeating: "x", count: Limits.event) + "\"}"
        let results = try await outbox.append([fixture.draft(), fixture.draft(payload: huge), fixture.draft()])
        #expect(results[0] == .stored(seq: 1))
        guard case .tooLarge = results[1] else { throw Mismatch() }
        #expect(results[2] == .stored(seq: 2))
        #expect(fixture.metrics.value("vigilar_outbox_refused_total", labels: [("reason", "too_large")]) == 1)
    }

    @Test("a draft that breaks the contract is refused with its reason", arguments: ["not json", "[1]", "{\"a\":1,\"a\":2}", "{\"a\":"])
    func invalidPayload(payload: String) async throws {
        let outbox = fixture.outbox()
        let results = try await outbox.append([fixture.draft(payload: payload), fixture.draft()])
        // A key that stands twice is only noticed by who reads the payload itself: the envelope is sound.
        if !payload.contains("\"a\":2") {
            guard case .invalid = results[0] else { throw Mismatch() }
        }
        #expect(results[1].seq != nil)
    }

    @Test("only the exact numbers that the hub committed are marked, and never handed out again")
    func acknowledgement() async throws {
        let outbox = fixture.outbox()
        _ = try await outbox.append((0..<10).map { _ in fixture.draft() })
        let epoch = try await outbox.status().epoch
        await outbox.acknowledge(epoch: epoch, SequenceRanges([1, 2, 3, 7]))
        #expect(try await outbox.allUnsent().map(\.seq) == [4, 5, 6, 8, 9, 10])
        #expect(try await outbox.status().waiting == 6)
        // Not in the file yet: marks are grouped.
        #expect(try fixture.sql { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM event WHERE acked_at IS NOT NULL") } == 0)
        try await outbox.maintain()
        #expect(try fixture.sql { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM event WHERE acked_at IS NOT NULL") } == 4)
        await outbox.acknowledge(epoch: "another", SequenceRanges([4]))
        try await outbox.maintain()
        #expect(try await outbox.allUnsent().map(\.seq) == [4, 5, 6, 8, 9, 10])
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("pages keep the order, end at their bounds and say whether more follows")
    func pages() async throws {
        let outbox = fixture.outbox()
        _ = try await outbox.append((0..<10).map { fixture.draft($0 == 4 ? .alarm : .info) })
        let first = try await outbox.unsent(.ordinary, after: 0, rows: 5, bytes: .max)
        #expect(first.rows.map(\.seq) == [1, 2, 3, 4, 6])
        #expect(first.more)
        let second = try await outbox.unsent(.ordinary, after: first.position, rows: 5, bytes: .max)
        #expect(second.rows.map(\.seq) == [7, 8, 9, 10])
        #expect(!second.more)
        let urgent = try await outbox.unsent(.urgent, after: 0, rows: 5, bytes: 1)
        #expect(urgent.rows.map(\.seq) == [5])
        #expect(try await outbox.unsent(.ordinary, after: 0, rows: 5, bytes: 1).rows.count == 1)
    }

    @Test("acknowledged rows stay for seven days and are sent again when the hub asks")
    func keptAndResent() async throws {
        let outbox = fixture.outbox()
        _ = try await outbox.append((0..<3).map { _ in fixture.draft() })
        let epoch = try await outbox.status().epoch
        await outbox.acknowledge(epoch: epoch, SequenceRanges([1]))
        try await outbox.maintain()
        fixture.clock.advance(by: 3600)
        let backup = fixture.clock.now
        await outbox.acknowledge(epoch: epoch, SequenceRanges([2, 3]))
        try await outbox.maintain()
        #expect(try await outbox.resend(since: backup) == 2)
        #expect(try await outbox.allUnsent().map(\.seq) == [2, 3])
        #expect(try await outbox.allUnsent().allSatisfy { $0.epoch == epoch })
        await outbox.acknowledge(epoch: epoch, SequenceRanges([2, 3]))
        fixture.clock.advance(by: 6.9 * 86_400)
        try await outbox.maintain()
        #expect(try await outbox.status().kept == 3)
        fixture.clock.advance(by: 0.2 * 86_400)
        try await outbox.maintain()
        #expect(try await outbox.status().kept == 2)
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("a row that can never be stored becomes a dead letter with its reason")
    func deadLetter() async throws {
        let outbox = fixture.outbox()
        _ = try await outbox.append((0..<3).map { _ in fixture.draft() })
        let epoch = try await outbox.status().epoch
        try await outbox.bury(epoch: epoch, seq: 2, why: "site is unknown")
        try await outbox.bury(epoch: epoch, seq: 2, why: "again")
        #expect(try await outbox.allUnsent().map(\.seq) == [1, 3])
        let status = try await outbox.status()
        #expect(status.deadLetters == 1)
        #expect(status.waiting == 2)
        #expect(try fixture.sql { try String.fetchAll($0, sql: "SELECT why FROM dead_letter") } == ["site is unknown"])
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("a new epoch gives every waiting row a new address and leaves acknowledged ones alone")
    func newEpoch() async throws {
        let outbox = fixture.outbox()
        _ = try await outbox.append((0..<1200).map { _ in fixture.draft() }.suffix(900).map { $0 })
        let before = try await outbox.status().epoch
        await outbox.acknowledge(epoch: before, SequenceRanges([1, 2, 5]))
        let ids = try await outbox.allUnsent().map { try $0.event.id }
        try await outbox.startNewEpoch(stale: before)
        let status = try await outbox.status()
        let rows = try await outbox.allUnsent()
        #expect(status.epoch != before)
        #expect(rows.map(\.seq) == Array(1...897))
        #expect(try rows.map { try $0.event.id } == ids)
        #expect(try rows.allSatisfy { row in try row.event.epoch == status.epoch && row.event.seq == row.seq })
        #expect(try fixture.sql { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM event WHERE acked_at IS NOT NULL") } == 3)
        // An answer that comes late for the old epoch changes nothing.
        try await outbox.startNewEpoch(stale: before)
        #expect(try await outbox.status().epoch == status.epoch)
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("a renamed node sends its waiting rows under its new name")
    func renamedNode() async throws {
        let first = fixture.outbox(node: "porch")
        _ = try await first.append([fixture.draft()])
        let epoch = try await first.status().epoch
        await first.close()
        let second = fixture.outbox(node: "garden")
        let event = try #require(try await second.allUnsent().first).event
        #expect(event.node == "garden")
        #expect(event.epoch != epoch)
        await second.close()
        let again = fixture.outbox(node: "garden")
        #expect(try await again.status().epoch == event.epoch)
    }

    @Test("events without an end are known after a crash, those with one are not")
    func openEvents() async throws {
        let outbox = fixture.outbox()
        let (open, closed) = (fixture.draft(open: true), fixture.draft(open: true))
        _ = try await outbox.append([open, closed])
        var end = closed
        end.rev = 2
        end.endTS = fixture.clock.now
        var update = open
        update.rev = 2
        _ = try await outbox.append([end, update])
        let found = try await fixture.outbox().openEvents()
        #expect(found.map(\.id) == [open.id])
        #expect(found.map(\.rev) == [2])
    }
}

/// A result that is not the expected case.
struct Mismatch: Error {}
