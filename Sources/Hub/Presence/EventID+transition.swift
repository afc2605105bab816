private import Crypto
private import Foundation
package import Protocol

extension EventID {
    /// A UUIDv8 (RFC 9562, section 5.8) from the SHA-256 of what happened: replicas that see the same thing give it the same id.
    ///
    /// - Parameters:
    ///   - subject: What it happened to. A node's name, or `node/epoch`; neither part holds a slash or a zero byte.
    ///   - transition: How often something has happened to the subject, this time included.
    package init(subject: String, transition: Int64) {
        let digest = SHA256.hash(data: Data("vigilar/presence\0\(subject)\0\(transition)".utf8))
        let bytes = Array(digest.prefix(16))
        func half(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(
            high: half(bytes[0..<8]) & ~0xF000 | 0x8000,
            low: half(bytes[8..<16]) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }
}
