import Foundation
import Testing
import Trust

@Suite("Signed text")
struct SignedTextTests {
    static let domain = "vigilar/config/v1"

    @Test("what was signed verifies with its key and domain alone", arguments: [0, 1, 100_000])
    func roundTrip(length: Int) throws {
        let key = try SigningKey(text: SigningKey().text)
        let payload = [UInt8](repeating: 7, count: length)
        let signed = try SignedText(signing: payload, domain: Self.domain, with: key)
        let arrived = SignedText(payload: payload, signature: signed.signature)
        #expect(try arrived.verify(domain: Self.domain, with: try VerifyingKey(text: key.verifyingKey.text)) == payload)
        #expect(code { try arrived.verify(domain: Self.domain, with: SigningKey().verifyingKey) } == .notGenuine)
        #expect(code { try arrived.verify(domain: "vigilar/config/v2", with: key.verifyingKey) } == .notGenuine)
        let longer = SignedText(payload: payload + [7], signature: signed.signature)
        #expect(code { try longer.verify(domain: Self.domain, with: key.verifyingKey) } == .notGenuine)
    }

    @Test("openssl verifies the signature over the domain, a zero byte and the payload")
    func openssl() async throws {
        let openssl = try OpenSSL()
        let key = SigningKey()
        let payload = Array("motion = 3\n".utf8)
        let signed = try SignedText(signing: payload, domain: Self.domain, with: key)
        let raw = Data(
            base64Encoded: key.verifyingKey.text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/") + "=")
        // SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4).
        try openssl.write(
            "key.pem", pem("PUBLIC KEY", [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + Array(raw!)))
        try openssl.write("message", Array(Self.domain.utf8) + [0] + payload)
        try openssl.write("signature", signed.signature)
        let arguments = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pem", "-sigfile", "signature", "-in"]
        #expect(try await openssl.run(arguments + ["message"]).output.contains("Signature Verified Successfully"))
        try openssl.write("other", payload)
        #expect(try await openssl.run(arguments + ["other"]).status != 0)
    }

    @Test("the border between domain and payload cannot be moved")
    func border() throws {
        let key = SigningKey()
        let signed = try SignedText(signing: Array("b/c".utf8), domain: "a", with: key)
        for (domain, payload) in [("ab", "/c"), ("a/b", "c"), ("ab/c", "")] {
            let moved = SignedText(payload: Array(payload.utf8), signature: signed.signature)
            #expect(code { try moved.verify(domain: domain, with: key.verifyingKey) } == .notGenuine)
        }
    }

    @Test("a text with any one bit changed, and a signature cut short anywhere, does not verify")
    func changed() throws {
        let key = SigningKey()
        let payload = Array("motion = 3\n".utf8)
        let signature = try SignedText(signing: payload, domain: Self.domain, with: key).signature
        #expect(signature.count == 64)
        for changed in bitFlips(payload) {
            #expect(
                code { try SignedText(payload: changed, signature: signature).verify(domain: Self.domain, with: key.verifyingKey) }
                    == .notGenuine)
        }
        let parts = (0..<64).map { Array(signature[..<$0]) } + [signature + [0], signature + signature]
        for changed in Array(bitFlips(signature)) + parts {
            #expect(
                code { try SignedText(payload: payload, signature: changed).verify(domain: Self.domain, with: key.verifyingKey) }
                    == .notGenuine)
        }
    }

    @Test("a domain that is none is refused", arguments: ["", "a b", "a\0b", "ä", String(repeating: "a", count: 65)])
    func domain(text: String) throws {
        let key = SigningKey()
        #expect(code { _ = try SignedText(signing: [], domain: text, with: key) } == .unusable)
        #expect(code { try SignedText(payload: [], signature: []).verify(domain: text, with: key.verifyingKey) } == .unusable)
    }

    @Test("text that is no key is refused", arguments: KeyTexts.wrong)
    func keyText(text: String) {
        #expect(code { _ = try SigningKey(text: text) } == .malformed)
        #expect(code { _ = try VerifyingKey(text: text) } == .malformed)
    }

    @Test("a signing key does not print itself")
    func concealed() {
        let key = SigningKey()
        #expect(!dumped(key).contains(key.text))
        #expect(!dumped([key]).contains("PrivateKey("))
    }
}
