import Crypto

/// The P-256 key to which something is sealed.
package struct SealingPublicKey: Sendable {
    let key: P256.KeyAgreement.PublicKey

    init(_ key: P256.KeyAgreement.PublicKey) { self.key = key }

    /// - Parameter text: As of `text`.
    /// - Throws: `TrustError.malformed`.
    package init(text: String) throws(TrustError) {
        key = try KeyText.decode(text, length: 33, what: "public key for sealing") { try .init(compressedRepresentation: $0) }
    }

    /// The compressed point (SEC 1, section 2.3.3) as 44 characters of URL-safe Base64.
    package var text: String { Base64URL.encode(Array(key.compressedRepresentation)) }

    /// SHA-256 of the compressed point, as 64 hexadecimal digits: a name for the key, for people and files.
    package var fingerprint: String { Hexadecimal.fingerprint(Array(key.compressedRepresentation)) }
}
