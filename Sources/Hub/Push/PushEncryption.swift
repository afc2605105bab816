import Crypto
private import Foundation
private import Trust

/// Encrypts a message to one browser: RFC 8291, in one record of RFC 8188 (`aes128gcm`).
enum PushEncryption {
    /// Bytes of the longest message: of a body of 4096, which every push service takes, without its header, the delimiter and the tag.
    static let longest = 4096 - headerLength - 17
    /// Bytes of a browser's public key: an uncompressed point on P-256.
    private static let keyLength = 65
    /// Bytes of a browser's authentication secret.
    private static let secretLength = 16
    private static let saltLength = 16
    private static let headerLength = saltLength + 4 + 1 + keyLength

    /// Whether something can be encrypted to a browser that has these.
    static func isUsable(publicKey: [UInt8], secret: [UInt8]) -> Bool {
        publicKey.count == keyLength && secret.count == secretLength
            && (try? P256.KeyAgreement.PublicKey(x963Representation: publicKey)) != nil
    }

    /// The body of a request to the push service.
    /// - Parameters:
    ///   - publicKey: The browser's, `p256dh`.
    ///   - secret: The browser's, `auth`.
    ///   - key: Of this message alone; the vectors of the RFC have one of their own.
    ///   - salt: 16 bytes, of this message alone.
    /// - Throws: `PushError`: `keys`, `tooLong`.
    static func seal(
        _ message: [UInt8], publicKey: [UInt8], secret: [UInt8], from key: P256.KeyAgreement.PrivateKey = .init(),
        salt: [UInt8] = RandomBytes.make(16)
    ) throws(PushError) -> [UInt8] {
        guard message.count <= longest else { throw PushError(.tooLong, "The message has more than \(longest) bytes.") }
        do {
            let recipient = try P256.KeyAgreement.PublicKey(x963Representation: publicKey)
            let sender = Array(key.publicKey.x963Representation)
            let shared = try key.sharedSecretFromKeyAgreement(with: recipient)
            let information = Array("WebPush: info\0".utf8) + publicKey + sender
            let material = shared.hkdfDerivedSymmetricKey(using: SHA256.self, salt: secret, sharedInfo: information, outputByteCount: 32)
            let content = derive(material, salt, "Content-Encoding: aes128gcm\0", 16)
            let nonce = derive(material, salt, "Content-Encoding: nonce\0", 12)
            let nonceBytes: [UInt8] = unsafe nonce.withUnsafeBytes { unsafe Array($0) }
            // 2 ends the last record, which is the only one: its number, 0, changes nothing of the nonce.
            let sealed = try AES.GCM.seal(message + [2], using: content, nonce: AES.GCM.Nonce(data: nonceBytes))
            var out = salt
            out += [0, 0, 0x10, 0, UInt8(keyLength)]
            out += sender
            out += Array(sealed.ciphertext)
            out += Array(sealed.tag)
            return out
        } catch {
            throw PushError(.keys, "The browser's keys cannot be used: turn notifications off and on again there.")
        }
    }

    private static func derive(_ material: SymmetricKey, _ salt: [UInt8], _ purpose: String, _ length: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: material, salt: salt, info: Array(purpose.utf8), outputByteCount: length)
    }
}
