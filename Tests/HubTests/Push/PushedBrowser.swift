import Base
import Crypto
import Foundation
import Protocol
import Testing
import Trust

@testable import Hub

/// A browser that wants to be told: it has keys, and reads what is meant for it. Written from RFC 8291, section 3.4, and not from the hub's code.
struct PushedBrowser {
    let key: P256.KeyAgreement.PrivateKey
    let secret: [UInt8]

    init(key: P256.KeyAgreement.PrivateKey = .init(), secret: [UInt8] = RandomBytes.make(16)) {
        self.key = key
        self.secret = secret
    }

    var publicKey: [UInt8] { Array(key.publicKey.x963Representation) }

    /// What its `PushSubscription.toJSON()` has.
    func subscription(at endpoint: String) -> String {
        "{\"endpoint\":\"\(endpoint)\",\"expirationTime\":null,"
            + "\"keys\":{\"p256dh\":\"\(Base64URL.encode(publicKey))\",\"auth\":\"\(Base64URL.encode(secret))\"}}"
    }

    func subscription(_ low: UInt64, session: [UInt8], at endpoint: String) -> PushSubscription {
        PushSubscription(
            id: EventID(high: 0x0192_F6C2_0000_7003, low: low), session: session, endpoint: endpoint, publicKey: publicKey, secret: secret,
            label: "Firefox", createdAt: Timestamp(microseconds: Int64(low)))
    }

    /// The message in the body of a request.
    func open(_ body: [UInt8]) throws -> [UInt8] {
        try #require(body.count > 86 && body[16..<21] == [0, 0, 0x10, 0, 65])
        let (salt, sender, sealed) = (Array(body[..<16]), Array(body[21..<86]), Array(body[86...]))
        let shared = try key.sharedSecretFromKeyAgreement(with: P256.KeyAgreement.PublicKey(x963Representation: sender))
        let material = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: secret, sharedInfo: Array("WebPush: info\0".utf8) + publicKey + sender, outputByteCount: 32)
        func derive(_ purpose: String, _ length: Int) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: material, salt: salt, info: Array(purpose.utf8), outputByteCount: length)
        }
        let nonce = derive("Content-Encoding: nonce\0", 12).withUnsafeBytes { Array($0) }
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: nonce), ciphertext: Array(sealed.dropLast(16)), tag: Array(sealed.suffix(16)))
        let padded = Array(try AES.GCM.open(box, using: derive("Content-Encoding: aes128gcm\0", 16)))
        try #require(padded.last == 2)
        return Array(padded.dropLast())
    }
}

/// What a push service reads of the field `Authorization`, by RFC 8292.
struct VapidClaims {
    let audience: String
    let expires: Int64
    let contact: String
    /// The key that it was signed with, as text.
    let key: String

    /// Nil where it is malformed, or not signed by the key that it names.
    init?(_ field: String) {
        let parts = field.dropFirst("vapid ".count).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard field.hasPrefix("vapid "), let token = parts.first(where: { $0.hasPrefix("t=") })?.dropFirst(2),
            let key = parts.first(where: { $0.hasPrefix("k=") })?.dropFirst(2)
        else { return nil }
        let pieces = token.split(separator: ".")
        guard pieces.count == 3, let header = Base64URL.decode(pieces[0]), let text = Base64URL.decode(pieces[1]),
            let signature = Base64URL.decode(pieces[2]), let point = Base64URL.decode(key),
            let head = try? JSONObject(header), head.string("typ") == "JWT", head.string("alg") == "ES256",
            let verifying = try? P256.Signing.PublicKey(x963Representation: point),
            let signed = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            verifying.isValidSignature(signed, for: Data("\(pieces[0]).\(pieces[1])".utf8)),
            let claims = try? JSONObject(text), let audience = claims.string("aud"), let expires = claims.integer("exp"),
            let contact = claims.string("sub")
        else { return nil }
        self.audience = audience
        self.expires = expires
        self.contact = contact
        self.key = String(key)
    }
}
