import Base
import Foundation
import Logging
import Recording

/// Finds out what of a segment counts, from its sidecar and the hashes in it. Nothing is decrypted: a node cannot.
enum SegmentRecovery {
    /// What is in a segment's files.
    struct Finding: Sendable {
        var header: SegmentHeader
        var sidecar: Sidecar
        /// Fragments that count: they, and all before them, are whole in the file.
        var fragments: Int
        /// Whether the segment ended as it should, and all of it is there.
        var isComplete: Bool
        /// Bytes of its file.
        var bytes: Int64

        /// Whether the file begins with the header that the sidecar names, and the commitment that the row names.
        var hasOwnHead: Bool

        /// The end of the last picture that counts; the start where none does.
        var end: Timestamp { fragments > 0 ? sidecar.entries[fragments - 1].fragment.wallEnd : header.start }
        /// Fragments that should be there: those that its end vouches for, or those that count where it has none.
        var claimed: Int { sidecar.claimed ?? fragments }
        /// The end of the last picture that should be there.
        var claimedEnd: Timestamp { claimed > 0 ? sidecar.entries[claimed - 1].fragment.wallEnd : header.start }
        var hasDamage: Bool {
            switch sidecar.state {
            case .open: true
            case .closed: !isComplete
            case .unterminated(let count): fragments < count
            }
        }
    }

    /// Reads sidecar and segment, all of them.
    /// - Returns: Nil where there is no sidecar, or none that can be believed.
    static func examine(_ row: SegmentRow, folder: String) -> Finding? {
        guard let sidecar = sidecar(at: "\(folder)/\(row.sidecar)"), let header = header(sidecar.head) else { return nil }
        let file = FileHandle(forReadingAtPath: "\(folder)/\(row.file)")
        defer { try? file?.close() }
        let bytes = Int64(clamping: (try? file?.seekToEnd()) ?? 0)
        let reader = Reader(file: file, header: header, isEncrypted: row.isEncrypted)
        var finding = Finding(
            header: header, sidecar: sidecar, fragments: 0, isComplete: false, bytes: bytes, hasOwnHead: reader.hasOwnHead(row.commitment))
        var hashes: Int64 = 0
        var matches = finding.hasOwnHead
        for entry in sidecar.entries {
            for hash in entry.hashes where matches {
                matches = reader.matches(hash, number: hashes, of: entry.fragment)
                if matches { hashes += 1 }
            }
            // Its end may lie in a chunk of which only a later record knows the hash.
            guard matches else { break }
            finding.fragments = count(sidecar, until: hashes, isEncrypted: row.isEncrypted)
        }
        if matches, case .closed(let length, let last) = sidecar.state {
            finding.isComplete = last.map { reader.matchesLast($0, number: hashes, length: length) } ?? (bytes == length)
            if finding.isComplete { finding.fragments = sidecar.entries.count }
        }
        return finding
    }

    /// Settles a segment whose writer was cut off: what counts of it is kept and marked; one of which nothing counts goes. Where somebody else
    /// does it just now, nothing happens.
    /// - Returns: What is in it; nil where it goes, or is somebody else's.
    /// - Throws: `RecordingError`, `DurableFile.Failure`.
    @discardableResult
    static func settle(_ row: SegmentRow, in library: RecordingLibrary, logger: Logger) throws -> Finding? {
        guard library.claim(row.id) else { return nil }
        defer { library.abandon(row.id) }
        let finding = examine(row, folder: library.folder)
        guard let finding, finding.claimed > 0 || finding.isComplete else {
            _ = try library.remove(row)
            return nil
        }
        try mark(finding, row, folder: library.folder)
        guard case .closed = finding.sidecar.state else {
            try library.settle(row.id, .unterminated, end: finding.claimedEnd, bytes: finding.bytes)
            logger.notice(
                "A recording was cut off; what counts of it is kept",
                metadata: ["camera": "\(row.camera)", "segment": "\(row.id)", "until": "\(finding.claimedEnd)"])
            return finding
        }
        // Where chunks of it were damaged later, the rest of it plays still; `vigilar-edge check` names it.
        try library.settle(row.id, .closed, end: finding.claimedEnd, bytes: finding.bytes)
        return finding
    }

