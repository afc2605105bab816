import Foundation
import TestSupport
import Testing
import Vision

@testable import Hub

@Suite struct OneTimeCodeTests {
    private static let secret = Array("12345678901234567890".utf8)

    /// RFC 6238, appendix B, of its eight digits the last six.
    @Test(arguments: [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"), (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ])
    func `Codes are those of the standard`(_ seconds: Int64, _ code: String) {
        #expect(OneTimeCode.code(Self.secret, step: seconds / 30) == code)
        #expect(OneTimeCode.step(of: code, Self.secret, at: Double(seconds), after: 0) == seconds / 30)
    }

    @Test func `A phone's clock may be half a minute off, and a step is used once`() {
        let (at, step) = (1_790_000_015.0, Int64(1_790_000_015) / 30)
        for (offset, isGood) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] as [(Int64, Bool)] {
            let code = OneTimeCode.code(Self.secret, step: step + offset)
            #expect((OneTimeCode.step(of: code, Self.secret, at: at, after: 0) == step + offset) == isGood)
            #expect(OneTimeCode.step(of: code, Self.secret, at: at, after: step + offset) == nil)
        }
        for wrong in ["", "1", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] {
            #expect(OneTimeCode.step(of: wrong, Self.secret, at: at, after: 0) == nil)
        }
    }

    /// RFC 4648, section 10, without padding.
    @Test(arguments: [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")])
    func `Secrets are written in Base32`(_ plain: String, _ text: String) {
        #expect(OneTimeCode.text(Array(plain.utf8)) == text)
    }

    @Test func `A secret is read as it was written, and nothing else is`() {
        let text = OneTimeCode.text(Self.secret)
        #expect(OneTimeCode.secret(text) == Self.secret)
        for wrong in [
            "", "MY", text.lowercased(), text + "A", String(text.dropLast()) + "1", text + "=", String(repeating: "A", count: 500),
        ] {
            #expect(OneTimeCode.secret(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `An account's name is escaped in what a phone reads`() {
        #expect(
            OneTimeCode.address(Self.secret, account: "Zoë & Co?x=1")
                == "otpauth://totp/Vigilar:Zo%C3%AB%20%26%20Co%3Fx%3D1?secret=\(OneTimeCode.text(Self.secret))&issuer=Vigilar")
    }

    @Test func `Recovery codes are read however they are written down`() throws {
        let codes = RecoveryCode.make()
        #expect(Set(codes).count == RecoveryCode.count && codes.allSatisfy { $0.count == 19 })
        let hash = try #require(RecoveryCode.hash(codes[0]))
        #expect(RecoveryCode.hash(codes[0].uppercased().replacing("-", with: " ")) == hash && RecoveryCode.hash(codes[1]) != hash)
        for wrong in ["", "123456", codes[0] + "a", String(codes[0].dropLast()), codes[0].replacing(/.$/, with: "0")] {
            #expect(RecoveryCode.hash(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `The picture has the modules of a QR code`() throws {
        let svg = try #require(QRCode.svg("otpauth://totp/Vigilar:ann?secret=ABC"))
        // Three finders, each of which begins with a row of seven dark modules at the margin.
        #expect(svg.hasPrefix("<svg xmlns=") && (4..<11).allSatisfy { svg.contains("M\($0) 4h1v1h-1z") } && !svg.contains("M11 4h1"))
        #expect(QRCode.svg(String(repeating: "x", count: 5000)) == nil)
    }
}
