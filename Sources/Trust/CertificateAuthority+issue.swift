package import Base
import Crypto
private import Protocol
private import SwiftASN1
import X509

extension CertificateAuthority {
    /// Issues a certificate for a server, good for nothing but being one.
    /// - Parameters:
    ///   - names: 1–50 DNS names and IP addresses by which clients reach it. The first is also the subject, where it is short enough.
    ///   - days: 1–3660. It never outlives the authority.
    /// - Throws: `TrustError.unusable`.
    package func issueServer(
        names: [String], publicKey: PublicKey, now: Timestamp, days: Int
    ) throws(TrustError) -> IssuedCertificate {
        guard (1...CertificateNames.serverNameLimit).contains(names.count), let first = names.first else {
            throw TrustError(.unusable, "a server's certificate needs 1 to \(CertificateNames.serverNameLimit) names")
        }
        var alternatives: [GeneralName] = []
        for name in names {
            let alternative = try CertificateNames.serverName(name)
            if !alternatives.contains(alternative) { alternatives.append(alternative) }
        }
        let subject = first.utf8.count <= CertificateNames.commonNameLimit ? try CertificateNames.subject(first) : DistinguishedName()
        return try issue(publicKey, subject: subject, purpose: .serverAuth, now: now, days: days) {
            // RFC 5280, section 4.2.1.6: where there is no subject, nobody may overlook the names.
            let names = SubjectAlternativeNames(alternatives)
            return try Certificate.Extensions { if subject.isEmpty { Critical(names) } else { names } }
        }
    }

    /// Issues a certificate for a node, good for nothing but being a client. Hub replicas, which are clients of the broker too, get
    /// theirs in the same way under a name of their own.
    /// - Parameters:
    ///   - request: Where the key comes from, and nothing but the key.
    ///   - node: An `Identifier`, chosen by whoever invited the node. It becomes the subject's common name.
    ///   - days: 1–3660. It never outlives the authority.
    /// - Throws: `TrustError.unusable`.
    package func issueNode(
        request: SigningRequest, node: String, now: Timestamp, days: Int
    ) throws(TrustError) -> IssuedCertificate {
        guard Identifier.isValid(node) else { throw TrustError(.unusable, "the name for a node's certificate \(Identifier.rule)") }
        return try issue(
            request.publicKey, subject: try CertificateNames.subject(node), purpose: .clientAuth, now: now, days: days
        ) { Certificate.Extensions() }
    }

    private func issue(
        _ key: PublicKey, subject: DistinguishedName, purpose: ExtendedKeyUsage.Usage, now: Timestamp, days: Int,
        more: () throws -> Certificate.Extensions
    ) throws(TrustError) -> IssuedCertificate {
        guard key != keyPair.publicKey else {
            throw TrustError(.unusable, "the authority's own key must not be used by a server or a node: make a new key")
        }
        let validity = try Validity(now: now, days: days, limit: facts.notAfter)
        let made = try Self.certificate(
            for: key, subject: subject, validity: validity, issuer: facts.certificate.subject, signedBy: keyPair.privateKey
        ) {
            let more = try more()
            return try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([purpose])
                SubjectKeyIdentifier(hash: key.certified)
                AuthorityKeyIdentifier(keyIdentifier: keyIdentifier.keyIdentifier)
                more
            }
        }
        return IssuedCertificate(
            pem: PEM.encode(Certificate.defaultPEMDiscriminator, made.der), serial: made.serial, notBefore: validity.notBefore,
            notAfter: validity.notAfter)
    }

    /// Makes and signs a certificate with a new serial number.
    static func certificate(
        for key: PublicKey, subject: DistinguishedName, validity: Validity, issuer: DistinguishedName,
        signedBy issuerKey: P256.Signing.PrivateKey, extensions: () throws -> Certificate.Extensions
    ) throws(TrustError) -> (der: [UInt8], serial: String) {
        // Random, so that it cannot be foreseen; positive, and never shorter, so that its text has one form (RFC 5280, section 4.1.2.2).
        var serial = RandomBytes.make(16)
        serial[0] = serial[0] & 0x7f | 0x40
        return try TrustError.wrapping(.unusable, "the certificate could not be made: check the names and the clock") {
            let certificate = try Certificate(
                version: .v3, serialNumber: .init(bytes: serial), publicKey: key.certified, notValidBefore: validity.dates.notBefore,
                notValidAfter: validity.dates.notAfter, issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try extensions(), issuerPrivateKey: Certificate.PrivateKey(issuerKey))
            var coder = DER.Serializer()
            try coder.serialize(certificate)
            return (coder.serializedBytes, Hexadecimal.encode(serial))
        }
    }
}
