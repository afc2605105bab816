/// The numbers of C2SP chunked encryption, version 1 (c2sp.org/chunked-encryption), in the instance that it calls Cobblestone-256: keys by
/// HKDF-Expand with SHA-512, chunks sealed with AES-256-GCM. A message is a salt, a commitment and the sealed chunks.
package enum ChunkedEncryption {
    /// Bytes of plaintext in every chunk but the last, which always has fewer, possibly none.
    package static let chunkLength = 16_384
    /// Bytes by which a sealed chunk is longer than its plaintext: the tag of AES-GCM.
    package static let tagLength = 16
    /// Bytes of every sealed chunk but the last.
    package static let sealedChunkLength = chunkLength + tagLength
    /// Bytes of the key that is put in.
    package static let keyLength = 32
    package static let saltLength = 24
    package static let commitmentLength = 32
    /// Bytes of salt and commitment, before the first chunk.
    package static let preambleLength = saltLength + commitmentLength
    /// Chunks that a message has at most.
    package static let maximumChunks: Int64 = 1 << 38

    /// The chunks in which some bytes of the plaintext lie.
    /// - Parameter range: Places in the plaintext, in bytes; not negative.
    package static func chunks(holding range: Range<Int64>) -> Range<Int64> {
        let length = Int64(chunkLength)
        let first = range.lowerBound / length
        // Not `upperBound + length - 1`, which could overflow.
        return range.isEmpty ? first..<first : first..<((range.upperBound - 1) / length + 1)
    }

    /// Where a chunk begins in the message, in bytes from the beginning of its salt.
    /// - Parameter number: From 0; beyond what a message can have, the end of the longest one is given.
    package static func offset(ofChunk number: Int64) -> Int64 {
        Int64(preambleLength) + min(max(number, 0), maximumChunks) * Int64(sealedChunkLength)
    }
}
