import Crypto

/// The public half of a `SigningKey`.
package struct VerifyingKey: Sendable {
    let key: Curve25519.Signing.PublicKey

    init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

    /// - Parameter text: As of `text`.
    /// - Throws: `TrustError.malformed`.
    package init(text: String) throws(TrustError) {
        key = try KeyText.decode(text, length: 32, what: "public key for signatures") { try .init(rawRepresentation: $0) }
    }

    /// 43 characters of URL-safe Base64.
    package var text: String { Base64URL.encode(Array(key.rawRepresentation)) }

    /// SHA-256 of the key's 32 bytes, as 64 hexadecimal digits.
    package var fingerprint: String { Hexadecimal.fingerprint(Array(key.rawRepresentation)) }
}
