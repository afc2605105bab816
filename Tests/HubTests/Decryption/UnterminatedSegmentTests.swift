import Foundation
import Recording
import TestSupport
import Testing

@testable import Hub

/// What `vigilar-hub decrypt` makes of segments whose writer was cut off.
@Suite struct UnterminatedSegmentTests {
    private static let note = "It was cut off, and ends with the last fragment that is whole"

    @Test("One that the node marked ends with the last fragment that counts, whatever lies behind it", arguments: 1...6)
    func marked(_ count: Int) throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        for behind in [0, 16, 5_000, 40_000] {
            let sidecar = segment.sidecar(fragments: 7, SidecarCodec.unterminated(fragments: count))
            let outcome = try fixture.decrypt(fixture.put(segment.torn(fragments: count, behind: behind), sidecar))
            #expect(outcome.isWhole && outcome.done.first?.hasSuffix(Self.note) == true, "\(outcome.failed)")
            #expect(try fixture.bytes() == segment.plaintext(fragments: count))
            #expect(try fixture.files() == ["a.idx", "a.mp4", "a.vge"])
            try FileManager.default.removeItem(atPath: fixture.disk.path("a.mp4"))
        }
    }

    @Test("One that nobody has marked since ends with the last fragment whose chunks have the hashes of the sidecar", arguments: 1...6)
    func open(_ count: Int) throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        // The sidecar may know of more fragments than the file has, and its last record may be torn.
        for (known, torn) in [(count, 0), (7, 0), (count, 5)] {
            let sidecar = segment.sidecar(fragments: known, Array(segment.records[count + 1].prefix(torn)))
            let outcome = try fixture.decrypt(fixture.put(segment.torn(fragments: count), sidecar))
            #expect(outcome.isWhole && outcome.done.first?.hasSuffix(Self.note) == true, "\(outcome.failed)")
            // The fourth is so short that it lies in the chunk with the end of the third.
            let whole = count == 3 && known == 7 ? 4 : count
            #expect(try fixture.bytes() == segment.plaintext(fragments: whole), "\(count), \(known) known")
            try FileManager.default.removeItem(atPath: fixture.disk.path("a.mp4"))
        }
    }

    @Test("A chunk that was torn, and all behind it, is left aside where nobody has marked the segment")
    func tornChunk() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        var file = segment.torn(fragments: 6)
        // In the third fragment.
        file[segment.headLength + Int(segment.ends[1]) + 100_000] ^= 1
        #expect(try fixture.decrypt(fixture.put(file, segment.sidecar(fragments: 6))).isWhole)
        #expect(try fixture.bytes() == segment.plaintext(fragments: 2))
        try FileManager.default.removeItem(atPath: fixture.disk.path("a.mp4"))
        // A node that looked and found it whole had the last word: something happened to it since.
        let marked = segment.sidecar(fragments: 6, SidecarCodec.unterminated(fragments: 6))
        let outcome = try fixture.decrypt(fixture.put(file, marked))
        #expect(outcome.failed.first?.contains("was damaged, changed or moved. Copy it from the disk again") == true)
        #expect(try fixture.files() == ["a.idx", "a.vge"])
    }

    @Test("A hash in the sidecar is not believed: what was changed along with it does not open")
    func forged() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        var file = segment.torn(fragments: 2, behind: 0)
        file[segment.headLength + 20_000] ^= 1
        let chunks = stride(from: segment.headLength, to: file.count, by: ChunkedEncryption.sealedChunkLength)
        let hashes = try chunks.map { try ChunkHash(of: file[$0..<$0 + ChunkedEncryption.sealedChunkLength]) }
        let known = try #require(SegmentFinding.sidecar(segment.closed))
        var codec = SidecarCodec(start: RecordedSegment.start)
        var sidecar = codec.head(known.head)
        for (index, entry) in known.entries.prefix(2).enumerated() {
            sidecar += codec.fragment(.init(fragment: entry.fragment, hashes: index == 0 ? hashes : []))
        }
        let outcome = try fixture.decrypt(fixture.put(file, sidecar))
        #expect(!outcome.isWhole && outcome.failed.first?.contains("was damaged, changed or moved") == true)
        #expect(try fixture.files() == ["a.idx", "a.vge"])
    }

    @Test("Without the word of its own sidecar no segment may end early", arguments: ["none", "another's", "garbage", "closed", "empty"])
    func unproven(_ kind: String) throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        let other = try RecordedSegment(to: [fixture.key], camera: "yard")
        let sidecar: [UInt8]? =
            switch kind {
            case "none": nil
            case "another's": other.sidecar(fragments: 7, SidecarCodec.unterminated(fragments: 2))
            case "garbage": [UInt8](repeating: 3, count: 1000)
            case "closed": segment.closed
            default: []
            }
        let path = try fixture.put(segment.torn(fragments: 3), sidecar)
        let outcome = try fixture.decrypt(path)
        #expect(!outcome.isWhole && outcome.failed.first?.hasPrefix("\(path): ") == true)
        #expect(try fixture.files() == (sidecar == nil ? ["a.vge"] : ["a.idx", "a.vge"]))
        // With its end it opens all the same.
        #expect(try fixture.decrypt(fixture.put(segment.file, sidecar)).isWhole)
        #expect(try fixture.bytes() == segment.plaintext)
    }

    @Test("A proven end counts for more than a sidecar that lost it; where a chunk before is missing, the sidecar says how far to go")
    func provenEnd() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        for sidecar in [segment.sidecar(fragments: 4), segment.sidecar(fragments: 7, SidecarCodec.unterminated(fragments: 2))] {
            let outcome = try fixture.decrypt(fixture.put(segment.file, sidecar))
            #expect(outcome.isWhole && outcome.done.first?.hasSuffix("bytes") == true)
            #expect(try fixture.bytes() == segment.plaintext)
            try FileManager.default.removeItem(atPath: fixture.disk.path("a.mp4"))
        }
        var file = segment.file
        for place in 0..<4096 { file[segment.headLength + Int(segment.ends[4]) + 20_000 + place] = 0 }
        let outcome = try fixture.decrypt(fixture.put(file, segment.sidecar(fragments: 7)))
        #expect(outcome.isWhole && outcome.done.first?.hasSuffix(Self.note) == true)
        #expect(try fixture.bytes() == segment.plaintext(fragments: 5))
    }

    @Test("Where nothing counts there is nothing to be written, and the error says so")
    func nothing() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        let head = Array(segment.file[..<(segment.headLength + 100)])
        for sidecar in [segment.records[0], segment.sidecar(fragments: 2, SidecarCodec.unterminated(fragments: 0))] {
            let outcome = try fixture.decrypt(fixture.put(head, sidecar))
            #expect(outcome.failed.first?.contains("cut off before a picture in it was safely on the disk") == true)
        }
        // More than the file has.
        let outcome = try fixture.decrypt(fixture.put(head, segment.sidecar(fragments: 2, SidecarCodec.unterminated(fragments: 2))))
        #expect(!outcome.isWhole && outcome.failed.first?.contains("Copy it from the disk again") == true)
        #expect(try fixture.files() == ["a.idx", "a.vge"])
    }
}
