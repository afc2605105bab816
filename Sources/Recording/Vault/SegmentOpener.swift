package import Trust

/// Reads an encrypted segment: any part of it, or all of it from the beginning. It does no reading of files itself; `read` is asked for
/// the bytes at some places of the file, and what it throws is passed on.
package struct SegmentOpener: Sendable {
    package typealias Read = (Range<Int64>) throws -> [UInt8]

    /// Chunks that are read at a time: 256 KiB, so that a long segment is never in memory as a whole.
    private static let batch: Int64 = 16

    package let header: SegmentHeader
    private let opener: ChunkOpener
    /// Bytes of header and preamble, behind which the chunks begin.
    package let headLength: Int64

    /// - Parameters:
    ///   - preamble: The 56 bytes behind the header.
    ///   - keys: Private keys, one of which the segment should be for.
    /// - Throws: `RecordingError`: `wrongKey` where it is for none of them, or header and preamble do not belong together; `notGenuine`
    ///   where the sealed key does not belong to the header; `truncated`, `malformed` for a preamble that is none.
    package init(header: SegmentHeader, preamble: [UInt8], keys: [SealingPrivateKey]) throws(RecordingError) {
        let key = try DataKey(opening: header.keys, with: keys, for: header.identity)
        opener = try ChunkOpener(key: key, context: header.encoded, preamble: preamble)
        self.header = header
        headLength = Int64(header.encoded.count + ChunkedEncryption.preambleLength)
    }

    /// Where a file of some length has its chunks, by its length alone: `plaintextLength` of it is proven by `checkEnd` only.
    /// - Throws: `RecordingError`, as of `ChunkLayout`.
    package func layout(fileLength: Int64, isUnterminated: Bool) throws(RecordingError) -> ChunkLayout {
        guard fileLength >= headLength else { throw RecordingError(.truncated, "the recording ends within its header") }
        return try ChunkLayout(length: fileLength - headLength, isUnterminated: isUnterminated)
    }

    /// Opens the last chunk, which nobody but the recorder can have made, and so proves the length of an ended segment.
    /// - Returns: Bytes of the whole plaintext.
    /// - Throws: `RecordingError`: `truncated`, `notGenuine`; and what `read` throws.
    package func checkEnd(fileLength: Int64, read: Read) throws -> Int64 {
        let layout = try layout(fileLength: fileLength, isUnterminated: false)
        var last: [UInt8] = []
        try open(layout.wholeChunks..<layout.chunks, of: layout, read: read, appendingTo: &last)
        return layout.plaintextLength
    }

    /// Some bytes of the plaintext.
    /// - Parameters:
    ///   - range: Places in the plaintext, in bytes.
    ///   - fileLength: Bytes of the whole file.
    ///   - isUnterminated: Whether the segment is known to have no end. Never take it from the file's own length: an end that was cut off
    ///     would go unnoticed.
    ///   - read: Gives the bytes at places in the file.
    /// - Throws: `RecordingError`: `truncated` where the segment has no end, or the range goes beyond it; `notGenuine` where a chunk in the
    ///   range is damaged; and what `read` throws.
    package func plaintext(of range: Range<Int64>, fileLength: Int64, isUnterminated: Bool = false, read: Read) throws -> [UInt8] {
        let layout = try layout(fileLength: fileLength, isUnterminated: isUnterminated)
        guard range.lowerBound >= 0, range.upperBound <= layout.plaintextLength else {
            throw RecordingError(.truncated, "the recording has \(layout.plaintextLength) bytes, and others were asked for")
        }
        let chunks = ChunkedEncryption.chunks(holding: range)
        var plaintext: [UInt8] = []
        try open(chunks, of: layout, read: read, appendingTo: &plaintext)
        let start = Int(range.lowerBound - chunks.lowerBound * Int64(ChunkedEncryption.chunkLength))
        return range.isEmpty ? [] : Array(plaintext[start..<(start + range.count)])
    }

    /// Opens whole chunks, for whoever keeps what of them is not wanted yet.
    /// - Parameters: As of `plaintext(of:fileLength:isUnterminated:read:)`. What was appended before it throws is genuine, but not all.
    /// - Throws: As `plaintext(of:fileLength:isUnterminated:read:)`.
    package func open(
        _ chunks: Range<Int64>, fileLength: Int64, isUnterminated: Bool, read: Read, appendingTo plaintext: inout some PlaintextTaker
    ) throws {
        let layout = try layout(fileLength: fileLength, isUnterminated: isUnterminated)
        guard chunks.lowerBound >= 0, chunks.upperBound <= layout.chunks else {
            throw RecordingError(.truncated, "the recording has \(layout.chunks) chunks, and others were asked for")
        }
        try open(chunks, of: layout, read: read, appendingTo: &plaintext)
    }

    /// The whole plaintext, a piece at a time. What was written before it throws is genuine, but not all.
    /// - Parameters: As of `plaintext(of:fileLength:isUnterminated:read:)`. `write` takes the pieces in their order.
    /// - Throws: `RecordingError`: `truncated`, `notGenuine`; and what `read` and `write` throw.
    package func decrypt(fileLength: Int64, isUnterminated: Bool = false, read: Read, write: ([UInt8]) throws -> Void) throws {
        let layout = try layout(fileLength: fileLength, isUnterminated: isUnterminated)
        var next: Int64 = 0
        while next < layout.chunks {
            let end = min(next + Self.batch, layout.chunks)
            var plaintext: [UInt8] = []
            try open(next..<end, of: layout, read: read, appendingTo: &plaintext)
            if !plaintext.isEmpty { try write(plaintext) }
            next = end
        }
    }

    private func open(
        _ chunks: Range<Int64>, of layout: ChunkLayout, read: Read, appendingTo plaintext: inout some PlaintextTaker
    ) throws {
        var next = chunks.lowerBound
        while next < chunks.upperBound {
            let end = min(next + Self.batch, chunks.upperBound)
            let length = (next..<end).reduce(0) { $0 + layout.sealedLength(of: $1) }
            let start = headLength + next * Int64(ChunkedEncryption.sealedChunkLength)
            let sealed = try read(start..<(start + Int64(length)))
            guard sealed.count == length else {
                throw RecordingError(.truncated, "\(sealed.count) bytes of the recording could be read where \(length) should be")
            }
            var rest = sealed[...]
            for chunk in next..<end {
                let piece = rest.prefix(layout.sealedLength(of: chunk))
                try opener.open(piece, number: chunk, isLast: layout.isLast(chunk), appendingTo: &plaintext)
                rest = rest.dropFirst(piece.count)
            }
            next = end
        }
    }
}
