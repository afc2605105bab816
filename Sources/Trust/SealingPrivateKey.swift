import Crypto

/// The P-256 key that opens what was sealed to its public half.
package struct SealingPrivateKey: Sendable, Concealed {
    let key: P256.KeyAgreement.PrivateKey

    /// A new one.
    package init() { key = .init() }

    /// - Parameter text: As of `text`.
    /// - Throws: `TrustError.malformed`.
    package init(text: String) throws(TrustError) {
        key = try KeyText.decode(text, length: 32, what: "private key for sealing") { try .init(rawRepresentation: $0) }
    }

    /// 43 characters of URL-safe Base64. Secret.
    package var text: String { Base64URL.encode(Array(key.rawRepresentation)) }

    /// The half that may be known.
    package var publicKey: SealingPublicKey { SealingPublicKey(key.publicKey) }

    package var description: String { "(private key to \(publicKey.text))" }
}
