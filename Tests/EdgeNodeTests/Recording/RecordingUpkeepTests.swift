import Base
import Foundation
import Protocol
import Recording
import Settings
import Testing

@testable import EdgeNode

@Suite struct RecordingUpkeepTests {
    /// Four closed segments of a minute each, and one that is being written.
    private func fixture() throws -> RecordingFixture {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<240)
        #expect(try fixture.segments.map(\.state) == [.closed, .closed, .closed, .closed, .open])
        return fixture
    }

    private func settings(_ lines: String) throws -> RecordingSettings {
        let text =
            "node = \"porch\"\n[hub]\nbroker = \"mqtt://127.0.0.1:1\"\n[recording]\n\(lines)\n[[camera]]\nid = \"door\"\nsource = \"a.mp4\"\n"
        return try EdgeConfiguration(SettingsDocument(text: text, origin: "test", folder: "/")).recording
    }

    private func upkeep(_ fixture: RecordingFixture, _ lines: String) throws -> RecordingUpkeep {
        try RecordingUpkeep(
            place: fixture.place, settings: settings(lines), clock: fixture.clock, metrics: fixture.metrics, logger: fixture.logger)
    }

    private func files(_ fixture: RecordingFixture) throws -> Int {
        let all = FileManager.default.enumerator(atPath: fixture.recordings)?.compactMap { $0 as? String } ?? []
        return all.count { $0.hasSuffix(".vge") || $0.hasSuffix(".idx") }
    }

    @Test("What is older than its class may be goes, and is one hole; the rest and what is being written stay")
    func age() throws {
        let fixture = try fixture()
        #expect(try fixture.library.star(fixture.segments[0].id, true, number: 1) == .done)
        try fixture.library.keepForEvent(camera: "door", from: fixture.time(130), to: fixture.time(140))
        fixture.go(to: fixture.time(240 + 86_400 * 2))
        try upkeep(fixture, "continuous_days = 1\nevent_days = 3").look()
        #expect(try fixture.segments.map(\.keep) == [.starred, .event, .continuous])
        #expect(try fixture.gaps == ["59.0-118.0 retention", "177.0-236.0 retention"])
        #expect(try files(fixture) == 6)
        fixture.go(to: fixture.time(240 + 86_400 * 4))
        try upkeep(fixture, "continuous_days = 1\nevent_days = 3").look()
        #expect(try fixture.segments.map(\.keep) == [.starred, .continuous])
        #expect(fixture.metrics.value("vigilar_recording_removed_total", labels: [("why", "age")]) == 3)
    }

    @Test("What goes minute by minute is one hole")
    func merged() throws {
        let fixture = try fixture()
        for minute in 1...4 {
            fixture.go(to: fixture.time(86_400 + 60 * Double(minute)))
            try upkeep(fixture, "continuous_days = 1").look()
        }
        #expect(try fixture.gaps == ["0.0-236.0 retention"])
    }

    @Test("Beyond the size allowed the oldest continuous footage goes first, then events', never what is starred")
    func size() throws {
        let fixture = try fixture()
        try fixture.library.keepForEvent(camera: "door", from: fixture.time(0), to: fixture.time(10))
        for var row in try fixture.segments where row.state == .closed {
            row.bytes = 50_000_000
            try fixture.library.keep(row)
        }
        #expect(try fixture.library.star(fixture.segments[3].id, true, number: 1) == .done)
        let upkeep = try upkeep(fixture, "maximum_gigabytes = 0.1")
        upkeep.look()
        #expect(try fixture.segments.map { fixture.seconds($0.start) } == [0, 177, 236])
        upkeep.look()
        #expect(try fixture.segments.count == 3, "it is small enough")
        #expect(fixture.metrics.value("vigilar_recording_removed_total", labels: [("why", "size")]) == 2)
    }

    @Test("Where the disk is short of room, footage goes until it is not, then events', never what is starred")
    func disk() throws {
        let fixture = try fixture()
        try fixture.library.keepForEvent(camera: "door", from: fixture.time(0), to: fixture.time(10))
        #expect(try fixture.library.star(fixture.segments[3].id, true, number: 1) == .done)
        fixture.enough = 4
        try upkeep(fixture, "minimum_free_gigabytes = 1").look()
        #expect(try fixture.segments.map { fixture.seconds($0.start) } == [0, 118, 177, 236])
        fixture.enough = 0
        try upkeep(fixture, "minimum_free_gigabytes = 1").look()
        #expect(try fixture.segments.map { fixture.seconds($0.start) } == [177, 236])
        #expect(fixture.metrics.value("vigilar_recording_removed_total", labels: [("why", "disk")]) == 3)
    }

    @Test("A file that cannot be removed stops nothing else, is counted, and goes at a later look")
    func stuck() throws {
        let fixture = try fixture()
        let rows = try fixture.segments
        #expect(try fixture.library.delete([(segment: rows[0].id, number: 1), (segment: rows[1].id, number: 1)]).isEmpty)
        // What stands there is no file.
        let path = "\(fixture.recordings)/\(rows[0].file)"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        fixture.go(to: fixture.time(240 + 86_400 * 2))
        let upkeep = try upkeep(fixture, "continuous_days = 1")
        upkeep.look()
        #expect(try fixture.segments.map(\.id) == [rows[0].id, rows[4].id])
        #expect(fixture.metrics.value("vigilar_recording_removal_failures_total") == 1)
        try FileManager.default.removeItem(atPath: path)
        upkeep.look()
        #expect(try fixture.segments.map(\.id) == [rows[4].id])
        #expect(fixture.metrics.value("vigilar_recording_removal_failures_total") == 1)
    }

    @Test("What is read stays until it is read, and then goes")
    func reading() throws {
        let fixture = try fixture()
        let row = try #require(try fixture.segments.first)
        #expect(try fixture.library.hold(row.id))
        fixture.go(to: fixture.time(240 + 86_400 * 2))
        let upkeep = try upkeep(fixture, "continuous_days = 1")
        upkeep.look()
        #expect(try fixture.segments.map(\.state) == [.removing, .open])
        #expect(try fixture.plaintext(row).count > 1000)
        #expect(try fixture.library.hold(row.id) == false, "nothing new is read of what goes")
        fixture.library.release(row.id)
        upkeep.look()
        #expect(try fixture.segments.map(\.state) == [.open])
        #expect(try fixture.gaps == ["0.0-236.0 retention"])
    }

    @Test("A removal that was cut off is gone on with")
    func removing() throws {
        let fixture = try fixture()
        let row = try #require(try fixture.segments.first)
        #expect(try fixture.library.hold(row.id))
        #expect(try fixture.library.remove(row) == false)
        try FileManager.default.removeItem(atPath: "\(fixture.recordings)/\(row.file)")
        try fixture.kill()
        try upkeep(fixture, "").look()
        #expect(try fixture.segments.contains { $0.id == row.id } == false)
        #expect(try files(fixture) == 8)
        #expect(try fixture.gaps == ["0.0-59.0 retention"])
    }

    @Test("What a killed run left of a camera that is not recorded any more is settled, and what counts for nothing goes")
    func interrupted() throws {
        let fixture = try fixture()
        try fixture.kill()
        var empty = SegmentRow(
            id: .init(at: fixture.time(300)), camera: "door", track: .main, start: fixture.time(300), isEncrypted: true, keep: .continuous)
        try fixture.library.keep(empty)
        empty.id = .init(at: fixture.time(301))
        try fixture.library.keep(empty)
        try Data().write(to: URL(filePath: "\(fixture.recordings)/\(empty.file)"))
        try Data([1, 2, 3]).write(to: URL(filePath: "\(fixture.recordings)/\(empty.sidecar)"))
        try upkeep(fixture, "").look()
        #expect(try fixture.segments.map(\.state) == [.closed, .closed, .closed, .closed, .unterminated])
        #expect(try files(fixture) == 10)
    }
}
