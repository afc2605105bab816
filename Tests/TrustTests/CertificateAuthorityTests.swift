import Base
import Foundation
import TestSupport
import Testing
import Trust

@Suite("Certificate authority")
struct CertificateAuthorityTests {
    @Test("an authority reads back from its two files and issues as before")
    func roundTrip() throws {
        let made = try CertificateAuthority.make(name: "Vigilar of Müller's farm", now: now)
        let read = try CertificateAuthority(certificatePEM: made.certificatePEM, privateKeyPEM: made.privateKeyPEM)
        #expect(read.certificatePEM == made.certificatePEM)
        #expect(read.privateKeyPEM == made.privateKeyPEM)
        #expect(read.fingerprint == made.fingerprint)
        #expect(read.facts.commonName == "Vigilar of Müller's farm")
        #expect(read.facts.notBefore == now.advanced(bySeconds: -300))
        #expect(read.facts.notAfter == now.advanced(bySeconds: 3652 * 86_400))
        #expect(made.hasIssued(try CertificateFacts(pem: try read.node("porch").pem)))
        #expect(try CertificateAuthority.make(name: "Vigilar", now: now).fingerprint != made.fingerprint)
    }

    @Test("openssl takes the authority for one, of one level, and computes its fingerprint alike")
    func openssl() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        try openssl.write("ca.pem", authority.certificatePEM)
        let text = try await openssl("x509", "-in", "ca.pem", "-noout", "-text", "-fingerprint", "-sha256").output
        #expect(text.contains("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0\n"))
        #expect(text.contains("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign\n"))
        #expect(text.contains("X509v3 Subject Key Identifier"))
        #expect(text.contains("ASN1 OID: prime256v1"))
        let fingerprint = text.split(separator: "\n").last { $0.contains("Fingerprint=") }?.split(separator: "=").last
        #expect(fingerprint?.replacingOccurrences(of: ":", with: "").lowercased() == authority.fingerprint)
        let verified = try await openssl("verify", "-x509_strict", "-check_ss_sig", "-CAfile", "ca.pem", "ca.pem")
        #expect(verified.output == "ca.pem: OK\n")
    }

    @Test("an authority and a key made by openssl are taken")
    func foreign() async throws {
        let openssl = try OpenSSL()
        let made = try await openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "ca.pem",
            "-subj",
            "/CN=Own", "-days", "100", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        #expect(made.status == 0)
        let authority = try CertificateAuthority(certificatePEM: try openssl.read("ca.pem"), privateKeyPEM: try openssl.read("key.pem"))
        try openssl.write("node.pem", try authority.node("porch").pem)
        #expect(try await openssl("verify", "-x509_strict", "-CAfile", "ca.pem", "node.pem").output == "node.pem: OK\n")
    }

    @Test("an authority is refused with another's key, without the right to issue, and when it was not signed by itself")
    func refused() async throws {
        let one = try CertificateAuthority.make(name: "Vigilar", now: now)
        let other = try CertificateAuthority.make(name: "Vigilar", now: now)
        #expect(
            code { _ = try CertificateAuthority(certificatePEM: one.certificatePEM, privateKeyPEM: other.privateKeyPEM) } == .mismatched)

        let keys = KeyPair()
        let leaf = try one.issueServer(names: ["hub"], publicKey: keys.publicKey, now: now, days: 1)
        #expect(code { _ = try CertificateAuthority(certificatePEM: leaf.pem, privateKeyPEM: keys.privateKeyPEM) } == .unusable)

        let openssl = try OpenSSL()
        try openssl.write("ca.pem", one.certificatePEM)
        try openssl.write("ca.key", one.privateKeyPEM)
        try openssl.write("sub.key", keys.privateKeyPEM)
        try openssl.write("sub.csr", try keys.signingRequest(name: "Vigilar"))
        try openssl.write(
            "sub.cnf", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n")
        let made = try await openssl(
            "x509", "-req", "-in", "sub.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-extfile", "sub.cnf", "-out", "sub.pem", "-days", "5")
        #expect(made.status == 0)
        let intermediate = try openssl.read("sub.pem")
        #expect(code { _ = try CertificateAuthority(certificatePEM: intermediate, privateKeyPEM: keys.privateKeyPEM) } == .notGenuine)
    }

    @Test(
        "a name that no certificate can have is refused", arguments: ["", String(repeating: "x", count: 65), "a\nb", "a\u{202e}b", "a\0b"])
    func name(text: String) throws {
        #expect(code { _ = try CertificateAuthority.make(name: text, now: now) } == .unusable)
        #expect(code { _ = try KeyPair().signingRequest(name: text) } == .unusable)
    }

    @Test("openssl takes a node's certificate for a client's and not for a server's, under the name that the hub chose")
    func node() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        try openssl.write("ca.pem", authority.certificatePEM)
        let keys = KeyPair()
        let request = try SigningRequest(pem: try keys.signingRequest(name: "somebody-else"))
        let issued = try authority.issueNode(request: request, node: "porch", now: now, days: 90)
        try openssl.write("node.pem", issued.pem)
        let client = try await openssl("verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslclient", "node.pem")
        #expect(client.output == "node.pem: OK\n")
        let server = try await openssl("verify", "-CAfile", "ca.pem", "-purpose", "sslserver", "node.pem")
        #expect(server.status != 0)
        #expect(server.output.contains("unsuitable certificate purpose"))
        let text = try await openssl("x509", "-in", "node.pem", "-noout", "-text", "-subject", "-serial").output
        #expect(text.contains("subject=CN = porch\n"))
        #expect(!text.contains("somebody-else"))
        #expect(text.contains("X509v3 Basic Constraints: critical\n                CA:FALSE\n"))
        #expect(text.contains("X509v3 Key Usage: critical\n                Digital Signature\n"))
        #expect(text.contains("X509v3 Extended Key Usage: \n                TLS Web Client Authentication\n"))
        #expect(text.contains("serial=\(issued.serial.uppercased())\n"))

        let facts = try CertificateFacts(pem: issued.pem)
        #expect(facts.commonName == "porch")
        #expect(facts.serial == issued.serial)
        #expect(facts.notBefore == issued.notBefore)
        #expect(facts.notAfter == issued.notAfter)
        #expect(facts.publicKeyFingerprint == keys.publicKey.fingerprint)
        #expect(facts.pem == issued.pem)
        #expect(try CertificateFacts(der: facts.der) == facts)
        #expect(authority.hasIssued(facts))
    }

    @Test("openssl takes a server's certificate for a server's and not for a client's, under each of its names and no other")
    func server() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        try openssl.write("ca.pem", authority.certificatePEM)
        let issued = try authority.server("hub.example", "vigilar_hub", "192.168.1.10", "fd00::1:2", "::ffff:10.0.0.1", "hub.example")
        try openssl.write("hub.pem", issued.pem)
        let client = try await openssl("verify", "-CAfile", "ca.pem", "-purpose", "sslclient", "hub.pem")
        #expect(client.status != 0)
        #expect(client.output.contains("unsuitable certificate purpose"))
        for (option, name, isRight) in [
            ("-verify_hostname", "hub.example", true), ("-verify_hostname", "vigilar_hub", true), ("-verify_ip", "192.168.1.10", true),
            ("-verify_ip", "fd00:0::1:2", true), ("-verify_ip", "::ffff:a00:1", true), ("-verify_hostname", "example", false),
            ("-verify_ip", "192.168.1.11", false), ("-verify_ip", "fd00::1:3", false),
        ] {
            let answer = try await openssl(
                "verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslserver", option, name, "hub.pem")
            #expect((answer.output == "hub.pem: OK\n") == isRight, "\(name): \(answer.output)")
        }
        let text = try await openssl("x509", "-in", "hub.pem", "-noout", "-ext", "subjectAltName").output
        #expect(
            text.split(separator: "\n").last
                == "    DNS:hub.example, DNS:vigilar_hub, IP Address:192.168.1.10, IP Address:FD00:0:0:0:0:0:1:2, IP Address:0:0:0:0:0:FFFF:A00:1"
        )
        #expect(try CertificateFacts(pem: issued.pem).commonName == "hub.example")
    }

    @Test("a server whose first name is too long for a subject has none, and its names are critical")
    func longName() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let name = String(repeating: "a", count: 60) + ".example"
        let issued = try authority.server(name)
        try openssl.write("ca.pem", authority.certificatePEM)
        try openssl.write("hub.pem", issued.pem)
        let verified = try await openssl("verify", "-x509_strict", "-CAfile", "ca.pem", "-verify_hostname", name, "hub.pem")
        #expect(verified.output == "hub.pem: OK\n")
        let text = try await openssl("x509", "-in", "hub.pem", "-noout", "-text").output
        #expect(text.contains("X509v3 Subject Alternative Name: critical"))
        #expect(try CertificateFacts(pem: issued.pem).commonName == nil)
    }

    @Test(
        "a server's name that is neither a DNS name nor an address is refused",
        arguments: [
            "", ".", "hub.", "hub..example", "-hub", "hub-", "hub:8443", "[::1]", "fe80::1%eth0", "*.example", "hub example", "hüb", "a/b",
            "192.168.1", "192.168.1.256", "192.168.01.1", "1.2.3.4.5", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9",
            "1:2:3:4::5:6:7:8",
            ":::", "12345::", "::g", "1.2.3.4::", "::1.2.3", "+1::", String(repeating: "a", count: 64),
            String(repeating: "a.", count: 126) + "bc",
        ])
    func serverName(text: String) throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        #expect(code { _ = try authority.server("hub.example", text) } == .unusable)
    }

    @Test("addresses are read as the C library reads them")
    func addresses() throws {
        var dice = SeededGenerator(seed: 5)
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        var seen = [0, 0]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 2...8, using: &dice)).map { _ in
                ["0", "1", "fe80", ":", ":", "::", "1.2.3.4", "12345", "Ab", ":1", "255", ".", "0:0"].randomElement(using: &dice)!
            }.joined()
            guard text.contains(":") else { continue }
            var bytes = [UInt8](repeating: 0, count: 16)
            let isAddress = inet_pton(AF_INET6, text, &bytes) == 1
            seen[isAddress ? 1 : 0] += 1
            let issued = try? authority.server(text)
            #expect((issued != nil) == isAddress, "\(text)")
            guard let issued, isAddress else { continue }
            // An iPAddress entry: tag 7 of a choice, 16 bytes.
            #expect(der(issued.pem).firstRange(of: [0x87, 16] + bytes) != nil, "\(text)")
        }
        #expect(seen.allSatisfy { $0 > 50 })
    }

    @Test("a server needs one name and has no more than fifty")
    func nameCount() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        func issue(_ count: Int) throws {
            _ = try authority.issueServer(names: (0..<count).map { "hub-\($0)" }, publicKey: KeyPair().publicKey, now: now, days: 1)
        }
        #expect(code { try issue(0) } == .unusable)
        #expect(code { try issue(50) } == nil)
        #expect(code { try issue(51) } == .unusable)
    }

    @Test(
        "a node's name that is no identifier is refused",
        arguments: ["", "Porch", "a b", "a/b", "a+b", "ä", "porch\n", String(repeating: "a", count: 65)])
    func nodeName(text: String) throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        #expect(code { _ = try authority.node(text) } == .unusable)
    }

    @Test("serial numbers are sixteen positive bytes and never the same")
    func serials() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let serials = try (0..<100).map { _ in try authority.node("porch").serial }
        #expect(Set(serials).count == serials.count)
        #expect(serials.allSatisfy { $0.count == 32 && ("4"..."7").contains($0.prefix(1)) })
    }

    @Test("a certificate begins five minutes ago, lasts its days and never outlives the authority")
    func lifetime() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let issued = try authority.node("porch", days: 30)
        #expect(issued.notBefore == now.advanced(bySeconds: -300))
        #expect(issued.notAfter == now.advanced(bySeconds: 30 * 86_400))
        let late = now.advanced(bySeconds: 3650 * 86_400)
        #expect(try authority.node("porch", now: late, days: 30).notAfter == authority.facts.notAfter)
        #expect(code { _ = try authority.node("porch", now: now.advanced(bySeconds: 3652 * 86_400), days: 30) } == .unusable)
    }

    @Test(
        "a lifetime or a clock that makes no sense is refused",
        arguments: [
            (0, nil), (-1, nil), (3661, nil), (Int.min, nil), (30, Int64.max), (30, Int64.min), (30, 253_402_300_000_000_000),
            (30, -62_200_000_000_000_000),
        ] as [(Int, Int64?)])
    func senseless(days: Int, microseconds: Int64?) throws {
        let time = microseconds.map { Timestamp(microseconds: $0) } ?? now
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        if microseconds != nil {
            #expect(code { _ = try CertificateAuthority.make(name: "Vigilar", now: time) } == .unusable)
        } else {
            #expect(code { _ = try authority.revocationList([], number: 1, now: time, days: days) } == .unusable)
            #expect(code { _ = try authority.node("porch", now: time, days: days) } == .unusable)
        }
    }

    @Test("an expired certificate is still one that the authority has issued, and its dates say that it has expired")
    func expired() async throws {
        let openssl = try OpenSSL()
        let past = now.advanced(bySeconds: -100 * 86_400)
        let authority = try CertificateAuthority.make(name: "Vigilar", now: past)
        let issued = try authority.node("porch", now: past, days: 90)
        let facts = try CertificateFacts(pem: issued.pem)
        #expect(authority.hasIssued(facts))
        #expect(facts.notAfter < now)
        try openssl.write("ca.pem", authority.certificatePEM)
        try openssl.write("node.pem", issued.pem)
        #expect(try await openssl("verify", "-CAfile", "ca.pem", "node.pem").output.contains("certificate has expired"))
    }

    @Test("dates from 2050 on are written with four digits of the year")
    func farFuture() async throws {
        let openssl = try OpenSSL()
        let future = try #require(Timestamp(rfc3339: "2049-12-30T12:00:00Z"))
        let authority = try CertificateAuthority.make(name: "Vigilar", now: future)
        let issued = try authority.node("porch", now: future, days: 30)
        try openssl.write("ca.pem", authority.certificatePEM)
        try openssl.write("node.pem", issued.pem)
        try openssl.write("crl.pem", try authority.revocationList([], number: 1, now: future, days: 30))
        let moment = String(Int(future.secondsSince1970) + 5 * 86_400)
        let verified = try await openssl(
            "verify", "-x509_strict", "-attime", moment, "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "ca.pem", "node.pem")
        #expect(verified.output == "node.pem: OK\n")
        #expect(try CertificateFacts(pem: issued.pem).notAfter == issued.notAfter)
    }

    @Test("neither another authority of the same name nor the authority itself is among the issued")
    func others() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let namesake = try CertificateAuthority.make(name: "Vigilar", now: now)
        let facts = try CertificateFacts(pem: try authority.node("porch").pem)
        #expect(authority.hasIssued(facts))
        #expect(!namesake.hasIssued(facts))
        #expect(!authority.hasIssued(authority.facts))
        #expect(!authority.hasIssued(namesake.facts))
    }

    @Test("the authority's own key is never certified for anything else")
    func ownKey() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let request = try SigningRequest(pem: try KeyPair(privateKeyPEM: authority.privateKeyPEM).signingRequest(name: "porch"))
        #expect(code { _ = try authority.issueNode(request: request, node: "porch", now: now, days: 1) } == .unusable)
    }

    @Test("a certificate with any one bit changed is not one that the authority has issued")
    func changedCertificate() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        // The low bit of the signature decides whether a changed count of unused bits can be read, so both cases are wanted.
        var parities: Set<UInt8> = []
        var rounds = 0
        while parities.count < 2, rounds < 50 {
            rounds += 1
            let bytes = der(try authority.server("hub.example", "10.0.0.1").pem)
            guard parities.insert(bytes[bytes.count - 1] & 1).inserted else { continue }
            var readable = 0
            for changed in bitFlips(bytes) {
                guard let facts = try? CertificateFacts(der: changed) else { continue }
                readable += 1
                #expect(!authority.hasIssued(facts))
            }
            // Most changes leave a certificate that can be read: it is the signature that must notice.
            #expect(readable > bytes.count)
        }
        #expect(parities.count == 2)
    }

    @Test("an authority's certificate with any one bit changed is refused")
    func changedAuthority() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let key = authority.privateKeyPEM
        for changed in bitFlips(der(authority.certificatePEM)) {
            #expect(throws: TrustError.self) { try CertificateAuthority(certificatePEM: pem("CERTIFICATE", changed), privateKeyPEM: key) }
        }
    }

    @Test(
        "a certificate that is valid from or to the 62nd second of a minute is an error, and no end of the program",
        arguments: ["21", "41"])
    func secondTooMany(seconds: String) throws {
        // Both ends of its validity, each a few minutes or years from it, have the seconds of this moment.
        let moment = try #require(Timestamp(rfc3339: "2026-11-26T07:10:\(seconds).000000Z"))
        let bytes = try CertificateFacts(pem: try CertificateAuthority.make(name: "Vigilar", now: moment).certificatePEM).der
        let zone = Array("\(seconds)Z".utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: zone) }
        #expect(places.count == 2)
        for place in places {
            var changed = bytes
            changed[place] = UInt8(ascii: "6")
            #expect(code { _ = try CertificateFacts(der: changed) } == .malformed)
            changed[place + 1] = UInt8(ascii: "0")
            #expect(throws: Never.self) { try CertificateFacts(der: changed) }
        }
    }

    @Test("garbage in place of a certificate is an error", arguments: 0..<20)
    func garbage(seed: Int) throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let issued = try authority.node("porch")
        let original = try CertificateFacts(pem: issued.pem)
        for text in mutations(issued.pem, seed: seed, count: 100) {
            // White space and lines around the document may change without changing it.
            if let facts = try? CertificateFacts(pem: text), authority.hasIssued(facts) { #expect(facts == original) }
        }
        let bytes = original.der
        for end in stride(from: seed, to: bytes.count, by: 20) {
            #expect(code { _ = try CertificateFacts(der: Array(bytes[..<end])) } == .malformed)
        }
        var dice = SeededGenerator(seed: seed)
        for length in 0..<100 {
            let random = (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
            #expect(code { _ = try CertificateFacts(der: random) } == .malformed)
        }
        #expect(code { _ = try CertificateFacts(der: bytes + [0]) } == .malformed)
        // As deep as a document can be nested in 32 KiB.
        #expect(code { _ = try CertificateFacts(der: Array(repeating: [0x30, 0x80], count: 16 << 10).flatMap { $0 }) } == .malformed)
    }

    @Test(
        "what is no certificate in PEM is an error that says what to bring",
        arguments: [
            "", "hello", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            String(repeating: "x", count: 70_000),
        ])
    func notPEM(text: String) throws {
        #expect(code { _ = try CertificateFacts(pem: text) } == .malformed)
    }

    @Test("two certificates in one text are not one")
    func two() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        #expect(code { _ = try CertificateFacts(pem: authority.certificatePEM + authority.certificatePEM) } == .malformed)
    }

    @Test("a certificate with two common names or an unprintable one has none")
    func commonNames() async throws {
        let openssl = try OpenSSL()
        for (subject, expected) in [("/CN=porch", "porch"), ("/CN=porch/CN=hub", nil), ("/O=porch", nil), ("/CN=po\nrch", nil)] {
            let made = try await openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", subject, "-days", "5")
            #expect(made.status == 0, "\(made.output)")
            let facts = try CertificateFacts(pem: try openssl.read("cert.pem"))
            #expect(facts.commonName == expected)
            #expect(facts.publicKeyFingerprint.count == 64)
        }
    }
}