    /// Marks a segment that was cut off, for good: nobody writes into it again. One that has an end keeps it; it may be that its writer was
    /// killed before that was on the disk, and it is now.
    /// - Throws: `DurableFile.Failure`.
    static func mark(_ finding: Finding, _ row: SegmentRow, folder: String) throws(DurableFile.Failure) {
        // What does not count of it, too: its length is told from now on.
        try DurableFile.synchronizeFile("\(folder)/\(row.file)")
        var sidecar = try DurableFile(appendingTo: "\(folder)/\(row.sidecar)", length: Int64(finding.sidecar.validLength))
        if finding.sidecar.state == .open { try sidecar.append(SidecarCodec.unterminated(fragments: finding.fragments)) }
        try sidecar.synchronize()
    }

    /// The header that a sidecar names; nil where it has none.
    static func header(at path: String) -> SegmentHeader? {
        sidecar(at: path).flatMap { header($0.head) }
    }

    /// What a sidecar says; nil where there is none, or none that can be believed.
    static func sidecar(at path: String) -> Sidecar? {
        FileManager.default.contents(atPath: path).flatMap { SidecarCodec.read([UInt8]($0), start: { header($0)?.start }) }
    }

    /// The commitment in a segment's file; empty where it is too short.
    static func commitment(at path: String, behind header: Int) -> [UInt8] {
        let file = FileHandle(forReadingAtPath: path)
        defer { try? file?.close() }
        guard let file, (try? file.seek(toOffset: UInt64(header + ChunkedEncryption.saltLength))) != nil,
            let data = try? file.read(upToCount: ChunkedEncryption.commitmentLength), data.count == ChunkedEncryption.commitmentLength
        else { return [] }
        return [UInt8](data)
    }

    private static func header(_ head: [UInt8]) -> SegmentHeader? {
        guard case .header(let header) = try? SegmentHeader.parse(head) else { return nil }
        return header
    }

    /// How many fragments lie in the first chunks.
    private static func count(_ sidecar: Sidecar, until chunks: Int64, isEncrypted: Bool) -> Int {
        let end = isEncrypted ? chunks * Int64(ChunkedEncryption.chunkLength) : .max
        let limit = isEncrypted ? sidecar.entries.count : Int(clamping: chunks)
        return sidecar.entries.prefix(limit).prefix { $0.fragment.end <= end }.count
    }

    /// Reads what hashes were made of.
    private struct Reader {
        let file: FileHandle?
        let header: SegmentHeader
        let isEncrypted: Bool

        /// - Parameter commitment: Empty where it is not known.
        func hasOwnHead(_ commitment: [UInt8]) -> Bool {
            guard isEncrypted else { return file != nil }
            guard let head = bytes(at: 0, length: Int64(header.encoded.count + ChunkedEncryption.preambleLength)) else { return false }
            return head.starts(with: header.encoded) && (commitment.isEmpty || Array(head.suffix(commitment.count)) == commitment)
        }

        func matches(_ hash: ChunkHash, number: Int64, of fragment: FragmentRecord) -> Bool {
            let sealed = Int64(ChunkedEncryption.sealedChunkLength)
            return isEncrypted
                ? matches(hash, at: chunk(number), length: sealed)
                : matches(hash, at: fragment.offset, length: fragment.end - fragment.offset)
        }

        func matchesLast(_ hash: ChunkHash, number: Int64, length: Int64) -> Bool {
            let rest = length - number * Int64(ChunkedEncryption.chunkLength)
            guard (0..<Int64(ChunkedEncryption.chunkLength)).contains(rest) else { return false }
            return matches(hash, at: chunk(number), length: rest + Int64(ChunkedEncryption.tagLength))
        }

        private func chunk(_ number: Int64) -> Int64 {
            Int64(header.encoded.count) + ChunkedEncryption.offset(ofChunk: number)
        }

        private func matches(_ hash: ChunkHash, at place: Int64, length: Int64) -> Bool {
            guard let bytes = bytes(at: place, length: length) else { return false }
            return (try? ChunkHash(of: bytes[...])) == hash
        }

        /// - Returns: Nil where there are fewer.
        private func bytes(at place: Int64, length: Int64) -> [UInt8]? {
            guard place >= 0, length >= 0, length <= 1 << 28, let file, (try? file.seek(toOffset: UInt64(place))) != nil else { return nil }
            guard length > 0 else { return [] }
            guard let data = try? file.read(upToCount: Int(length)), data.count == Int(length) else { return nil }
            return [UInt8](data)
        }
    }
}

extension Sidecar {
    /// Fragments that its end vouches for; nil where it has none.
    var claimed: Int? {
        switch state {
        case .open: nil
        case .closed: entries.count
        case .unterminated(let count): count
        }
    }
}
