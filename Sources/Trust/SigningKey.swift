import Crypto

/// An Ed25519 key that signs text; see `SignedText`.
package struct SigningKey: Sendable, Concealed {
    let key: Curve25519.Signing.PrivateKey

    /// A new one.
    package init() { key = .init() }

    /// - Parameter text: As of `text`.
    /// - Throws: `TrustError.malformed`.
    package init(text: String) throws(TrustError) {
        key = try KeyText.decode(text, length: 32, what: "private key for signing") { try .init(rawRepresentation: $0) }
    }

    /// 43 characters of URL-safe Base64. Secret.
    package var text: String { Base64URL.encode(Array(key.rawRepresentation)) }

    /// The half that may be known.
    package var verifyingKey: VerifyingKey { VerifyingKey(key.publicKey) }

    package var description: String { "(private key to \(verifyingKey.text))" }
}
