import Crypto
private import SwiftASN1
private import X509

/// The P-256 key pair of a server, a node or an authority. Its private half stays with whoever made it; `privateKeyPEM` is for the file
/// that only its owner may read.
package struct KeyPair: Sendable, Concealed {
    let privateKey: P256.Signing.PrivateKey
    /// The half that may be known.
    package let publicKey: PublicKey

    /// A new one.
    package init() { self.init(P256.Signing.PrivateKey()) }

    /// Reads a private key from PEM, in PKCS #8 (`BEGIN PRIVATE KEY`) or SEC 1 (`BEGIN EC PRIVATE KEY`).
    /// - Throws: `TrustError.malformed` for anything else, keys on other curves and encrypted keys included.
    package init(privateKeyPEM: String) throws(TrustError) {
        guard privateKeyPEM.utf8.count <= 8 << 10 else {
            throw TrustError(.malformed, "the private key is longer than 8192 bytes: it is not one")
        }
        self.init(
            try TrustError.wrapping(
                .malformed, "the private key is not a P-256 key in PEM: it must begin with -----BEGIN PRIVATE KEY----- and not be encrypted"
            ) { try P256.Signing.PrivateKey(pemRepresentation: privateKeyPEM) })
    }

    private init(_ key: P256.Signing.PrivateKey) {
        privateKey = key
        publicKey = PublicKey(key.publicKey)
    }

    /// PKCS #8 in PEM. Secret.
    package var privateKeyPEM: String { privateKey.pemRepresentation + "\n" }

    /// A certificate signing request (PKCS #10, RFC 2986) in PEM.
    /// - Parameter name: 1–64 characters. For people only: whoever issues the certificate chooses the name in it.
    /// - Throws: `TrustError.unusable` for another name.
    package func signingRequest(name: String) throws(TrustError) -> String {
        let subject = try CertificateNames.subject(name)
        return try TrustError.wrapping(.unusable, "the signing request could not be made") {
            let request = try CertificateSigningRequest(
                version: .v1, subject: subject, privateKey: Certificate.PrivateKey(privateKey), attributes: .init(),
                signatureAlgorithm: .ecdsaWithSHA256)
            var coder = DER.Serializer()
            try coder.serialize(request)
            return PEM.encode(CertificateSigningRequest.defaultPEMDiscriminator, coder.serializedBytes)
        }
    }

    package var description: String { "(key pair \(publicKey.fingerprint))" }
}
