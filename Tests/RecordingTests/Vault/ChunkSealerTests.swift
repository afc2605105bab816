import Testing

@testable import Recording

@Suite("Chunk sealer")
struct ChunkSealerTests {
    @Test("only whole chunks come out, and the rest waits")
    func pending() throws {
        var sealer = ChunkSealer(key: DataKey(), context: [])
        var sealed = SealedChunks()
        #expect(sealer.preamble.count == 56)
        #expect(sealer.preamble.suffix(32) == sealer.commitment[...])
        try sealer.append([UInt8](repeating: 1, count: 16_383), to: &sealed)
        #expect(sealed.bytes.isEmpty)
        #expect(sealer.pendingCount == 16_383)
        #expect(sealer.room == 1)
        try sealer.append([2], to: &sealed)
        #expect(sealed.bytes.count == 16_400)
        #expect(sealed.hashes.count == 1)
        #expect(sealer.pendingCount == 0)
        #expect(sealer.room == 16_384)
        sealed.removeAll()
        try sealer.append([UInt8](repeating: 3, count: 40_000), to: &sealed)
        #expect(sealed.bytes.count == 2 * 16_400)
        #expect(sealer.pendingCount == 40_000 - 2 * 16_384)
        sealed.removeAll()
        try sealer.finish(to: &sealed)
        #expect(sealed.bytes.count == 40_000 - 2 * 16_384 + 16)
        #expect(sealed.hashes.count == 1)
    }

    @Test("the same bytes are sealed the same in whatever pieces they come", arguments: [1, 100, 16_383, 16_384, 16_385, 33_000, 60_000])
    func pieces(piece: Int) throws {
        let key = DataKey()
        let plaintext = SealedMessage.plaintext(50_000)
        let salt = [UInt8](0..<24)
        let message = try SealedMessage(plaintext, key: key, salt: salt, piece: piece)
        #expect(message.bytes == (try SealedMessage(plaintext, key: key, salt: salt, piece: 50_000).bytes))
        #expect(try SealedMessage.open(message.bytes, key: key) == plaintext)
    }

    @Test("no chunk number is sealed twice: one chunk's bytes again are other bytes, and open as that chunk alone")
    func numbers() throws {
        let message = try SealedMessage([UInt8](repeating: 9, count: 300 * 16_384))
        #expect(message.chunks.count == 301)
        #expect(Set(message.chunks).count == 301)
        let opener = try ChunkOpener(key: message.key, context: message.context, preamble: message.preamble)
        for (number, chunk) in message.chunks.enumerated() {
            for candidate in [number - 1, number, number + 1, number ^ 256] {
                var plaintext: [UInt8] = []
                let code = recordingCode {
                    try opener.open(chunk[...], number: Int64(candidate), isLast: number == 300, appendingTo: &plaintext)
                }
                #expect((code == nil) == (candidate == number))
            }
        }
    }

    @Test("nothing is sealed behind the end")
    func finished() throws {
        var sealer = ChunkSealer(key: DataKey(), context: [])
        var sealed = SealedChunks()
        try sealer.append([1, 2, 3], to: &sealed)
        try sealer.finish(to: &sealed)
        let before = sealed.bytes
        for plaintext in [[], [4], [UInt8](repeating: 4, count: 100_000)] {
            do throws(RecordingError) {
                try sealer.append(plaintext, to: &sealed)
                Issue.record("it was sealed")
            } catch { #expect(error.code == .exhausted) }
        }
        do throws(RecordingError) {
            try sealer.finish(to: &sealed)
            Issue.record("it was ended twice")
        } catch { #expect(error.code == .exhausted) }
        #expect(sealed.bytes == before)
        #expect(sealer.pendingCount == 0)
    }

    @Test("every message has a salt and a commitment of its own")
    func salts() throws {
        let key = DataKey()
        let preambles = try (0..<50).map { _ in try SealedMessage([], key: key).preamble }
        #expect(Set(preambles.map { $0[..<24] }).count == 50)
        #expect(Set(preambles.map { $0[24...] }).count == 50)
    }

    @Test("a chunk's hash changes with any bit of it and with its length")
    func hashes() throws {
        let chunk = try SealedMessage(SealedMessage.plaintext(16_384)).chunks[0]
        let hash = try ChunkHash(of: chunk[...])
        #expect(hash.bytes.count == ChunkHash.length)
        #expect(ChunkHash(bytes: hash.bytes) == hash)
        #expect(ChunkHash(bytes: []) == nil)
        #expect(ChunkHash(bytes: [UInt8](repeating: 0, count: 17)) == nil)
        var seen: Set = [hash]
        for bit in stride(from: 0, to: chunk.count * 8, by: 97) {
            var changed = chunk
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(seen.insert(try ChunkHash(of: changed[...])).inserted)
        }
        // What a torn write leaves: a beginning, and zeros or nothing behind it.
        for end in stride(from: 0, to: chunk.count, by: 512) {
            #expect(seen.insert(try ChunkHash(of: chunk[..<end])).inserted)
            if end > 0 {
                #expect(seen.insert(try ChunkHash(of: (chunk[..<end] + [UInt8](repeating: 0, count: chunk.count - end))[...])).inserted)
            }
        }
    }

    @Test("a sealer's secrets do not print themselves")
    func concealed() throws {
        let key = try DataKey(bytes: [UInt8](repeating: 0xAB, count: 32))
        var text = "\(key) \([key])"
        dump(key, to: &text)
        #expect(!text.contains("171") && !text.lowercased().contains("ab"))
        let keys = ChunkKeys(key, salt: [UInt8](repeating: 1, count: 24), context: [])
        #expect("\(keys) \([keys])".contains("keys of a recording"))
        #expect(Set((0..<50).map { _ in DataKey().bytes }).count == 50)
    }
}
