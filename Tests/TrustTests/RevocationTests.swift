import Base
import Foundation
import TestSupport
import Testing
import Trust

@Suite("Revocation list")
struct RevocationTests {
    @Test("openssl verifies the list, refuses what is on it and takes what is not")
    func openssl() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let good = try authority.node("porch")
        let bad = try authority.node("garage")
        let list = try authority.revocationList(
            [Revocation(serial: bad.serial, revokedAt: now.advanced(bySeconds: -60))], number: 7, now: now, days: 30)
        try openssl.write("ca.pem", authority.certificatePEM)
        try openssl.write("good.pem", good.pem)
        try openssl.write("bad.pem", bad.pem)
        try openssl.write("crl.pem", list)
        let text = try await openssl("crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout", "-text")
        #expect(text.status == 0)
        #expect(text.output.hasPrefix("verify OK\n"))
        #expect(text.output.contains("Version 2 (0x1)"))
        #expect(text.output.contains("X509v3 CRL Number: \n                7\n"))
        #expect(text.output.contains("X509v3 Authority Key Identifier"))
        #expect(text.output.contains("Serial Number: \(bad.serial.uppercased())\n"))
        #expect(!text.output.contains(good.serial.uppercased()))
        let accepted = try await openssl("verify", "-x509_strict", "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "ca.pem", "good.pem")
        #expect(accepted.output == "good.pem: OK\n")
        let refused = try await openssl("verify", "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "ca.pem", "bad.pem")
        #expect(refused.status != 0)
        #expect(refused.output.contains("certificate revoked"))
    }

    @Test("the dates of the list are those asked for")
    func dates() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let time = try #require(Timestamp(rfc3339: "2031-02-03T04:05:06.789Z"))
        let revoked = try #require(Timestamp(rfc3339: "2051-01-02T03:04:05.999Z"))
        let serial = String(repeating: "4a", count: 16)
        try openssl.write(
            "crl.pem", try authority.revocationList([Revocation(serial: serial, revokedAt: revoked)], number: 0, now: time, days: 28))
        let text = try await openssl("crl", "-in", "crl.pem", "-noout", "-text").output
        #expect(text.contains("Last Update: Feb  3 04:00:06 2031 GMT\n"))
        #expect(text.contains("Next Update: Mar  3 04:05:06 2031 GMT\n"))
        #expect(text.contains("Revocation Date: Jan  2 03:04:05 2051 GMT\n"))
    }

    @Test("an empty list is one, and refuses nobody until it is too old")
    func empty() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        try openssl.write("ca.pem", authority.certificatePEM)
        try openssl.write("node.pem", try authority.node("porch").pem)
        try openssl.write("crl.pem", try authority.revocationList([], number: .max, now: now, days: 1))
        // An empty sequence in its place would read alike, but is not allowed (RFC 5280, section 5.1.2.6).
        #expect(try await !openssl("asn1parse", "-in", "crl.pem").output.contains(/l= +0 cons/))
        let text = try await openssl("crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout", "-text").output
        #expect(text.hasPrefix("verify OK\n"))
        #expect(text.contains("No Revoked Certificates."))
        let verified = try await openssl("verify", "-x509_strict", "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "ca.pem", "node.pem")
        #expect(verified.output == "node.pem: OK\n")
        let later = String(Int(now.secondsSince1970) + 2 * 86_400)
        let old = try await openssl("verify", "-attime", later, "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "ca.pem", "node.pem")
        #expect(old.output.contains("CRL has expired"))
    }

    @Test("a long list is read whole, each serial once and at its earliest time")
    func long() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        var dice = SeededGenerator(seed: 1)
        let serials =
            ["80ff", "00", "01"] + (0..<1000).map { _ in String(UInt64.random(in: (1 << 60)...UInt64.max, using: &dice), radix: 16) }
        let revocations = serials.flatMap {
            [Revocation(serial: $0, revokedAt: now), Revocation(serial: $0.uppercased(), revokedAt: now.advanced(bySeconds: -86_400))]
        }
        let list = try authority.revocationList(revocations.shuffled(), number: 1, now: now, days: 1)
        try openssl.write("ca.pem", authority.certificatePEM)
        try openssl.write("crl.pem", list)
        let text = try await openssl("crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout", "-text").output
        #expect(text.hasPrefix("verify OK\n"))
        let found = text.split(separator: "\n").compactMap { line in line.firstRange(of: "Serial Number: ").map { line[$0.upperBound...] } }
        #expect(Set(found.map { String($0) }) == Set(serials.map { $0.uppercased() }))
        #expect(found.count == serials.count)
        let days = text.split(separator: "\n").filter { $0.contains("Revocation Date: ") }
        #expect(Set(days).count == 1)
    }

    @Test("another authority's list does not verify")
    func other() async throws {
        let openssl = try OpenSSL()
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let namesake = try CertificateAuthority.make(name: "Vigilar", now: now)
        try openssl.write("ca.pem", authority.certificatePEM)
        try openssl.write("crl.pem", try namesake.revocationList([], number: 1, now: now, days: 1))
        #expect(try await !openssl("crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout").output.contains("verify OK"))
    }

    @Test("a serial that is none is refused", arguments: ["", "4", "xy", "4a:4b", " 4a", String(repeating: "4a", count: 21)])
    func serial(text: String) throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        #expect(
            code { _ = try authority.revocationList([Revocation(serial: text, revokedAt: now)], number: 1, now: now, days: 1) } == .unusable
        )
    }

    @Test("a negative number is refused")
    func number() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        #expect(code { _ = try authority.revocationList([], number: -1, now: now, days: 1) } == .unusable)
    }
}
