package import Base
private import Foundation
private import SwiftASN1
import X509

/// What a certificate says. Reading it believes nothing: `CertificateAuthority.hasIssued` says whether it is ours, and its dates are
/// compared by whoever has a clock.
package struct CertificateFacts: Sendable, Hashable {
    /// The subject's common name; nil where there is none, more than one, or one that is not plain text.
    package let commonName: String?
    /// Lower-case hexadecimal digits, two a byte, as in `IssuedCertificate`.
    package let serial: String
    /// The first second in which it is valid.
    package let notBefore: Timestamp
    /// The last second in which it is valid.
    package let notAfter: Timestamp
    /// SHA-256 of the SubjectPublicKeyInfo in DER, as 64 hexadecimal digits.
    package let publicKeyFingerprint: String
    /// SHA-256 of the certificate in DER, as 64 hexadecimal digits.
    package let fingerprint: String
    /// The certificate itself.
    package let der: [UInt8]
    let certificate: Certificate

    /// Reads one certificate of at most 64 KiB; it may be of any authority and any kind of key that is common.
    /// - Throws: `TrustError.malformed`.
    package init(pem: String) throws(TrustError) {
        try self.init(der: try PEM.decode(pem, type: Certificate.defaultPEMDiscriminator, what: "certificate"))
    }

    /// As `init(pem:)`, from DER.
    package init(der: [UInt8]) throws(TrustError) {
        guard der.count <= PEM.limit else {
            throw TrustError(.malformed, "the certificate is longer than \(PEM.limit) bytes: it is not one")
        }
        let (certificate, key) = try TrustError.wrapping(.malformed, "the certificate cannot be read: it is damaged or of an unknown kind")
        {
            let certificate = try Certificate(derEncoded: der)
            try Self.checkTimes(der)
            var coder = DER.Serializer()
            try coder.serialize(certificate.publicKey)
            return (certificate, coder.serializedBytes)
        }
        self.certificate = certificate
        self.der = der
        commonName = CertificateNames.commonName(of: certificate.subject)
        serial = Hexadecimal.encode(certificate.serialNumber.bytes)
        notBefore = Timestamp(secondsSince1970: certificate.notValidBefore.timeIntervalSince1970)
        notAfter = Timestamp(secondsSince1970: certificate.notValidAfter.timeIntervalSince1970)
        publicKeyFingerprint = Hexadecimal.fingerprint(key)
        fingerprint = Hexadecimal.fingerprint(der)
    }

    /// Refuses the 62nd second of a minute, which SwiftASN1 reads and of which X509 makes no date: a debug build of it ends the program.
    /// - Parameter der: What X509 has read already, so that the structure is known.
    private static func checkTimes(_ der: [UInt8]) throws {
        // RFC 5280, 4.1: version, which may be missing, serial number, algorithm, issuer, validity.
        let fields = parts(of: parts(of: try DER.parse(der)).first)
        let hasVersion = fields.first?.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
        for time in parts(of: fields.dropFirst(hasVersion ? 4 : 3).first) {
            let seconds =
                time.identifier == .utcTime ? try UTCTime(derEncoded: time).seconds : try GeneralizedTime(derEncoded: time).seconds
            guard seconds <= 60 else { throw TrustError(.malformed, "the certificate's validity is no time: it is damaged") }
        }
    }

    private static func parts(of node: ASN1Node?) -> [ASN1Node] {
        guard case .constructed(let parts)? = node?.content else { return [] }
        return Array(parts)
    }

    /// The certificate as text.
    package var pem: String { PEM.encode(Certificate.defaultPEMDiscriminator, der) }
}
