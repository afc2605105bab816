import Base
import Foundation
import GRDB
import Logging
import Protocol
import Recording
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct RecordingCheckTests {
    /// Without the segment that goes on.
    private func sound() throws -> RecordingCheckStage {
        let stage = try RecordingCheckStage()
        _ = try stage.check(repair: true)
        #expect(try stage.kinds() == [])
        return stage
    }

    @Test("A segment that was cut off is no fault, and is marked by a repair")
    func interrupted() throws {
        let stage = try RecordingCheckStage()
        #expect(try stage.check().map(\.state) == [.harmless])
        try stage.expectRepaired([.interrupted])
        let row = try #require(try stage.rows().first { $0.state == .unterminated })
        #expect(row.end > row.start)
    }

    @Test("A quick look finds what rows, sidecars, heads and lengths tell, and not what only the bytes do")
    func quick() throws {
        let stage = try sound()
        #expect(try stage.kinds(quick: true) == [])
        let rows = try stage.rows()
        try stage.change(rows[0].file, at: Int(rows[0].bytes / 2))
        #expect(try stage.kinds() == [.damage])
        #expect(try stage.kinds(quick: true) == [])
        try stage.change(rows[0].file, at: 30)
        #expect(try stage.kinds(quick: true) == [.otherHeader])
        let cut = try #require(FileHandle(forWritingAtPath: stage.path(rows[1].file)))
        try cut.truncate(atOffset: UInt64(rows[1].bytes - 1))
        try cut.close()
        #expect(try Set(stage.kinds(quick: true)) == [.otherHeader, .damage, .otherEnd])
        try FileManager.default.removeItem(atPath: stage.path(rows[2].sidecar))
        try FileManager.default.removeItem(atPath: stage.path(rows[3].file))
        #expect(try Set(stage.kinds(quick: true)) == [.otherHeader, .damage, .otherEnd, .noSidecar, .rowWithoutFile])
    }

    @Test("A row without its file goes, and the hole that it leaves is noted")
    func rowWithoutFile() throws {
        let stage = try sound()
        let row = try stage.rows()[0]
        try FileManager.default.removeItem(atPath: stage.path(row.file))
        try stage.expectRepaired([.rowWithoutFile])
        let gaps = try stage.library { try $0.gaps(camera: row.camera, track: .main, from: row.start, to: row.end) }
        #expect(gaps.contains { $0.cause == .unknown && $0.start == row.start && $0.end == row.end })
        #expect(!FileManager.default.fileExists(atPath: stage.path(row.sidecar)))
    }

    @Test("A file without a row is taken up as it was", arguments: ["door", "yard"])
    func unknownFile(camera: String) throws {
        let stage = try sound()
        let before = try stage.rows()
        let row = try #require(before.first { $0.camera == camera })
        try stage.library { library in
            try library.write { try $0.execute(sql: "DELETE FROM segment WHERE id = ?", arguments: [row.id.description]) }
        }
        #expect(try Set(stage.kinds()) == [.unknownFile, .hole])
        #expect(try stage.check(repair: true).map(\.kind) == [.unknownFile])
        #expect(try stage.rows() == before)
        #expect(try stage.kinds() == [])
    }

    @Test("A sidecar that is alone is deleted; a segment without one is named, and kept")
    func alone() throws {
        let stage = try sound()
        let rows = try stage.rows()
        try stage.library { library in
            try library.write { try $0.execute(sql: "DELETE FROM segment; DELETE FROM wanted") }
        }
        for row in rows.dropFirst(2) {
            for name in [row.file, row.sidecar] { try FileManager.default.removeItem(atPath: stage.path(name)) }
        }
        try FileManager.default.removeItem(atPath: stage.path(rows[0].file))
        try FileManager.default.removeItem(atPath: stage.path(rows[1].sidecar))
        #expect(try Set(stage.kinds()) == [.unknownFile, .noSidecar])
        let repaired = try stage.check(repair: true)
        #expect(repaired.filter { $0.isBroken }.map(\.kind) == [.noSidecar])
        #expect(FileManager.default.fileExists(atPath: stage.path(rows[1].file)))
        #expect(try stage.kinds() == [.noSidecar])
    }

    @Test("A changed byte is found wherever it is", arguments: ["door", "yard"])
    func damage(camera: String) throws {
        let stage = try sound()
        let row = try #require(try stage.rows().first { $0.camera == camera })
        // In the encrypted file: header, salt's neighbour, first chunk, last chunk. In the plain one: only its fragments are known.
        let places = camera == "door" ? [20, 1000, -1] : [-1, -2000]
        for place in places {
            try stage.change(row.file, at: place)
            #expect(try stage.check().map(\.isBroken) == [true], "\(place)")
            #expect(try stage.check(repair: true).filter(\.isBroken).count == 1)
            try stage.change(row.file, at: place)
        }
        #expect(try stage.kinds() == [])
        #expect(try stage.rows().contains(row))
    }

    @Test("Bytes behind a sidecar's end are cut off")
    func torn() throws {
        let stage = try sound()
        for row in try stage.rows() { try stage.append(row.sidecar, [0, 0, 0, 9, 1]) }
        try stage.expectRepaired(Array(repeating: .tornSidecar, count: try stage.rows().count))
    }

    @Test("A row that says another end than its sidecar is put right")
    func otherEnd() throws {
        let stage = try sound()
        let before = try stage.rows()
        try stage.library { library in
            for (index, row) in before.enumerated() {
                // The last one of the door is unterminated, the others are closed.
                let other = row.state == .closed ? SegmentRow.State.unterminated : .closed
                try library.settle(row.id, index == 0 ? row.state : other, end: row.start, bytes: row.bytes)
            }
        }
        let repaired = try stage.check(repair: true)
        #expect(repaired.map(\.kind) == before.map { _ in .otherEnd })
        #expect(try stage.rows() == before)
        #expect(try stage.kinds() == [])
    }

    @Test("A segment in another's place is named")
    func exchanged() throws {
        let stage = try sound()
        let rows = try stage.rows().filter { $0.camera == "door" }
        for name in [\SegmentRow.file, \.sidecar] {
            try FileManager.default.removeItem(atPath: stage.path(rows[0][keyPath: name]))
            try FileManager.default.copyItem(atPath: stage.path(rows[1][keyPath: name]), toPath: stage.path(rows[0][keyPath: name]))
        }
        let copy = "yard/" + rows[1].sidecar.split(separator: "/").dropFirst().joined(separator: "/")
        try FileManager.default.copyItem(atPath: stage.path(rows[1].sidecar), toPath: stage.path(copy))
        #expect(try stage.check(repair: true).filter(\.isBroken).map(\.kind) == [.otherHeader, .otherHeader])
    }

    @Test("A hole that the ledger does not know is noted with an unknown cause")
    func hole() throws {
        let stage = try sound()
        try stage.library { library in try library.write { try $0.execute(sql: "DELETE FROM gap") } }
        try stage.expectRepaired([.hole, .hole])
        let gaps = try stage.library { try $0.gaps(camera: "door", track: .main, from: PowerCutCamera.zero, to: .init(microseconds: .max)) }
        #expect(gaps.map(\.cause) == [.unknown])
        #expect(gaps.map { $0.start.seconds(since: PowerCutCamera.zero) } == [4])
        #expect(gaps.map { $0.end?.seconds(since: PowerCutCamera.zero) } == [8])
    }

    @Test("Segments of the same time are named, and are no fault: the clock was set back")
    func overlap() throws {
        let root = try TemporaryDirectory("check")
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        for start in [0.0, 2] {
            let node = try PowerCutNode(root: root.path, now: PowerCutCamera.zero.advanced(bySeconds: start))
            node.start(.yard)
            node.play([.yard], until: start + 6)
            node.stop()
        }
        let folder = PowerCutNode.recordings(root.path)
        let found = try RecordingCheck.run(folder: folder, continuous: [], repair: false, logger: logger)
        #expect(found.map(\.kind) == [.overlap])
        #expect(found.map(\.state) == [.harmless])
    }

    @Test("A removal that was cut off is finished")
    func removing() throws {
        let stage = try sound()
        let row = try stage.rows()[0]
        try stage.library { library in
            try library.write { try $0.execute(sql: "UPDATE segment SET state = 'removing' WHERE id = ?", arguments: [row.id.description]) }
        }
        #expect(try stage.check().map(\.state) == [.harmless])
        try stage.expectRepaired([.removing])
        #expect(!FileManager.default.fileExists(atPath: stage.path(row.file)))
    }

    @Test("A table that is lost or damaged is made anew from headers and sidecars alone", arguments: ["lost", "damaged", "torn"])
    func table(how: String) throws {
        let stage = try sound()
        let before = try stage.rows()
        let path = stage.path("library.sqlite")
        switch how {
        case "lost": try FileManager.default.removeItem(atPath: path)
        case "damaged": try Data(repeating: 7, count: 5000).write(to: URL(filePath: path))
        default:
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.truncate(atOffset: 4096)
        }
        let found = try stage.check()
        #expect(found.map(\.kind) == [how == "lost" ? .lostTable : .damagedTable])
        #expect(found.map(\.isBroken) == [true])
        let repaired = try stage.check(repair: true)
        #expect(repaired.filter { $0.isBroken }.isEmpty)
        #expect(repaired.map(\.kind) == found.map(\.kind) + [.hole, .hole])
        #expect(try stage.rows() == before)
        #expect(try stage.kinds() == [])
        #expect(FileManager.default.fileExists(atPath: stage.path("library.sqlite.damaged-1")) == (how != "lost"))
    }

    @Test("While a node has the folder nothing is repaired, and what it writes is no fault")
    func live() throws {
        let stage = try RecordingCheckStage()
        let lock = try RecordingLibrary.lock(stage.folder)
        #expect(lock != nil)
        #expect(throws: RecordingError.self) { _ = try stage.check(repair: true) }
        #expect(try stage.kinds() == [])
        withExtendedLifetime(lock) {}
    }

    @Test("Nothing is made where there is nothing to check")
    func nothing() throws {
        let folder = try TemporaryDirectory("check")
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        #expect(try RecordingCheck.run(folder: folder.path("none"), continuous: [], repair: true, logger: logger).isEmpty)
        #expect(try RecordingCheck.run(folder: folder.path, continuous: [], repair: false, logger: logger).isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
