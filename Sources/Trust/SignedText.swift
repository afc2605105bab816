private import Crypto

/// Bytes and an Ed25519 signature (RFC 8032) over a domain, a zero byte and the bytes. The domain says what they are, such as
/// `vigilar/config/v1`, so that what was signed as one thing cannot be passed off as another; it travels outside.
package struct SignedText: Sendable, Hashable {
    /// What is signed. Not to be believed before `verify` has returned.
    package let payload: [UInt8]
    /// 64 bytes.
    package let signature: [UInt8]

    /// Signs.
    /// - Parameter domain: 1–64 printable ASCII characters without spaces.
    /// - Throws: `TrustError.unusable` for another domain.
    package init(signing payload: [UInt8], domain: String, with key: SigningKey) throws(TrustError) {
        let message = try Self.message(payload, domain: domain)
        self.payload = payload
        signature = try TrustError.wrapping(.unusable, "the text could not be signed") { Array(try key.key.signature(for: message)) }
    }

    /// Something that arrived, whatever it is.
    package init(payload: [UInt8], signature: [UInt8]) {
        self.payload = payload
        self.signature = signature
    }

    /// Checks the signature.
    /// - Returns: The payload.
    /// - Throws: `TrustError`: `notGenuine` where the payload, the domain or the key is another one; `unusable` for a domain that
    ///   cannot be one.
    @discardableResult
    package func verify(domain: String, with key: VerifyingKey) throws(TrustError) -> [UInt8] {
        guard key.key.isValidSignature(signature, for: try Self.message(payload, domain: domain)) else {
            throw TrustError(.notGenuine, "the signature does not hold: the text was changed on the way, or is signed by another")
        }
        return payload
    }

    private static func message(_ payload: [UInt8], domain: String) throws(TrustError) -> [UInt8] {
        guard (1...64).contains(domain.utf8.count), domain.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw TrustError(.unusable, "the domain of a signature must be 1 to 64 printable ASCII characters without spaces")
        }
        return Array(domain.utf8) + [0] + payload
    }
}
