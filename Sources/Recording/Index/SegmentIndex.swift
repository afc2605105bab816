package import Base

/// What a node tells its hub of a segment, so that the hub can make a playable file of it without having it: its header and its fragments.
///
/// Bytes: version 1, state, the file's length, the header behind its length, the preamble where keys are in the header, the number of fragments, and these as `FragmentCodec` writes
/// them, about two bytes a picture. Numbers are variable-length (`ByteWriter`).
package struct SegmentIndex: Sendable, Hashable {
    package enum State: UInt8, Sendable, Hashable {
        /// Being written: more fragments come.
        case open = 0
        case closed = 1
        /// Its writer was cut off: it has no short last chunk.
        case unterminated = 2
    }

    package var header: SegmentHeader
    /// The 56 bytes behind the header in an encrypted segment's file; empty for a plain one.
    package var preamble: [UInt8]
    package var state: State
    /// Bytes of the segment's file that count: those of a segment without end are whole chunks.
    package var fileLength: Int64
    /// Those that count, from the first on.
    package var fragments: [FragmentRecord]

    /// Bytes that an encoded index can have: a day of pictures in one segment would have less.
    package static let maximumLength = 8 << 20
    private static let version: UInt8 = 1
    private static let maximumFragments: Int64 = 1 << 20

    package init(header: SegmentHeader, preamble: [UInt8], state: State, fileLength: Int64, fragments: [FragmentRecord]) {
        self.header = header
        self.preamble = preamble
        self.state = state
        self.fileLength = fileLength
        self.fragments = fragments
    }

    /// When what is recorded ends; its start where nothing is.
    package var end: Timestamp { fragments.last?.wallEnd ?? header.start }

    package var encoded: [UInt8] {
        var out = [Self.version, state.rawValue]
        ByteWriter.append(fileLength, to: &out)
        ByteWriter.append(Int64(header.encoded.count), to: &out)
        out += header.encoded + preamble
        ByteWriter.append(Int64(fragments.count), to: &out)
        var codec = FragmentCodec(start: header.start)
        for fragment in fragments { codec.encode(fragment, to: &out) }
        return out
    }

    /// - Throws: `RecordingError`: `unsupported` for another version, `malformed` for anything else that is none.
    package init(encoded: [UInt8]) throws(RecordingError) {
        func malformed(_ what: String) -> RecordingError { RecordingError(.malformed, "a segment's index is not sound: \(what)") }
        var reader = ByteReader(encoded[...])
        guard encoded.count <= Self.maximumLength else { throw malformed("it is too long") }
        guard let version = reader.byte() else { throw malformed("it is empty") }
        guard version == Self.version else { throw RecordingError(.unsupported, "a segment's index has another version: update the hub") }
        guard let state = reader.byte().flatMap(State.init), let fileLength = reader.number(), let length = reader.number(),
            length <= SegmentHeader.maximumEncodedLength, let bytes = reader.take(Int(length)),
            case .header(let header) = try SegmentHeader.parse(Array(bytes)), header.encoded.count == bytes.count
        else { throw malformed("it has no header") }
        guard let preamble = reader.take(header.isEncrypted ? ChunkedEncryption.preambleLength : 0) else {
            throw malformed("it has no preamble")
        }
        guard let count = reader.number(), count <= Self.maximumFragments else { throw malformed("it has no fragments") }
        var codec = FragmentCodec(start: header.start)
        var fragments: [FragmentRecord] = []
        for _ in 0..<count {
            guard let fragment = codec.decode(&reader) else { throw malformed("a fragment cannot be read") }
            fragments.append(fragment)
        }
        guard reader.isAtEnd else { throw malformed("something follows its last fragment") }
        self.init(header: header, preamble: Array(preamble), state: state, fileLength: fileLength, fragments: fragments)
    }
}
