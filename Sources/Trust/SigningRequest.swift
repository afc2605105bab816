private import Crypto
private import SwiftASN1
private import X509

/// A certificate signing request from elsewhere, whose sender has shown that it holds the private key. Nothing else that it says is
/// believed, so nothing else is kept.
package struct SigningRequest: Sendable, Hashable {
    /// The longest text that is read, in bytes; one of a P-256 key has some 400.
    package static let limit = 8 << 10

    /// The key to issue a certificate for.
    package let publicKey: PublicKey

    /// SHA-256 of the SubjectPublicKeyInfo in DER, as 64 hexadecimal digits.
    package var publicKeyFingerprint: String { publicKey.fingerprint }

    /// Reads a request (PKCS #10) and checks its own signature.
    /// - Throws: `TrustError`: `malformed`, `unsupported` for another key than P-256 with SHA-256, `notGenuine` where the signature is
    ///   not by that key.
    package init(pem: String) throws(TrustError) {
        let der = try PEM.decode(
            pem, type: CertificateSigningRequest.defaultPEMDiscriminator, what: "signing request", limit: Self.limit)
        let request = try TrustError.wrapping(.malformed, "the signing request cannot be read: make a new one") {
            try CertificateSigningRequest(derEncoded: der)
        }
        guard let key = P256.Signing.PublicKey(request.publicKey), request.signatureAlgorithm == .ecdsaWithSHA256,
            let document = SignedDocument(der: der)
        else { throw TrustError(.unsupported, "the signing request must be of a P-256 key and signed with ECDSA and SHA-256") }
        guard document.isSigned(by: key) else {
            throw TrustError(.notGenuine, "the signing request is not signed by its own key: it was changed on the way, make a new one")
        }
        publicKey = PublicKey(key)
    }
}
