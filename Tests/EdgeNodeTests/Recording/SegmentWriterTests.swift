import Base
import Foundation
import Recording
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct SegmentWriterTests {
    /// What a player makes of a segment.
    private func pictures(_ fixture: RecordingFixture, _ row: SegmentRow) throws -> [String] {
        let path = fixture.folder.path("opened.mp4")
        try Data(fixture.plaintext(row)).write(to: URL(filePath: path))
        return try MediaTool.shown(path)
    }

    @Test("A segment holds the camera's pictures, bit by bit, and its sidecar says where they are", arguments: [true, false])
    func contents(_ isEncrypted: Bool) throws {
        let fixture = try RecordingFixture(isEncrypted: isEncrypted)
        fixture.start(.continuous)
        fixture.play(0..<4)
        fixture.end()
        let row = try #require(try fixture.segments.first)
        #expect(row.state == .closed && row.isEncrypted == isEncrypted)
        #expect(fixture.seconds(row.start) == 0 && fixture.seconds(row.end) == 4)
        let source = try TestClips.shared.clip()
        #expect(try pictures(fixture, row) == MediaTool.shown(source))

        let plaintext = try fixture.plaintext(row)
        let sidecar = try fixture.sidecar(row)
        #expect(sidecar.state == .closed(length: Int64(plaintext.count), last: sidecar.last))
        var next = try #require(sidecar.entries.first?.fragment.offset)
        for entry in sidecar.entries {
            #expect(entry.fragment.offset == next)
            #expect(String(decoding: plaintext[Int(next) + 4..<Int(next) + 8], as: UTF8.self) == "moof")
            next = entry.fragment.end
        }
        #expect(next == Int64(plaintext.count))
        #expect(sidecar.entries.flatMap(\.fragment.runs).flatMap(\.samples).filter(\.isKeyframe).count == 4)
    }

    @Test("Nothing of a picture or a key lies open in an encrypted segment")
    func closed() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<4)
        fixture.end()
        let row = try #require(try fixture.segments.first)
        let bytes = try Data(contentsOf: URL(filePath: "\(fixture.recordings)/\(row.file)"))
        for word in ["moof", "mdat", "ftyp", "x264"] { #expect(bytes.range(of: Data(word.utf8)) == nil) }
        for name in [row.file, row.sidecar] {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(fixture.recordings)/\(name)")[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("A stream of 30 kbit/s is on the disk within two fragments, padded, and no chunk is ever written twice")
    func thin() throws {
        let fixture = try RecordingFixture(PlayedClip.thin)
        fixture.start(.continuous)
        var before: [UInt8] = []
        var counts: [Int] = []
        for half in 0..<40 {
            fixture.play(Double(half) / 2..<Double(half + 1) / 2)
            let row = try #require(try fixture.segments.first)
            let now = [UInt8](try Data(contentsOf: URL(filePath: "\(fixture.recordings)/\(row.file)")))
            #expect(now.starts(with: before), "bytes that were written stay as they are")
            before = now
            let sidecar = try fixture.sidecar(row)
            let durable = sidecar.entries.last.map { fixture.seconds($0.fragment.wallEnd) } ?? 0
            #expect(Double(half + 1) / 2 - durable <= 1.01, "at second \(Double(half + 1) / 2) only \(durable) counts")
            counts.append(sidecar.entries.count)
        }
        fixture.end()
        let row = try #require(try fixture.segments.first)
        let sidecar = try fixture.sidecar(row)
        let media = sidecar.entries.flatMap(\.fragment.runs).reduce(0) { $0 + $1.size }
        #expect(media < 20 * 8000, "the clip is thin: \(media)")
        #expect(sidecar.entries.contains { $0.fragment.padding > 0 })
        #expect(sidecar.entries.allSatisfy { $0.fragment.padding == 0 || $0.fragment.padding >= 8 })
        let path = fixture.folder.path("thin.mp4")
        try Data(fixture.plaintext(row)).write(to: URL(filePath: path))
        #expect(try MediaTool.shown(path).count == 300)
        #expect(counts == counts.sorted())
    }

    @Test("A camera that pauses has what it sent on the disk after a second")
    func pause() throws {
        let fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<1.4)
        fixture.session?.take(.flush)
        let row = try #require(try fixture.segments.first)
        let end = try #require(try fixture.sidecar(row).entries.last?.fragment.wallEnd)
        #expect(abs(fixture.seconds(end) - 1.4) < 0.01)
        fixture.play(1.4..<3)
        fixture.end()
        #expect(try pictures(fixture, row).count == 45)
        #expect(try fixture.gaps == ["3.0- node_down"])
    }
}

extension Sidecar {
    var last: ChunkHash? {
        if case .closed(_, let last) = state { return last }
        return nil
    }
}
