import Crypto
private import Foundation
import Trust

/// What one message is sealed with, derived from its key, salt and context.
struct ChunkKeys: Sendable, Concealed {
    let key: SymmetricKey
    private let baseNonce: [UInt8]
    /// 32 bytes that stand in the message: they show that key, salt and context are the right ones before anything is opened.
    let commitment: [UInt8]

    /// - Parameter salt: 24 bytes.
    init(_ dataKey: DataKey, salt: [UInt8], context: [UInt8]) {
        let label = Array("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0".utf8)
        let bytes = Self.expand(dataKey.bytes, info: label + salt + context)
        key = SymmetricKey(data: bytes[..<32])
        baseNonce = Array(bytes[32..<44])
        commitment = Array(bytes[44..<76])
    }

    /// The base nonce XOR the chunk's number, big-endian.
    /// - Throws: What the library throws for a nonce of another length, which cannot be.
    func nonce(ofChunk number: Int64) throws -> AES.GCM.Nonce {
        var nonce = baseNonce
        for place in 0..<8 { nonce[11 - place] ^= UInt8(truncatingIfNeeded: number >> Int64(8 * place)) }
        return try AES.GCM.Nonce(data: nonce)
    }

    /// The first 128 bytes of HKDF-Expand with SHA-512 (RFC 5869, section 2.3), which are its first two blocks. The library's own gives
    /// its result as a `SymmetricKey`, whose bytes are to be had through an unsafe pointer only.
    private static func expand(_ key: [UInt8], info: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        let first = Array(HMAC<SHA512>.authenticationCode(for: info + [1], using: key))
        return first + HMAC<SHA512>.authenticationCode(for: first + info + [2], using: key)
    }

    var description: String { "(keys of a recording)" }
}
