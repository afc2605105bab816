import Base
import Foundation
import GRDB
import Logging
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Event recorder", .timeLimit(.minutes(10)))
struct EventRecorderTests {
    let fixture: OutboxFixture

    init() throws { fixture = try OutboxFixture() }

    private func recording<T>(_ outbox: Outbox, _ body: (EventRecorder) async throws -> T) async throws -> T {
        let recorder = EventRecorder(outbox: outbox, clock: fixture.clock, metrics: fixture.metrics, logger: .silent)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            let result = try await body(recorder)
            group.cancelAll()
            return result
        }
    }

    @Test("what is recorded becomes rows; a camera that stays away becomes an event")
    func records() async throws {
        let outbox = fixture.outbox()
        try await recording(outbox) { recorder in
            await recorder.record(fixture.draft(.alarm))
            await recorder.cameraWentOffline("cam", why: "timed out")
            try await eventually("the alarm") { try await outbox.status().lastSeq == 1 }
            fixture.clock.advance(by: 11)
            try await eventually("the offline event") { try await outbox.status().lastSeq == 2 }
            await recorder.cameraCameOnline("cam")
            try await eventually("its end and the return") { try await outbox.status().lastSeq == 4 }
        }
        #expect(try await outbox.allUnsent().map { try $0.event.type } == ["motion", "camera_offline", "camera_offline", "camera_online"])
        #expect(try await outbox.openEvents().isEmpty)
    }

    @Test("events that a crash left open get an end at the next start, where they were last known to go on")
    func interrupted() async throws {
        let first = fixture.outbox()
        let last = fixture.clock.now.advanced(bySeconds: 42)
        let open = fixture.draft(.notice, open: true, payload: "{\"score\":0.5,\"last_ts\":\"\(last)\"}")
        _ = try await first.append([open, fixture.draft(open: true), fixture.draft()])
        await first.close()

        let second = fixture.outbox()
        try await recording(second) { _ in
            try await eventually("the ends") { try await second.status().lastSeq == 5 }
        }
        #expect(try await second.openEvents().isEmpty)
        let ends = try await second.allUnsent().suffix(2).map { try $0.event }
        #expect(ends[0].id == open.id)
        #expect(ends[0].rev == 2)
        #expect(ends[0].ts == open.ts)
        #expect(ends[0].endTS == last)
        #expect(ends[1].endTS == ends[1].ts)
        #expect(try ends.allSatisfy { try JSONObject($0.payload).bool("interrupted") == true })
        #expect(try JSONObject(ends[0].payload).double("score") == 0.5)
    }

    @Test("a loss that the outbox could not count is reported when it can")
    func lossReported() async throws {
        let outbox = fixture.outbox(maximum: 5000)
        try await outbox.open()
        try fixture.sql {
            try $0.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON event WHEN instr(CAST(NEW.body AS TEXT), 'tombstone') > 0
                    BEGIN SELECT RAISE(ABORT, 'a test says so'); END
                    """)
        }
        let recorder = EventRecorder(outbox: outbox, clock: fixture.clock, metrics: fixture.metrics, logger: .silent)
        for _ in 0..<1005 { await recorder.record(fixture.draft()) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            try await eventually("a failure") { fixture.metrics.value("vigilar_outbox_errors_total") > 0 }
            try await eventually("the end of the fault") { (try? fixture.sql { try $0.execute(sql: "DROP TRIGGER refuse") }) != nil }
            try await eventually("all rows and the tombstone") { try await outbox.status().lastSeq == 1001 }
            group.cancelAll()
        }
        let tombstone = try #require(try await outbox.allUnsent().map { try $0.event }.first { $0.type == "system" })
        #expect(String(decoding: tombstone.payload, as: UTF8.self).contains("\"dropped\":5,"))
    }

    @Test("while the disk refuses, events wait in memory; they are written when it works again, and at the end")
    func diskRefuses() async throws {
        let folder = fixture.folder.path("missing")
        let outbox = Outbox(
            OutboxConfiguration(path: folder + "/outbox.sqlite", node: "porch", site: "home"), clock: fixture.clock,
            metrics: fixture.metrics,
            logger: .silent)
        try await recording(outbox) { recorder in
            await recorder.record(fixture.draft())
            await recorder.record(fixture.draft())
            try await eventually("a failure") { fixture.metrics.value("vigilar_outbox_errors_total") > 1 }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try await eventually("both rows") { try await outbox.status().lastSeq == 2 }
        }
    }
}
