import Crypto
import Testing

@testable import Recording

@Suite("Chunked encryption")
struct ChunkedEncryptionTests {
    @Test("the published vectors are opened, or refused where they say so", arguments: WycheproofVectors.all)
    func published(vector: WycheproofVector) throws {
        var plaintext: [UInt8] = []
        let code = recordingCode {
            let key = try DataKey(bytes: vector.key)
            try SealedMessage.open(vector.message, key: key, context: vector.context, prefix: &plaintext)
        }
        #expect((code == nil) == vector.isValid)
        #expect(plaintext.count == vector.plaintextLength)
        if !vector.plaintextSHA512.isEmpty { #expect(hex(SHA512.hash(data: plaintext)) == vector.plaintextSHA512) }
        if vector.flags.contains("WrongKey") || vector.flags.contains("WrongContext") { #expect(code == .wrongKey) }
        if vector.flags.contains("HeaderFailure"), vector.flags.contains("ModifiedCiphertext") { #expect(code == .wrongKey) }
        if vector.flags.contains("InvalidKeySize") { #expect(code == .malformed) }
        if vector.flags == ["ModifiedCiphertext"] { #expect(code == .notGenuine) }
    }

    @Test("the published vectors are sealed as they were", arguments: WycheproofVectors.all.filter(\.isValid))
    func resealed(vector: WycheproofVector) throws {
        let key = try DataKey(bytes: vector.key)
        let plaintext = try SealedMessage.open(vector.message, key: key, context: vector.context)
        let salt = Array(vector.message[..<24])
        for piece in [5000, 16_384, 40_000] {
            #expect(try SealedMessage(plaintext, key: key, context: vector.context, salt: salt, piece: piece).bytes == vector.message)
        }
    }

    @Test("all vectors are at hand")
    func complete() {
        #expect(WycheproofVectors.all.map(\.id).sorted() == Array(1...35).filter { $0 != 8 })
        #expect(WycheproofVectors.all.filter(\.isValid).count == 9)
    }

    /// Computed with Python's hmac and hashlib, and AESGCM of pyca/cryptography 48: key 0…31, salt 100…123, context `porch`, plaintext
    /// as of `SealedMessage.plaintext`. `last` is the last chunk's tag, `hash` its GMAC, `whole` the SHA-256 of the message.
    struct Known: Sendable {
        var length: Int
        var last: String
        var hash: String
        var whole: String
    }

    static let known = [
        Known(
            length: 0, last: "e6120d87fc0b3ec79bea4cfb3352c122", hash: "417da29175334854e46ac8ecdea71dbd",
            whole: "32f5d7e3717453015e0c552e55804e25cac4024a1902172c53c2b04fc01be92f"),
        Known(
            length: 1, last: "3706d2c06b067010867e881082c41470", hash: "2b56e421766f5f843ca87d7eb099b5b5",
            whole: "c922c9fa747bdfff931925fb4e83e886efe07d68b3f3f14bdfadab396476c57c"),
        Known(
            length: 16_383, last: "49efb6a360134978a8731b76a3d387b1", hash: "762a005e770f62aebad2a2d6835234cb",
            whole: "3d27b56acd10bf75f149623b6a8591d781270a20c69761b878efbd5f1e83ba14"),
        Known(
            length: 16_384, last: "6ef065dc093531e2c3c301a9023608c0", hash: "7a6fa0f22e77627d09ebc5571afc1903",
            whole: "9832e1176a03b0543ad7b9dd3442562892683915d3b749fe2ed2bd3c8973508c"),
        Known(
            length: 16_385, last: "03f1dbdca4141a63005cef57ee99a854", hash: "f7b0d8c464197390eb1a383c94dfae16",
            whole: "031a68bde29bb7093f04f46a1a31f9a10a38b826bf10daaa975143f136c5ea2c"),
        Known(
            length: 50_000, last: "9b71b034f5e3e4ccda526d936fcce363", hash: "a949bab3c70c4f11379351900dc9c2c2",
            whole: "032a85c20fc42141aaa5b83d26377a0717ff914903e86f61ef031792b8cf742f"),
        Known(
            length: 70_000, last: "a0ed5665e4fba4a3c625847e9f316798", hash: "0f5d7a9cfe5a68243929b471cc55d8ec",
            whole: "e4c6fbeb5497c702525eb9f213f2d415de3f5c72ef4ebb1ea10746825fbcca41"),
    ]

    @Test("another program seals the same", arguments: known)
    func ours(known: Known) throws {
        let message = try SealedMessage(
            SealedMessage.plaintext(known.length), key: DataKey(bytes: Array(0..<32)), salt: Array(100..<124))
        #expect(hex(message.preamble[24...]) == "7505adb4e12aa176295c121873c51b6f76e2c2464f1775585c770ad7720cb13a")
        #expect(hex(message.chunks.last!.suffix(16)) == known.last)
        if known.length >= 16_384 { #expect(hex(message.chunks[0].suffix(16)) == "afac9b13a0b73ea0cd9f7f3e3fcee6dd") }
        #expect(hex(message.hashes.last!.bytes) == known.hash)
        #expect(hex(SHA256.hash(data: message.bytes)) == known.whole)
    }

    @Test("bytes of the plaintext lie in the chunks that they lie in")
    func positions() {
        #expect(ChunkedEncryption.chunks(holding: 0..<0) == 0..<0)
        #expect(ChunkedEncryption.chunks(holding: 0..<1) == 0..<1)
        #expect(ChunkedEncryption.chunks(holding: 0..<16_384) == 0..<1)
        #expect(ChunkedEncryption.chunks(holding: 16_383..<16_385) == 0..<2)
        #expect(ChunkedEncryption.chunks(holding: 16_384..<49_152) == 1..<3)
        #expect(ChunkedEncryption.chunks(holding: 0..<Int64.max).upperBound == 1 << 49)
        #expect(ChunkedEncryption.offset(ofChunk: 0) == 56)
        #expect(ChunkedEncryption.offset(ofChunk: 3) == 49_256)
        #expect(ChunkedEncryption.offset(ofChunk: .max) == 56 + (1 << 38) * 16_400)
        #expect(ChunkedEncryption.offset(ofChunk: .min) == 56)
    }

    @Test(
        "a message's length says where its last chunk is",
        arguments: [(16, 0, 0), (17, 0, 1), (16_399, 0, 16_383), (16_416, 1, 16_384), (16_417, 1, 16_385), (3 * 16_400 + 116, 3, 49_252)])
    func layout(length: Int64, whole: Int64, plaintext: Int64) throws {
        let layout = try ChunkLayout(length: length, isUnterminated: false)
        #expect(layout.wholeChunks == whole)
        #expect(layout.plaintextLength == plaintext)
        #expect(layout.chunks == whole + 1)
        let open = try ChunkLayout(length: length, isUnterminated: true)
        #expect(open.chunks == whole)
        #expect(open.plaintextLength == whole * 16_384)
    }

    @Test(
        "a length that no whole message has is that of one cut short",
        arguments: [-1, 0, 1, 15, 16_400, 16_415, 2 * 16_400, .min] as [Int64])
    func cutLayout(length: Int64) {
        #expect(recordingCode { _ = try ChunkLayout(length: length, isUnterminated: false) } == .truncated)
    }

    @Test("a length beyond the longest message is refused", arguments: [.max, (1 << 38) * 16_400] as [Int64])
    func longLayout(length: Int64) {
        #expect(recordingCode { _ = try ChunkLayout(length: length, isUnterminated: false) } == .exhausted)
        #expect(recordingCode { _ = try ChunkLayout(length: length, isUnterminated: true) } == .exhausted)
    }
}
