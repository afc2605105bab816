import Foundation
import Trust

/// What is no request of a key that this hub certifies.
enum BadRequest: String, CaseIterable {
    case empty, garbage, otherPEM, cutShort, tooLarge, rsa, p384, ed25519, changed, signedByAnother

    var text: String {
        get throws {
            let good = try KeyPair().signingRequest(name: "porch")
            switch self {
            case .empty: return ""
            case .garbage: return String(repeating: "\u{0}\u{fffd}A", count: 400)
            case .otherPEM: return good.replacing("CERTIFICATE REQUEST", with: "CERTIFICATE")
            case .cutShort: return String(good.prefix(good.count / 2))
            case .tooLarge: return good + String(repeating: "\n", count: SigningRequest.limit)
            case .rsa: return Self.rsaText
            case .p384: return Self.p384Text
            case .ed25519: return Self.ed25519Text
            case .changed: return try Self.patched(good) { $0[20] ^= 1 }
            case .signedByAnother:
                let other = try Self.der(KeyPair().signingRequest(name: "porch"))
                // The signature is the end of the request; both are as long as long as their lengths in DER agree.
                return try Self.patched(good) { $0.replaceSubrange(($0.count - 30)..., with: other.suffix(30)) }
            }
        }
    }

    private static func der(_ pem: String) throws -> [UInt8] {
        let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        return Array(Data(base64Encoded: lines.joined())!)
    }

    private static func patched(_ pem: String, _ change: (inout [UInt8]) -> Void) throws -> String {
        var bytes = try der(pem)
        change(&bytes)
        return
            "-----BEGIN CERTIFICATE REQUEST-----\n\(Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed]))\n"
            + "-----END CERTIFICATE REQUEST-----\n"
    }

    // Made with openssl req -new -newkey rsa:2048, ec on secp384r1, and ed25519.
    private static let rsaText = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIICVTCCAT0CAQAwEDEOMAwGA1UEAwwFcG9yY2gwggEiMA0GCSqGSIb3DQEBAQUA
        A4IBDwAwggEKAoIBAQDLxEK+A8QgNI1UhDfM0e1G5sKJvnFjD6GHdgtm9eH0lf0W
        moJlDfHpCcv3OcKZMS3yc915YJwiWtkwiFjCnS0vyEPkf3DxISjNUmhM2cj0ySyC
        3K2YnvHW6PzmOt0k/cQQvoiZ7V3RuF+3ABFSqAv1Es0YG7a7XR1QBTNWYV6NlyWO
        9t6c20/09aFKbOpuSB7L3QOLw24+9S+m2Dc9EN8QZpjs8oeIDQ/oAlJEXl0EsEnG
        CTYpKqDY5Cl6wEVJC8gYLuac/cRh4ka4vW9h1Sf6t/lxOjOoMPtlpL/JLb57i0Qh
        SpKwesU15Y+nvdOmRHi65YGFgVbLBpaCwQ7uuK/PAgMBAAGgADANBgkqhkiG9w0B
        AQsFAAOCAQEASCPLGWJc/WA8/ZG4wGm97RhuHmiGncV2ROfBS+qc/bK4ltTFCtjG
        ofSr7F8eoF6UdTLGDqHZPXmeQzLK7Z2emgsUORBosHFQd5d66FHvHm8v8rfCYaEG
        y7c+7Ksojj9nkNLokRfvBCAl+q8pxOs4HeJos113dUYD2MR8XMzZ0hhKDjsYrgcj
        r/AtPoRNE5MMMIMxqXa+BiiWq8SMyWDk52tHlzcvel9gkIMzlf9rn8bq3u3tTjDQ
        aCcIIVgsmjHh/GAx1okln30TOi7XgeOjfb0ElQLA2QBy6HMANC0UpKkeTE9r2RF+
        Sff25YlWn2V2xctn42KRWqQSqtcWbGricQ==
        -----END CERTIFICATE REQUEST-----
        """
    private static let p384Text = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIBBzCBjwIBADAQMQ4wDAYDVQQDDAVwb3JjaDB2MBAGByqGSM49AgEGBSuBBAAi
        A2IABPFoCebHMW3fvDf/X+IgB0nXc6xZo/L3GHzrGY0Hn0fVkj3yEQFwcp1IaaFe
        MLoWXVnjK/x8NK+qqu1h37FgXnqXhfVeewNgz0OXI8rwG07LwAVvHjQH+9r5+Qbb
        FV4WOqAAMAoGCCqGSM49BAMCA2cAMGQCMHAr5Coez6KEHhpvBd8vTLGaBfMfLaCf
        J6Z0C0OSNkj1EIpBFBVW+AGeNX11H8PQTAIwTdwdv7t/JnRAjhhUNwdn6oauJyvL
        udqJG9fTY4e0fcB35A2WRuLv86rIvEJ3Zc3b
        -----END CERTIFICATE REQUEST-----
        """
    private static let ed25519Text = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIGPMEMCAQAwEDEOMAwGA1UEAwwFcG9yY2gwKjAFBgMrZXADIQCRrZGkGSbDwvkV
        IC6JMjwjmDyjRKkQdvIWqeULMuA6O6AAMAUGAytlcANBAIHU+mOSlyxmCsxjyRWs
        gzNLoz6n0TN8VYK8uxGJuXmYt+qdH6UxxGuPM9jmc/MNAt8JHSHBwFFZQKbsjCXX
        3ws=
        -----END CERTIFICATE REQUEST-----
        """
}
