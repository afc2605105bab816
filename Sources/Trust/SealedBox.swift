private import Crypto
private import Foundation

/// Secrets on their way through hands that must not read them: HPKE (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256
/// and AES-256-GCM. It does not say who sealed: whoever needs to know signs as well. Not X25519: swift-crypto leaves out the check of
/// the shared secret that RFC 9180, section 7.1.4, demands there; on P-256 a wrong point is refused when it is read.
///
/// A box is the version byte 1, the encapsulated key of 65 bytes, and the ciphertext with its tag of 16 bytes.
package enum SealedBox {
    private static let version: UInt8 = 1
    private static let keyLength = 65
    private static let tagLength = 16
    private static let suite = HPKE.Ciphersuite(kem: .P256_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)

    /// Bytes by which a box is longer than what is in it.
    package static let overhead = 1 + keyLength + tagLength

    /// Seals something, differently each time.
    /// - Parameter context: What it is for. Both sides must name the same, so that a box cannot be passed off as another; it is not in
    ///   the box.
    /// - Throws: `TrustError.unusable` where the cipher fails, which no key or text is known to bring about.
    package static func seal(_ plaintext: [UInt8], to key: SealingPublicKey, context: [UInt8]) throws(TrustError) -> [UInt8] {
        try TrustError.wrapping(.unusable, "nothing can be sealed to this public key: let its owner make a new one") {
            var sender = try HPKE.Sender(recipientKey: key.key, ciphersuite: suite, info: Data(context))
            let ciphertext = try sender.seal(plaintext)
            return [version] + sender.encapsulatedKey + ciphertext
        }
    }

    /// Opens a box.
    /// - Parameter context: As in `seal`.
    /// - Throws: `TrustError`: `malformed` for what is too short or of another version; `notGenuine` where the key or the context is
    ///   another one, or a bit was changed. Which of them it was cannot be told.
    package static func open(_ box: [UInt8], with key: SealingPrivateKey, context: [UInt8]) throws(TrustError) -> [UInt8] {
        guard box.count >= overhead else { throw TrustError(.malformed, "the sealed data is cut short: send it again") }
        guard box[0] == version else {
            throw TrustError(.malformed, "the sealed data is of version \(box[0]), and this program opens version \(version): update it")
        }
        return try TrustError.wrapping(
            .notGenuine, "the sealed data cannot be opened: it is for another key or purpose, or was changed on the way"
        ) {
            var recipient = try HPKE.Recipient(
                privateKey: key.key, ciphersuite: suite, info: Data(context), encapsulatedKey: Data(box[1...keyLength]))
            return Array(try recipient.open(Data(box[(1 + keyLength)...])))
        }
    }
}
