import Foundation
import TestSupport
import Testing
import Trust

@Suite("Sealed box")
struct SealedBoxTests {
    static let context = Array("vigilar/secrets/v1 porch".utf8)

    @Test("what was sealed opens with its key and context alone", arguments: [0, 1, 15, 16, 17, 1000, 100_000])
    func roundTrip(length: Int) throws {
        var dice = SeededGenerator(seed: length)
        let plaintext = (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
        let key = try SealingPrivateKey(text: SealingPrivateKey().text)
        let box = try SealedBox.seal(plaintext, to: try SealingPublicKey(text: key.publicKey.text), context: Self.context)
        #expect(box.count == plaintext.count + SealedBox.overhead)
        #expect(box.first == 1)
        #expect(try SealedBox.open(box, with: key, context: Self.context) == plaintext)
        #expect(code { _ = try SealedBox.open(box, with: SealingPrivateKey(), context: Self.context) } == .notGenuine)
        #expect(code { _ = try SealedBox.open(box, with: key, context: []) } == .notGenuine)
        #expect(code { _ = try SealedBox.open(box, with: key, context: Self.context + [0]) } == .notGenuine)
        #expect(code { _ = try SealedBox.open(box + [0], with: key, context: Self.context) } == .notGenuine)
    }

    @Test("a box that another program sealed opens")
    func known() throws {
        // Made with HPKE of pyca/cryptography 48: P256, HKDF_SHA256, AES_256_GCM.
        let key = try SealingPrivateKey(text: "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA")
        #expect(key.publicKey.text == "AlFcPW6545a5BNP-yn9U_c0MwemXvzddylFa0KbDtANf")
        let box = Data(
            base64Encoded: "AQR1jIsV38jNr3uvDxBPNN2iNpzLxFT5jDiY9ng4XszMioeb9PU6yoT07Ynpwqg+lUsgCfpJAjDp/Juh11Ch"
                + "itntdBuy5EbI8iEEOeeeLvwNHH8RYBAI5wGrrVJW/JQ=")
        #expect(try SealedBox.open(Array(box!), with: key, context: Self.context) == Array("rtsp://camera".utf8))
    }

    @Test("the same is sealed differently each time")
    func fresh() throws {
        let key = SealingPrivateKey()
        let boxes = try (0..<20).map { _ in try SealedBox.seal([1, 2, 3], to: key.publicKey, context: []) }
        #expect(Set(boxes).count == boxes.count)
        #expect(Set(boxes.map { $0[1...65] }).count == boxes.count)
    }

    @Test("a box with any one bit changed, or cut short anywhere, does not open")
    func changed() throws {
        let key = SealingPrivateKey()
        let box = try SealedBox.seal(Array("rtsp://camera".utf8), to: key.publicKey, context: Self.context)
        for changed in bitFlips(box) {
            #expect(throws: TrustError.self) { try SealedBox.open(changed, with: key, context: Self.context) }
        }
        for end in 0..<box.count {
            #expect(throws: TrustError.self) { try SealedBox.open(Array(box[..<end]), with: key, context: Self.context) }
        }
    }

    @Test("parts of two boxes make no third one")
    func swapped() throws {
        let key = SealingPrivateKey()
        let one = try SealedBox.seal([1, 2, 3], to: key.publicKey, context: Self.context)
        let two = try SealedBox.seal([1, 2, 3], to: key.publicKey, context: Self.context)
        #expect(code { _ = try SealedBox.open(Array(one[..<66] + two[66...]), with: key, context: Self.context) } == .notGenuine)
        #expect(code { _ = try SealedBox.open(Array(two[..<66] + one[66...]), with: key, context: Self.context) } == .notGenuine)
    }

    @Test("garbage does not open, and points that are none are no keys")
    func garbage() throws {
        let key = SealingPrivateKey()
        var dice = SeededGenerator(seed: 3)
        for length in 0..<200 {
            let random = [1, 4] + (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
            #expect(throws: TrustError.self) { try SealedBox.open(random, with: key, context: []) }
        }
        var points = 0
        for _ in 0..<200 {
            let x = (0..<32).map { _ in UInt8.random(in: 0...255, using: &dice) }
            // Half of all numbers are the abscissa of a point.
            if (try? SealingPublicKey(text: base64URL([2] + x))) != nil { points += 1 }
            for first: UInt8 in [0, 1, 4, 5, 6, 7, 255] {
                #expect(code { _ = try SealingPublicKey(text: base64URL([first] + x)) } == .malformed)
            }
        }
        #expect((50...150).contains(points))
        for scalar: [UInt8] in [[UInt8](repeating: 0, count: 32), [UInt8](repeating: 255, count: 32)] {
            #expect(code { _ = try SealingPrivateKey(text: base64URL(scalar)) } == .malformed)
        }
    }

    @Test("a box of another version says so")
    func version() throws {
        let key = SealingPrivateKey()
        var box = try SealedBox.seal([], to: key.publicKey, context: [])
        box[0] = 2
        let error = #expect(throws: TrustError.self) { try SealedBox.open(box, with: key, context: []) }
        #expect(error?.code == .malformed)
        #expect(error?.description.contains("version 2") == true)
    }

    @Test("text that is no key is refused", arguments: KeyTexts.wrong)
    func keyText(text: String) {
        #expect(code { _ = try SealingPrivateKey(text: text) } == .malformed)
        #expect(code { _ = try SealingPublicKey(text: text) } == .malformed)
    }

    @Test("a private key does not print itself")
    func concealed() {
        let key = SealingPrivateKey()
        #expect(!dumped(key).contains(key.text))
        #expect(!dumped([key]).contains("PrivateKey("))
        #expect(dumped(key).contains(key.publicKey.text))
    }
}

private func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
}

/// What is not the text of a key.
enum KeyTexts {
    static let wrong = [
        "", "A", String(repeating: "A", count: 42), String(repeating: "A", count: 44), String(repeating: "_", count: 44),
        String(repeating: "A", count: 100_000), String(repeating: "A", count: 42) + "B",
        String(repeating: "A", count: 42) + "=", String(repeating: "A", count: 42) + " ", String(repeating: "+", count: 43),
        String(repeating: "é", count: 43), String(repeating: "A", count: 41) + "é",
    ]
}
