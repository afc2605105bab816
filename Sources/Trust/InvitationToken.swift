private import Crypto

/// What a person carries from the hub to a new node: a secret that the hub knows by its hash, and the fingerprint of the authority that
/// the node is to trust, so that the first connection needs no trust in the network.
///
/// The text is `vgi1_` and 70 characters of URL-safe Base64: 16 secret bytes, 32 of the fingerprint, 4 of a checksum that tells a typing
/// error from a wrong invitation.
package struct InvitationToken: Sendable, Concealed {
    /// 75 characters. Secret until it is used.
    package let text: String
    /// SHA-256 of the secret bytes: all that the hub keeps.
    package let secretHash: [UInt8]
    /// SHA-256 of the authority's certificate, as in `CertificateAuthority.fingerprint`.
    package let authorityFingerprint: String

    private static let prefix = "vgi1_"
    private static let secretLength = 16
    private static let fingerprintLength = 32
    private static let checksumLength = 4
    private static let textLength = 75

    /// A new one.
    /// - Parameter authorityFingerprint: 64 hexadecimal digits.
    /// - Throws: `TrustError.unusable` for anything else.
    package init(authorityFingerprint: String) throws(TrustError) {
        guard let fingerprint = Hexadecimal.decode(authorityFingerprint), fingerprint.count == Self.fingerprintLength else {
            throw TrustError(.unusable, "the authority's fingerprint must be 64 hexadecimal digits")
        }
        self.init(content: RandomBytes.make(16) + fingerprint)
    }

    /// Reads what a person typed or pasted; white space around it does not matter.
    /// - Throws: `TrustError.malformed`, whose message says what is wrong and holds nothing of the text.
    package init(text: String) throws(TrustError) {
        guard text.utf8.count <= 1024 else {
            throw TrustError(.malformed, "this is much longer than an invitation: copy the invitation alone")
        }
        let trimmed = text.drop { $0.isWhitespace }
        let text = trimmed.prefix { !$0.isWhitespace }
        guard trimmed[text.endIndex...].allSatisfy(\.isWhitespace) else {
            throw TrustError(.malformed, "the invitation has a space or a line break in it: copy it as one word")
        }
        guard text.hasPrefix(Self.prefix) else {
            throw TrustError(.malformed, "this is not an invitation: one begins with \(Self.prefix)")
        }
        guard text.utf8.count == Self.textLength else {
            let fault = text.utf8.count < Self.textLength ? "cut short" : "too long"
            throw TrustError(
                .malformed, "the invitation is \(fault): it has \(text.utf8.count) of \(Self.textLength) characters, copy it again")
        }
        guard let bytes = Base64URL.decode(text.dropFirst(Self.prefix.utf8.count)) else {
            throw TrustError(.malformed, "the invitation is mistyped: copy it again")
        }
        let content = Array(bytes.dropLast(Self.checksumLength))
        guard Self.checksum(content) == Array(bytes.suffix(Self.checksumLength)) else {
            throw TrustError(.malformed, "the invitation is mistyped: copy it again")
        }
        self.init(content: content)
    }

    private init(content: [UInt8]) {
        text = Self.prefix + Base64URL.encode(content + Self.checksum(content))
        secretHash = Array(SHA256.hash(data: content.prefix(Self.secretLength)))
        authorityFingerprint = Hexadecimal.encode(content.dropFirst(Self.secretLength))
    }

    private static func checksum(_ content: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: content).prefix(checksumLength)) }

    package var description: String { "(invitation)" }
}
