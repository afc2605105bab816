private import Crypto
private import Foundation

/// What tells a whole sealed chunk from a torn or decayed one for somebody who cannot open it, as the node that wrote it. It does not
/// protect against anybody who changes a chunk on purpose, for all can compute it: that a chunk is genuine, AES-GCM shows to whoever
/// opens it.
///
/// It is the AES-256-GMAC (NIST SP 800-38D, section 6.4) of the sealed chunk under a key and a nonce of zeros, 128 bits: as a check sum, a
/// polynomial over the whole chunk, which machines with an instruction for carry-less multiplication compute in about a quarter of the time
/// of SHA-256. It finds every change within 16 aligned bytes, and all but one in 2¹²⁸ of the changes that chance makes elsewhere.
package struct ChunkHash: Sendable, Hashable {
    /// Bytes of a hash.
    package static let length = 16

    private static let key = SymmetricKey(data: [UInt8](repeating: 0, count: 32))
    private static let nonce = Result { try AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)) }

    /// 16 of them.
    package let bytes: [UInt8]

    /// - Parameter bytes: As of `bytes`; nil for another number of them.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = Array(bytes)
    }

    /// The hash of a sealed chunk.
    /// - Throws: `RecordingError.unsupported` where the cipher fails, which no bytes are known to bring about.
    package init(of sealed: ArraySlice<UInt8>) throws(RecordingError) {
        do {
            bytes = Array(try AES.GCM.seal([UInt8](), using: Self.key, nonce: Self.nonce.get(), authenticating: sealed).tag)
        } catch {
            throw RecordingError(.unsupported, "a chunk's check sum cannot be computed on this machine")
        }
    }
}
