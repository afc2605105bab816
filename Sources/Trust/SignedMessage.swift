/// A signed JSON text as it travels: `{"signed":TEXT,"signature":…}`. The text is carried as a string, so that what was signed is read byte
/// by byte as it was, whoever parses what is around it.
package struct SignedMessage: Sendable, Hashable, Codable {
    /// What is signed. Not to be believed before `open` has returned.
    package let signed: String
    /// 86 characters of URL-safe Base64.
    package let signature: String

    /// Signs a text.
    /// - Parameter domain: As of `SignedText`.
    /// - Throws: `TrustError.unusable`.
    package init(signing text: String, domain: String, with key: SigningKey) throws(TrustError) {
        let signature = try SignedText(signing: Array(text.utf8), domain: domain, with: key).signature
        signed = text
        self.signature = Base64URL.encode(signature)
    }

    /// Something that arrived, whatever it is.
    package init(signed: String, signature: String) {
        self.signed = signed
        self.signature = signature
    }

    /// Checks the signature.
    /// - Returns: The bytes of the text.
    /// - Throws: `TrustError`: `malformed` for a signature that is none, else as of `SignedText`.
    package func open(domain: String, with key: VerifyingKey) throws(TrustError) -> [UInt8] {
        guard let signature = Base64URL.decode(signature) else {
            throw TrustError(.malformed, "the signature is no URL-safe Base64")
        }
        return try SignedText(payload: Array(signed.utf8), signature: signature).verify(domain: domain, with: key)
    }
}
