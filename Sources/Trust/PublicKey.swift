import Crypto
private import SwiftASN1
import X509

/// A P-256 public key that a certificate can be issued for: of a `KeyPair`, or of a `SigningRequest` from elsewhere.
package struct PublicKey: Sendable, Hashable {
    /// SHA-256 of the SubjectPublicKeyInfo in DER, as 64 hexadecimal digits.
    package let fingerprint: String
    let certified: Certificate.PublicKey

    init(_ key: P256.Signing.PublicKey) {
        certified = Certificate.PublicKey(key)
        fingerprint = Hexadecimal.fingerprint(Array(key.derRepresentation))
    }
}
