import Base
import Foundation
import GRDB
import Logging
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Outbox with a damaged file")
struct OutboxDamageTests {
    let fixture: OutboxFixture

    init() throws { fixture = try OutboxFixture() }

    private func damagedFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path).filter {
            $0.contains(".damaged-") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
        }
    }

    @Test("garbage in place of the file is moved aside and reported")
    func garbage() async throws {
        try Data(repeating: 0x5A, count: 40_000).write(to: URL(fileURLWithPath: fixture.path))
        let outbox = fixture.outbox()
        #expect(try await outbox.append([fixture.draft()]).compactMap(\.seq).count == 1)
        #expect(try damagedFiles().count == 1)
        let events = try await outbox.allUnsent().map { try $0.event }
        #expect(events.map(\.type) == ["system", "motion"])
        #expect(fixture.metrics.value("vigilar_outbox_replaced_total") == 1)
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("every legible row of a damaged file is brought over, the others are counted")
    func salvage() async throws {
        let outbox = fixture.outbox()
        let text = "{\"text\":\"" + String(repeating: "y", count: 3000) + "\"}"
        for _ in 0..<4 { _ = try await outbox.append((0..<50).map { _ in fixture.draft(payload: text) }) }
        let before = try await outbox.status().epoch
        await outbox.close()
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: fixture.path))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: size / 2)
        handle.write(Data(repeating: 0xFF, count: 16_384))
        try handle.close()

        let again = fixture.outbox()
        _ = try await again.append([fixture.draft(.warning)])
        // Reading on finds the damage, if opening did not.
        let rows = try await again.allUnsent()
        #expect(try damagedFiles().count == 1)
        #expect(rows.count > 20)
        #expect(try await again.status().epoch != before)
        #expect(try rows.contains { try $0.event.type == "system" })
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test("only the last three damaged files are kept")
    func bounded() async throws {
        for _ in 0..<5 {
            try Data(repeating: 0x5A, count: 5000).write(to: URL(fileURLWithPath: fixture.path))
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: fixture.path + suffix) }
            let outbox = fixture.outbox()
            try await outbox.open()
            await outbox.close()
            fixture.clock.advance(by: 1)
        }
        #expect(try damagedFiles().count == 3)
    }

    @Test("a file that cannot be written is an error that says what to do, and works again later")
    func unwritable() async throws {
        let folder = fixture.folder.path("missing")
        let outbox = Outbox(
            OutboxConfiguration(path: folder + "/outbox.sqlite", node: "porch", site: "home"), clock: fixture.clock,
            metrics: fixture.metrics, logger: .init(label: "test"))
        await #expect(throws: OutboxError.self) { try await outbox.append([fixture.draft()]) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try await outbox.append([fixture.draft()]) == [.stored(seq: 1)])
    }

    @Test("a file of a newer version is left alone")
    func newer() async throws {
        let outbox = fixture.outbox()
        try await outbox.open()
        await outbox.close()
        try fixture.sql { try $0.execute(sql: "PRAGMA user_version = 99") }
        await #expect(throws: OutboxError.newerVersion(99)) { try await fixture.outbox().open() }
        #expect(try damagedFiles() == [])
    }

    @Test("dead letters that were deleted for want of room are no fault")
    func trimmedDeadLetters() async throws {
        let outbox = fixture.outbox()
        _ = try await outbox.append((0..<3).map { _ in fixture.draft() })
        try await outbox.bury(epoch: outbox.status().epoch, seq: 2, why: "a test says so")
        await outbox.close()
        try fixture.sql {
            try $0.execute(
                sql: """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(OutboxFile.deadLetterBound))
                    INSERT INTO dead_letter (epoch, seq, why, body, time) SELECT 'other', i, '', x'', 0 FROM n
                    """)
        }
        let again = fixture.outbox()
        try await again.maintain()
        #expect(try await again.status().deadLetters == OutboxFile.deadLetterBound)
        await again.close()
        #expect(try OutboxCheck.run(path: fixture.path) == [])
    }

    @Test(
        "the check names what is wrong",
        arguments: [
            ("DELETE FROM event WHERE seq = 2", "missing"),
            ("UPDATE event SET body = CAST('{}' AS BLOB) WHERE seq = 2", "seq 2"),
            ("UPDATE event SET rev = 9 WHERE seq = 2", "seq 2"),
            ("UPDATE epoch SET next_seq = 2", "next"),
            ("INSERT INTO open_event VALUES ('x', 77)", "open"),
        ])
    func check(change: String, expected: String) async throws {
        let outbox = fixture.outbox()
        _ = try await outbox.append((0..<3).map { _ in fixture.draft() })
        await outbox.close()
        #expect(try OutboxCheck.run(path: fixture.path) == [])
        try fixture.sql { try $0.execute(sql: change) }
        let found = try OutboxCheck.run(path: fixture.path)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }
}
