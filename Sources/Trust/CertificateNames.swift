private import SwiftASN1
import X509

/// The names that certificates carry, checked before anything is signed.
enum CertificateNames {
    /// The longest common name (`ub-common-name` in RFC 5280, appendix A.1).
    static let commonNameLimit = 64
    /// The most names of one server.
    static let serverNameLimit = 50

    /// A subject of nothing but a common name.
    static func subject(_ name: String) throws(TrustError) -> DistinguishedName {
        guard (1...commonNameLimit).contains(name.unicodeScalars.count), isPlain(name) else {
            throw TrustError(.unusable, "the name for a certificate must be 1 to \(commonNameLimit) characters without control characters")
        }
        return try TrustError.wrapping(.unusable, "the name for a certificate cannot be encoded: choose a simpler one") {
            try DistinguishedName { CommonName(name) }
        }
    }

    /// The common name of a subject; nil where there is none, more than one, or one that is not plain text.
    static func commonName(of subject: DistinguishedName) -> String? {
        let found = subject.flatMap { $0.filter { $0.type == .RDNAttributeType.commonName } }
        guard found.count == 1, let first = found.first, let name = String(first.value), isPlain(name) else { return nil }
        return name
    }

    /// A server's name as a certificate has it: an IP address by its bytes, anything else as a DNS name.
    static func serverName(_ text: String) throws(TrustError) -> GeneralName {
        if let bytes = IPAddress.bytes(text) { return .ipAddress(ASN1OctetString(contentBytes: bytes[...])) }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        // What ends in a number was meant as an address (WHATWG URL, "ends in a number"), and no client would look it up as a name.
        guard text.utf8.count <= 253, labels.allSatisfy(isLabel), let last = labels.last, !last.utf8.allSatisfy({ (48...57).contains($0) })
        else {
            throw TrustError(
                .unusable,
                "a server's name must be a DNS name such as hub.example or an IP address such as 192.168.1.10 or fd00::1, "
                    + "without a port, brackets or a zone")
        }
        return .dnsName(text)
    }

    /// Letters, digits, hyphens inside, and the underscore that names of containers have.
    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }

    /// Nothing that would break a line of a log, or turn it around.
    private static func isPlain(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
            default: true
            }
        }
    }
}
