/// Which chunks a message of some length consists of. Only the last chunk proves that the length is the true one.
package struct ChunkLayout: Sendable, Hashable {
    /// Chunks of full length, before the last one.
    package let wholeChunks: Int64
    /// Bytes of plaintext in the last chunk; nil where there is none, in an unterminated message.
    package let lastLength: Int?

    /// - Parameters:
    ///   - length: Bytes of the message behind its preamble.
    ///   - isUnterminated: Whether it is known to have no end. What follows its last whole chunk is left aside then.
    /// - Throws: `RecordingError`: `truncated` where the end is missing; `exhausted` for more chunks than a message can have.
    package init(length: Int64, isUnterminated: Bool) throws(RecordingError) {
        let sealed = Int64(ChunkedEncryption.sealedChunkLength)
        guard length >= 0 else { throw RecordingError(.truncated, "the recording ends within its header") }
        let (whole, rest) = length.quotientAndRemainder(dividingBy: sealed)
        guard whole < ChunkedEncryption.maximumChunks else { throw RecordingError(.exhausted, "the recording is longer than one can be") }
        wholeChunks = whole
        if isUnterminated {
            lastLength = nil
        } else {
            guard rest >= ChunkedEncryption.tagLength else {
                throw RecordingError(.truncated, "the recording has no end: it was cut short, or is marked as ended though it is not")
            }
            lastLength = Int(rest) - ChunkedEncryption.tagLength
        }
    }

    /// All chunks, the last one included.
    package var chunks: Int64 { wholeChunks + (lastLength == nil ? 0 : 1) }

    /// Bytes of the whole plaintext.
    package var plaintextLength: Int64 { wholeChunks * Int64(ChunkedEncryption.chunkLength) + Int64(lastLength ?? 0) }

    /// Whether the message ends with this chunk.
    func isLast(_ chunk: Int64) -> Bool { lastLength != nil && chunk == wholeChunks }

    /// Bytes of a chunk, sealed.
    func sealedLength(of chunk: Int64) -> Int {
        isLast(chunk) ? (lastLength ?? 0) + ChunkedEncryption.tagLength : ChunkedEncryption.sealedChunkLength
    }
}
