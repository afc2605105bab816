private import Crypto
private import Foundation

/// Opens the chunks of one message, in any order. It can be made for the right key, salt and context only.
package struct ChunkOpener: Sendable {
    private let keys: ChunkKeys

    /// - Parameters:
    ///   - context: As it was named to the `ChunkSealer`.
    ///   - preamble: Salt and commitment, 56 bytes.
    /// - Throws: `RecordingError`: `truncated` for a shorter preamble, `malformed` for a longer one; `wrongKey` where the key, the context
    ///   or the preamble is another message's. Which of them it is cannot be told.
    package init(key: DataKey, context: [UInt8], preamble: [UInt8]) throws(RecordingError) {
        guard preamble.count == ChunkedEncryption.preambleLength else {
            let code: RecordingError.Code = preamble.count < ChunkedEncryption.preambleLength ? .truncated : .malformed
            throw RecordingError(
                code, "\(preamble.count) bytes where a recording has \(ChunkedEncryption.preambleLength) before its first chunk")
        }
        keys = ChunkKeys(key, salt: Array(preamble[..<ChunkedEncryption.saltLength]), context: context)
        // In a time that tells nothing of where they differ.
        let difference = zip(keys.commitment, preamble[ChunkedEncryption.saltLength...]).reduce(0) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0 else {
            throw RecordingError(
                .wrongKey, "the recording does not belong to this key, or its header was changed or is another recording's")
        }
    }

    /// Opens a chunk and appends its plaintext to `plaintext`, which stays as it is where this throws.
    /// - Parameters:
    ///   - sealed: The whole chunk, with its tag.
    ///   - number: From 0.
    ///   - isLast: Whether the message ends with it.
    /// - Throws: `RecordingError`: `truncated` for a chunk that is too short, or a last one that is not short; `malformed` for one that is
    ///   too long; `exhausted` for a number that no chunk can have; `notGenuine` where it was changed, or is not this message's chunk of
    ///   that number.
    package func open(
        _ sealed: ArraySlice<UInt8>, number: Int64, isLast: Bool, appendingTo plaintext: inout some PlaintextTaker
    ) throws(RecordingError) {
        guard (0..<ChunkedEncryption.maximumChunks).contains(number) else {
            throw RecordingError(.exhausted, "no recording has a chunk \(number)")
        }
        try Self.check(length: sealed.count, number: number, isLast: isLast)
        do {
            let box = try AES.GCM.SealedBox(
                nonce: keys.nonce(ofChunk: number), ciphertext: sealed.dropLast(ChunkedEncryption.tagLength),
                tag: sealed.suffix(ChunkedEncryption.tagLength))
            plaintext.take(try AES.GCM.open(box, using: keys.key))
        } catch {
            throw RecordingError(.notGenuine, "chunk \(number) of the recording was damaged, changed or moved")
        }
    }

    private static func check(length: Int, number: Int64, isLast: Bool) throws(RecordingError) {
        let whole = ChunkedEncryption.sealedChunkLength
        guard length <= whole else {
            throw RecordingError(.malformed, "chunk \(number) of the recording has \(length) bytes, which are too many")
        }
        if isLast {
            guard (ChunkedEncryption.tagLength..<whole).contains(length) else {
                throw RecordingError(.truncated, "the recording has no end: it was cut short behind or within chunk \(number)")
            }
        } else {
            guard length == whole else { throw RecordingError(.truncated, "chunk \(number) of the recording is cut short") }
        }
    }
}
