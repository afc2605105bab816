import Foundation
import TestSupport
import Testing

@testable import Hub

/// Files and folders that `vigilar-hub decrypt` is told of, and where the plaintext goes.
@Suite struct SegmentSearchTests {
    /// A disk with three segments, one of which is damaged, and other files.
    private static func disk() throws -> (DecryptionFixture, [String: RecordedSegment]) {
        let fixture = try DecryptionFixture()
        var segments: [String: RecordedSegment] = [:]
        for (index, name) in ["door/2026-11-24/1", "door/2026-11-25/2", "yard/2026-11-25/3"].enumerated() {
            let segment = try RecordedSegment(lengths: [20_000], to: [fixture.key], seed: index + 1)
            segments[name] = segment
            var file = segment.file
            if index == 1 { file[file.count - 1] ^= 1 }
            try fixture.put(file, segment.closed, as: name)
        }
        try Data("plain".utf8).write(to: URL(filePath: fixture.disk.path("yard/2026-11-25/plain.mp4")))
        return (fixture, segments)
    }

    @Test("Of a folder all segments below it are opened, beside themselves, in the order of names; one that fails keeps none from it")
    func beside() throws {
        let (fixture, segments) = try Self.disk()
        let before = try fixture.files()
        let outcome = try fixture.decrypt(fixture.disk.path)
        #expect(!outcome.isWhole && outcome.done.count == 2)
        #expect(outcome.done.first?.hasPrefix(fixture.disk.path("door/2026-11-24/1.mp4: ")) == true)
        #expect(outcome.failed.count == 1 && outcome.failed[0].hasPrefix(fixture.disk.path("door/2026-11-25/2.vge: ")))
        #expect(try Set(fixture.files()) == Set(before + ["door/2026-11-24/1.mp4", "yard/2026-11-25/3.mp4"]))
        for name in ["door/2026-11-24/1", "yard/2026-11-25/3"] { #expect(try fixture.bytes("\(name).mp4") == segments[name]?.plaintext) }
    }

    @Test("With --into the plaintext goes into a folder that is made, with the paths below the folder that was named")
    func into() throws {
        let (fixture, segments) = try Self.disk()
        let before = try fixture.files()
        let target = try TemporaryDirectory("plain")
        let into = target.path("made/now")
        let single = fixture.disk.path("yard/2026-11-25/3.vge")
        let outcome = try fixture.decrypt(fixture.disk.path("door"), single, into: into)
        #expect(!outcome.isWhole && outcome.done.count == 2 && outcome.failed.count == 1)
        #expect(try fixture.files() == before)
        for (name, path) in [("door/2026-11-24/1", "2026-11-24/1.mp4"), ("yard/2026-11-25/3", "3.mp4")] {
            #expect(try [UInt8](Data(contentsOf: URL(filePath: "\(into)/\(path)"))) == segments[name]?.plaintext)
        }
        for folder in [into, "\(into)/2026-11-24"] {
            #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
        }
        // Another time all of it is there.
        #expect(try fixture.decrypt(fixture.disk.path("door"), single, into: into).done.isEmpty)
    }

    @Test("A folder that is there keeps its mode; one that cannot be made is told, for each file")
    func target() throws {
        let (fixture, _) = try Self.disk()
        let target = try TemporaryDirectory("plain")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: target.path)
        let single = fixture.disk.path("yard/2026-11-25/3.vge")
        #expect(try fixture.decrypt(single, into: target.path).isWhole)
        #expect(try FileManager.default.attributesOfItem(atPath: target.path)[.posixPermissions] as? Int == 0o755)
        let outcome = try fixture.decrypt(single, into: target.path("3.mp4/deeper"))
        #expect(outcome.failed.first?.contains("cannot be made. Choose another one with --into") == true)
        #expect(try fixture.decrypt(single, into: target.path("3.mp4")).failed.first?.contains("--into") == true)
    }

    @Test("A folder without segments is told; a link to a folder is followed where it was named, and not below")
    func links() throws {
        let (fixture, _) = try Self.disk()
        let other = try TemporaryDirectory("links")
        #expect(try fixture.decrypt(other.path).failed == ["\(other.path): there are no .vge files in it."])
        try FileManager.default.createSymbolicLink(atPath: other.path("link"), withDestinationPath: fixture.disk.path)
        #expect(try fixture.decrypt(other.path).failed == ["\(other.path): there are no .vge files in it."])
        #expect(try fixture.decrypt(other.path("link"), into: other.path("out")).done.count == 2)
    }
}
