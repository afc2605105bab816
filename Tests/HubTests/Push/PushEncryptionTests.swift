import Base
import Crypto
import Foundation
import Protocol
import Testing
import Trust

@testable import Hub

@Suite struct PushEncryptionTests {
    private static func bytes(_ text: String) throws -> [UInt8] { try #require(Base64URL.decode(text)) }

    /// RFC 8291, section 5 and appendix A.
    private static func browser() throws -> PushedBrowser {
        PushedBrowser(
            key: try P256.KeyAgreement.PrivateKey(rawRepresentation: bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")),
            secret: try bytes("BTBZMqHH6r4Tts7J_aSIgg"))
    }

    private static let body =
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4M"
        + "qgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"

    @Test func `RFC 8291's example comes out as it stands there, and is read by its receiver`() throws {
        let browser = try Self.browser()
        let message = Array("When I grow up, I want to be a watermelon".utf8)
        let sealed = try PushEncryption.seal(
            message, publicKey: Self.bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            secret: browser.secret,
            from: P256.KeyAgreement.PrivateKey(rawRepresentation: Self.bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")),
            salt: Self.bytes("DGv6ra1nlYgDCS1FRnbzlw"))
        #expect(Base64URL.encode(sealed) == Self.body)
        #expect(try browser.open(sealed) == message)
    }

    @Test func `Each message has a key and a salt of its own, and one of the longest fits into what push services take`() throws {
        let browser = PushedBrowser()
        let longest = [UInt8](repeating: 7, count: PushEncryption.longest)
        let (one, two) = (
            try PushEncryption.seal(longest, publicKey: browser.publicKey, secret: browser.secret),
            try PushEncryption.seal(longest, publicKey: browser.publicKey, secret: browser.secret)
        )
        #expect(one.count == 4096 && one[..<16] != two[..<16] && one[21..<86] != two[21..<86])
        for sealed in [one, two] { #expect(try browser.open(sealed) == longest) }
        #expect(throws: PushError.self) {
            try PushEncryption.seal(longest + [7], publicKey: browser.publicKey, secret: browser.secret)
        }
    }

    @Test func `Keys that are none are known before anything is sent`() throws {
        let browser = PushedBrowser()
        #expect(PushEncryption.isUsable(publicKey: browser.publicKey, secret: browser.secret))
        var crooked = browser.publicKey
        crooked[64] ^= 1
        let unusable: [([UInt8], [UInt8])] = [
            (crooked, browser.secret), ([], browser.secret), (Array(browser.publicKey.dropLast()), browser.secret),
            ([UInt8](repeating: 0, count: 65), browser.secret), (browser.publicKey, []), (browser.publicKey, browser.secret + [0]),
        ]
        for (key, secret) in unusable { #expect(!PushEncryption.isUsable(publicKey: key, secret: secret)) }
        #expect(throws: PushError.self) { try PushEncryption.seal([1], publicKey: crooked, secret: browser.secret) }
    }
}
