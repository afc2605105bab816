private import Crypto
private import Foundation
private import Trust

/// Seals one message from its beginning to its end. It cannot be copied, wound back or made for a salt that was used before, so that no
/// chunk number is ever sealed twice under the same keys, which would give both plaintexts away.
package struct ChunkSealer: ~Copyable, Sendable {
    private let keys: ChunkKeys
    private let salt: [UInt8]
    private var pending: [UInt8] = []
    /// The number of the next chunk; nil behind the last one, and where something failed.
    private var next: Int64? = 0

    /// - Parameters:
    ///   - key: The message's key.
    ///   - context: What belongs to the message without standing in it; whoever opens it must name the same.
    package init(key: DataKey, context: [UInt8]) {
        self.init(key: key, context: context, knownSalt: RandomBytes.make(ChunkedEncryption.saltLength))
    }

    /// - Parameter knownSalt: 24 bytes, for known answers in tests. Never the same twice for one key.
    init(key: DataKey, context: [UInt8], knownSalt: [UInt8]) {
        salt = knownSalt
        keys = ChunkKeys(key, salt: knownSalt, context: context)
        pending.reserveCapacity(ChunkedEncryption.chunkLength)
    }

    /// Salt and commitment, 56 bytes, that stand before the first chunk.
    package var preamble: [UInt8] { salt + keys.commitment }

    /// The commitment, 32 bytes.
    package var commitment: [UInt8] { keys.commitment }

    /// Bytes of plaintext that wait for their chunk to be full; less than a chunk's.
    package var pendingCount: Int { pending.count }

    /// Bytes of plaintext after which nothing would wait: from 1 to a chunk's.
    package var room: Int { ChunkedEncryption.chunkLength - pending.count }

    /// Takes plaintext, and adds the chunks that it fills to `chunks`.
    /// - Throws: `RecordingError.exhausted` behind the end.
    package mutating func append(_ plaintext: [UInt8], to chunks: inout SealedChunks) throws(RecordingError) {
        guard next != nil else { throw Self.exhausted }
        var rest = plaintext[...]
        if !pending.isEmpty {
            let taken = rest.prefix(room)
            pending += taken
            rest = rest.dropFirst(taken.count)
            guard pending.count == ChunkedEncryption.chunkLength else { return }
            try seal(pending[...], to: &chunks)
            pending.removeAll(keepingCapacity: true)
        }
        while rest.count >= ChunkedEncryption.chunkLength {
            try seal(rest.prefix(ChunkedEncryption.chunkLength), to: &chunks)
            rest = rest.dropFirst(ChunkedEncryption.chunkLength)
        }
        pending += rest
    }

    /// Seals what waits as the last chunk, which may be empty and is always shorter than the others: that is how the end is known.
    /// - Throws: `RecordingError.exhausted` the second time.
    package mutating func finish(to chunks: inout SealedChunks) throws(RecordingError) {
        try seal(pending[...], to: &chunks)
        pending = []
        next = nil
    }

    private mutating func seal(_ plaintext: ArraySlice<UInt8>, to chunks: inout SealedChunks) throws(RecordingError) {
        guard let number = next, number < ChunkedEncryption.maximumChunks else { throw Self.exhausted }
        // Nothing may be sealed after a failure: what of this chunk came out before it is unknown.
        next = nil
        let start = chunks.bytes.count
        do {
            let box = try AES.GCM.seal(plaintext, using: keys.key, nonce: keys.nonce(ofChunk: number))
            // In one piece, which is faster than ciphertext and tag apart; a nonce of 12 bytes stands before them.
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            chunks.bytes.append(contentsOf: combined.dropFirst(12))
        } catch {
            throw RecordingError(.unsupported, "a chunk of the recording cannot be sealed on this machine")
        }
        chunks.hashes.append(try ChunkHash(of: chunks.bytes[start...]))
        next = number + 1
    }

    private static let exhausted = RecordingError(.exhausted, "nothing more can be sealed in this segment: begin a new one")
}
