import Crypto
import Foundation
import Testing
import Trust

@Suite("Invitation")
struct InvitationTokenTests {
    static let fingerprint = String(repeating: "0123456789abcdef", count: 4)

    @Test("an invitation reads back, white space around it included")
    func roundTrip() throws {
        let token = try InvitationToken(authorityFingerprint: Self.fingerprint)
        #expect(token.text.count == 75)
        for text in [token.text, "  \(token.text)\r\n"] {
            let read = try InvitationToken(text: text)
            #expect(read.text == token.text)
            #expect(read.secretHash == token.secretHash)
            #expect(read.authorityFingerprint == Self.fingerprint)
        }
        #expect(try InvitationToken(authorityFingerprint: Self.fingerprint).secretHash != token.secretHash)
    }

    @Test("an invitation has the documented form")
    func form() throws {
        let secret: [UInt8] = Array(0..<16)
        let authority = [UInt8](repeating: 0xab, count: 32)
        let content = secret + authority
        let text =
            "vgi1_"
            + Data(content + SHA256.hash(data: content).prefix(4)).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        let token = try InvitationToken(text: text)
        #expect(token.secretHash == Array(SHA256.hash(data: secret)))
        #expect(token.authorityFingerprint == String(repeating: "ab", count: 32))
    }

    @Test("an invitation fits the authority that it is made for")
    func authority() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let token = try InvitationToken(authorityFingerprint: authority.fingerprint)
        #expect(try InvitationToken(text: token.text).authorityFingerprint == CertificateFacts(pem: authority.certificatePEM).fingerprint)
    }

    @Test(
        "a fingerprint that is none is refused",
        arguments: ["", "ab", String(repeating: "x", count: 64), String(repeating: "a", count: 66)])
    func fingerprint(text: String) {
        #expect(code { _ = try InvitationToken(authorityFingerprint: text) } == .unusable)
    }

    @Test("every single mistyped, lost, doubled or exchanged character is noticed")
    func typing() throws {
        let text = Array(try InvitationToken(authorityFingerprint: Self.fingerprint).text)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= é")
        func refused(_ changed: [Character]) -> Bool { code { _ = try InvitationToken(text: String(changed)) } == .malformed }
        for at in text.indices {
            for character in alphabet where character != text[at] {
                // A trailing space is only a shorter invitation.
                var changed = text
                changed[at] = character
                #expect(refused(changed), "\(at) \(character)")
            }
            var lost = text
            lost.remove(at: at)
            #expect(refused(lost))
            var doubled = text
            doubled.insert(text[at], at: at)
            #expect(refused(doubled))
            #expect(refused(Array(text[..<at])))
            if at + 1 < text.count, text[at] != text[at + 1] {
                var exchanged = text
                exchanged.swapAt(at, at + 1)
                #expect(refused(exchanged))
            }
        }
    }

    @Test("the error says what is wrong and holds nothing of the secret")
    func messages() throws {
        let token = try InvitationToken(authorityFingerprint: Self.fingerprint)
        let text = token.text
        let body = text.dropFirst(5)
        let wrongs: [(text: String, word: String)] = [
            (String(text.dropLast(3)), "cut short: it has 72 of 75"), ("\(text)AA", "too long"), (String(body), "begins with vgi1_"),
            ("vgi2_\(body)", "begins with vgi1_"), ("\(text.prefix(40))\n\(text.dropFirst(40))", "line break"),
            ("vgi1_\(String(body.reversed()))", "mistyped"), ("vgi1_\(body.dropLast())*", "mistyped"),
            (String(repeating: text, count: 20), "longer"), ("", "begins with vgi1_"),
        ]
        for (wrong, word) in wrongs {
            let error = #expect(throws: TrustError.self) { try InvitationToken(text: wrong) }
            #expect(error?.description.contains(word) == true, "\(word)")
            #expect(error?.description.contains(body.prefix(8)) == false)
        }
    }

    @Test("an invitation does not print its secret, nor does what holds one")
    func concealed() throws {
        let token = try InvitationToken(authorityFingerprint: Self.fingerprint)
        let printed = dumped(token) + dumped(["token": token]) + dumped(Optional(token) as Any)
        #expect(!printed.contains(token.text.dropFirst(5).prefix(8)))
        #expect(!printed.contains("\(token.secretHash[0]), \(token.secretHash[1])"))
        #expect(printed.contains("(invitation)"))
    }
}

/// Everything that printing a value can show.
func dumped(_ value: Any) -> String {
    var text = "\(value) \(String(reflecting: value)) "
    dump(value, to: &text)
    return text
}
