import Base
import TestSupport
import Testing
import Trust

@testable import Recording

/// What of a segment counts, by its sidecar.
@Suite struct SegmentFindingTests {
    /// A segment of three fragments with its sidecar.
    private struct Files {
        var segment: [UInt8]
        var records: [[UInt8]]
        /// Where each fragment ends in the segment's file.
        var ends: [Int]
        let isEncrypted: Bool

        func finding(_ records: Int, _ more: [UInt8] = []) -> SegmentFinding? {
            let bytes = ReadableFile(segment)
            return SegmentFinding(
                sidecar: self.records.prefix(records).flatMap { $0 } + more, isEncrypted: isEncrypted, bytes: bytes.length, read: bytes.read
            )
        }
    }

    /// - Parameter isEncrypted: Fragments are of 2, 1 and 3 chunks then, behind an initialization of one; else of some bytes.
    private static func files(isEncrypted: Bool) throws -> Files {
        let lengths = isEncrypted ? [2, 1, 3].map { $0 * ChunkedEncryption.chunkLength } : [900, 30, 5000]
        let header = try SealedSegment.header(keys: [])
        var sealer = ChunkSealer(key: DataKey(), context: header.encoded)
        var chunks = SealedChunks()
        var codec = SidecarCodec(start: header.start)
        var (records, ends) = ([codec.head(header.encoded)], [Int]())
        var plaintext = SealedMessage.plaintext(isEncrypted ? ChunkedEncryption.chunkLength : 700)
        try sealer.append(plaintext, to: &chunks)
        var known = 0
        for (index, length) in lengths.enumerated() {
            let part = SealedMessage.plaintext(length)
            try sealer.append(part, to: &chunks)
            let sample = MediaSample(size: length - 8, duration: 45_000, isKeyframe: true)
            let fragment = FragmentRecord(
                offset: Int64(plaintext.count), headerLength: 8, padding: 0, start: header.start.advanced(bySeconds: Double(index) / 2),
                runs: [TrackRun(track: .video, decodeTime: Int64(index) * 45_000, samples: [sample])])
            let hashes = isEncrypted ? Array(chunks.hashes[known...]) : [try ChunkHash(of: part[...])]
            known = chunks.hashes.count
            records.append(codec.fragment(.init(fragment: fragment, hashes: hashes)))
            plaintext += part
            let before = header.encoded.count + sealer.preamble.count
            ends.append(isEncrypted ? before + known * ChunkedEncryption.sealedChunkLength : plaintext.count)
        }
        try sealer.finish(to: &chunks)
        records.append(SidecarCodec.end(length: Int64(plaintext.count), last: isEncrypted ? chunks.hashes.last : nil))
        return Files(
            segment: isEncrypted ? header.encoded + sealer.preamble + chunks.bytes : plaintext, records: records, ends: ends,
            isEncrypted: isEncrypted)
    }

    @Test("Of a segment that ended all counts; one that is shorter by a byte is not complete", arguments: [true, false])
    func ended(isEncrypted: Bool) throws {
        var files = try Self.files(isEncrypted: isEncrypted)
        let whole = try #require(files.finding(5))
        #expect(whole.isComplete && whole.fragments == 3 && !whole.hasDamage && whole.bytes == Int64(files.segment.count))
        #expect(whole.end == whole.header.start.advanced(bySeconds: 1.5))
        files.segment.removeLast()
        let cut = try #require(files.finding(5))
        #expect(!cut.isComplete && cut.hasDamage && cut.fragments == (isEncrypted ? 3 : 2))
    }

    @Test("Of one that was cut off count the fragments that are in the file and in the sidecar", arguments: [true, false])
    func cutOff(isEncrypted: Bool) throws {
        let whole = try Self.files(isEncrypted: isEncrypted)
        for count in 0...3 {
            var files = whole
            #expect(files.finding(count + 1)?.fragments == count)
            #expect(files.finding(count + 1, Array(files.records[4].prefix(9)))?.fragments == count)
            if count > 0 { files.segment = Array(files.segment[..<files.ends[count - 1]]) } else { files.segment = [] }
            #expect(files.finding(4)?.fragments == count)
            #expect(files.finding(4)?.isComplete == false && files.finding(4)?.hasDamage == true)
            if count > 0 {
                files.segment.removeLast()
                #expect(files.finding(4)?.fragments == count - 1)
            }
        }
    }

    @Test("A byte that changed ends what counts before its fragment, also where the segment is marked as ended", arguments: [true, false])
    func damaged(isEncrypted: Bool) throws {
        let whole = try Self.files(isEncrypted: isEncrypted)
        for index in 0..<3 {
            var files = whole
            files.segment[files.ends[index] - 1] ^= 1
            #expect(files.finding(4)?.fragments == index)
            // Where nothing is encrypted an end is believed by its length.
            if isEncrypted { #expect(files.finding(5)?.isComplete == false) }
            let marked = files.finding(4, SidecarCodec.unterminated(fragments: 3))
            #expect(marked?.fragments == index && marked?.hasDamage == true)
        }
        #expect(whole.finding(4, SidecarCodec.unterminated(fragments: 3))?.hasDamage == false)
    }

    @Test("A sidecar without the head of a segment is none; one for a file that cannot be read has nothing that counts")
    func unbelievable() throws {
        let files = try Self.files(isEncrypted: true)
        #expect(files.finding(0) == nil && files.finding(0, [1, 2, 3]) == nil)
        #expect(SegmentFinding(sidecar: files.records.flatMap { $0 }, isEncrypted: true, bytes: 0) { _ in nil }?.fragments == 0)
        let codec = SidecarCodec(start: SealedSegment.start)
        #expect(SegmentFinding.sidecar(codec.head([1, 2, 3])) == nil)
    }
}
