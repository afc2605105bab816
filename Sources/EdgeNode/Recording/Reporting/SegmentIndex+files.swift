import Foundation
import Recording

extension SegmentIndex {
    /// What of a segment counts, as its files say. They may be written meanwhile.
    /// - Throws: `RecordingError`: `io` for a file that is not there or cannot be read, `malformed` for one that is none, `notGenuine` where
    ///   the two do not belong together.
    init(of row: SegmentRow, in folder: String) throws(RecordingError) {
        guard let text = FileManager.default.contents(atPath: "\(folder)/\(row.sidecar)") else {
            throw RecordingError(.io, "the segment's sidecar cannot be read")
        }
        guard let sidecar = SegmentFinding.sidecar([UInt8](text)), let header = SegmentFinding.header(sidecar.head) else {
            throw RecordingError(.malformed, "the segment's sidecar is none")
        }
        guard header.identity.segment == row.id, header.isEncrypted == row.isEncrypted else {
            throw RecordingError(.notGenuine, "the sidecar is another segment's")
        }
        // After the sidecar: what it names is there by then.
        guard let file = FileHandle(forReadingAtPath: "\(folder)/\(row.file)") else {
            throw RecordingError(.io, "the segment's file cannot be read")
        }
        defer { try? file.close() }
        var preamble: [UInt8] = []
        let head = header.encoded.count
        if header.isEncrypted {
            guard let bytes = try? file.read(upToCount: head + ChunkedEncryption.preambleLength),
                bytes.count == head + ChunkedEncryption.preambleLength
            else { throw RecordingError(.truncated, "the segment's file ends within its head") }
            guard bytes.starts(with: header.encoded) else { throw RecordingError(.notGenuine, "the file is another segment's") }
            preamble = [UInt8](bytes.dropFirst(head))
        }
        let fragments = sidecar.counting(isEncrypted: header.isEncrypted).map(\.fragment)
        let end = fragments.last?.end ?? 0
        let length: Int64
        if case .closed = sidecar.state {
            guard let bytes = try? file.seekToEnd() else { throw RecordingError(.io, "the segment's file cannot be read") }
            length = Int64(clamping: bytes)
        } else if header.isEncrypted {
            length = Int64(head) + ChunkedEncryption.offset(ofChunk: ChunkedEncryption.chunks(holding: 0..<end).upperBound)
        } else {
            length = end
        }
        self.init(header: header, preamble: preamble, state: State(sidecar.state), fileLength: length, fragments: fragments)
    }
}

extension SegmentIndex.State {
    init(_ state: Sidecar.State) {
        switch state {
        case .open: self = .open
        case .closed: self = .closed
        case .unterminated: self = .unterminated
        }
    }
}

extension Sidecar {
    /// The fragments that count: those that its end vouches for, or where it has none, those whose chunks it names, all of them.
    func counting(isEncrypted: Bool) -> ArraySlice<Entry> {
        switch state {
        case .closed: return entries[...]
        case .unterminated(let count): return entries.prefix(count)
        case .open:
            guard isEncrypted else { return entries[...] }
            let chunks = entries.reduce(0) { $0 + Int64($1.hashes.count) }
            return entries.prefix { $0.fragment.end <= chunks * Int64(ChunkedEncryption.chunkLength) }
        }
    }
}
