import Base
import Crypto
private import Foundation
private import Protocol
private import Trust

/// By which a push service knows that a message is from whom the browser subscribed to: RFC 8292.
enum VapidToken {
    /// Seconds for which one is good: half of the day that the RFC allows, so that clocks may differ.
    private static let life: Int64 = 43_200

    /// The value of the field `Authorization`.
    /// - Parameters:
    ///   - audience: The push service's origin.
    ///   - contact: Where whoever runs this hub is reached: `mailto:` or `https://`.
    ///   - key: The installation's.
    /// - Throws: What kept it from signing.
    static func authorization(
        for audience: String, contact: String, at now: Timestamp, key: P256.Signing.PrivateKey
    ) throws -> String {
        var claims = Array("{\"aud\":".utf8)
        JSONText.append(audience, to: &claims)
        claims += Array(",\"exp\":\(now.microseconds / 1_000_000 + life),\"sub\":".utf8)
        JSONText.append(contact, to: &claims)
        claims.append(UInt8(ascii: "}"))
        let signed = Base64URL.encode(Array("{\"typ\":\"JWT\",\"alg\":\"ES256\"}".utf8)) + "." + Base64URL.encode(claims)
        let signature = Array(try key.signature(for: Data(signed.utf8)).rawRepresentation)
        return "vapid t=\(signed).\(Base64URL.encode(signature)), k=\(publicKey(key))"
    }

    /// The half that browsers and push services are told, as Base64.
    static func publicKey(_ key: P256.Signing.PrivateKey) -> String { Base64URL.encode(Array(key.publicKey.x963Representation)) }
}
