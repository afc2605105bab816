package import Base
private import Crypto
import X509

/// The authority of one installation: it certifies hubs and nodes, and nothing else trusts it. ECDSA on P-256, one level, no
/// intermediates. Whoever holds its private key is every node and every hub.
package struct CertificateAuthority: Sendable, Concealed {
    /// What its own certificate says.
    package let facts: CertificateFacts
    let keyPair: KeyPair
    let keyIdentifier: SubjectKeyIdentifier

    /// Days that an authority lasts: ten years.
    package static let days = 3652

    /// Makes an authority.
    /// - Parameter name: 1–64 characters; shown by programs that list certificates.
    /// - Throws: `TrustError.unusable` for another name, or where the clock is far off.
    package static func make(name: String, now: Timestamp) throws(TrustError) -> CertificateAuthority {
        let subject = try CertificateNames.subject(name)
        let validity = try Validity(now: now, days: days)
        let keyPair = KeyPair()
        let facts = try CertificateFacts(
            der: try certificate(
                for: keyPair.publicKey, subject: subject, validity: validity, issuer: subject, signedBy: keyPair.privateKey
            ) {
                try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(hash: keyPair.publicKey.certified)
                }
            }.der)
        return try CertificateAuthority(facts: facts, keyPair: keyPair)
    }

    /// Reads an authority back from its two files.
    /// - Throws: `TrustError`: `malformed`; `mismatched` where the key is not the certificate's; `unusable` where the certificate is no
    ///   authority's; `notGenuine` where it is not signed by itself.
    package init(certificatePEM: String, privateKeyPEM: String) throws(TrustError) {
        try self.init(facts: try CertificateFacts(pem: certificatePEM), keyPair: try KeyPair(privateKeyPEM: privateKeyPEM))
    }

    private init(facts: CertificateFacts, keyPair: KeyPair) throws(TrustError) {
        guard facts.publicKeyFingerprint == keyPair.publicKey.fingerprint else {
            throw TrustError(
                .mismatched, "the authority's certificate and its private key do not belong together: restore both from one backup")
        }
        let extensions = facts.certificate.extensions
        guard case .isCertificateAuthority = try? extensions.basicConstraints, let usage = try? extensions.keyUsage, usage.keyCertSign,
            usage.cRLSign, let keyIdentifier = try? extensions.subjectKeyIdentifier
        else {
            throw TrustError(
                .unusable, "the authority's certificate is not an authority's: it must allow signing certificates and revocation lists")
        }
        guard facts.certificate.issuer == facts.certificate.subject,
            SignedDocument(der: facts.der)?.isSigned(by: keyPair.privateKey.publicKey) == true
        else {
            throw TrustError(.notGenuine, "the authority's certificate is damaged or signed by another: restore it from a backup")
        }
        self.facts = facts
        self.keyPair = keyPair
        self.keyIdentifier = keyIdentifier
    }

    /// The certificate, which everybody may know.
    package var certificatePEM: String { facts.pem }

    /// PKCS #8 in PEM. Secret.
    package var privateKeyPEM: String { keyPair.privateKeyPEM }

    /// SHA-256 of the certificate in DER, as 64 hexadecimal digits: what an invitation pins.
    package var fingerprint: String { facts.fingerprint }

    /// Whether this authority signed a certificate. Neither its dates nor revocations are looked at. The authority's own certificate
    /// is not among those it has issued: nobody is let in with it.
    package func hasIssued(_ other: CertificateFacts) -> Bool {
        other.certificate.issuer == facts.certificate.subject && other.publicKeyFingerprint != facts.publicKeyFingerprint
            && SignedDocument(der: other.der)?.isSigned(by: keyPair.privateKey.publicKey) == true
    }

    package var description: String { "(authority \(fingerprint))" }
}
