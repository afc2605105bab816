import Testing

@testable import Recording

@Suite("Chunk opener")
struct ChunkOpenerTests {
    static let plaintext = SealedMessage.plaintext(3 * 16_384 + 1000)
    let message: SealedMessage

    init() throws { message = try SealedMessage(Self.plaintext) }

    private func code(_ message: SealedMessage, key: DataKey? = nil, context: [UInt8] = SealedMessage.context) -> RecordingError.Code? {
        recordingCode { _ = try SealedMessage.open(message.bytes, key: key ?? message.key, context: context) }
    }

    @Test("what was sealed opens with its key and context alone")
    func keyAndContext() throws {
        #expect(try SealedMessage.open(message.bytes, key: message.key) == Self.plaintext)
        #expect(code(message, key: DataKey()) == .wrongKey)
        for context in [[], [0], SealedMessage.context + [0], Array("Porch".utf8)] { #expect(code(message, context: context) == .wrongKey) }
    }

    @Test("a preamble with any one bit changed opens nothing")
    func preamble() {
        for bit in 0..<(56 * 8) {
            var changed = message
            changed.preamble[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(code(changed) == .wrongKey)
        }
        for length in 0..<56 {
            let preamble = Array(message.preamble[..<length])
            #expect(recordingCode { _ = try ChunkOpener(key: message.key, context: message.context, preamble: preamble) } == .truncated)
        }
        let long = message.preamble + [0]
        #expect(recordingCode { _ = try ChunkOpener(key: message.key, context: message.context, preamble: long) } == .malformed)
    }

    @Test("a chunk with a bit changed does not open, and gives no byte away", arguments: 0..<4)
    func flipped(number: Int) throws {
        let opener = try ChunkOpener(key: message.key, context: message.context, preamble: message.preamble)
        let chunk = message.chunks[number]
        let bits = Array(stride(from: 0, to: chunk.count * 8, by: 331)) + Array((chunk.count - 16) * 8..<chunk.count * 8)
        for bit in bits {
            var changed = chunk
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            var out: [UInt8] = [1, 2]
            let code = recordingCode { try opener.open(changed[...], number: Int64(number), isLast: number == 3, appendingTo: &out) }
            #expect(code == .notGenuine)
            #expect(out == [1, 2])
        }
    }

    @Test("chunks that change places, come twice or come from another segment do not open")
    func moved() throws {
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            var changed = message
            changed.chunks.swapAt(a, b)
            #expect(code(changed) == .notGenuine)
            changed = message
            changed.chunks[b] = changed.chunks[a]
            #expect(code(changed) == .notGenuine)
        }
        // The same key and plaintext, so that only the salt keeps them apart.
        let other = try SealedMessage(Self.plaintext, key: message.key)
        for number in 0..<4 {
            var changed = message
            changed.chunks[number] = other.chunks[number]
            #expect(code(changed) == .notGenuine)
        }
        var spliced = message
        spliced.preamble = other.preamble
        #expect(code(spliced) == .notGenuine)
        var removed = message
        removed.chunks.remove(at: 1)
        #expect(code(removed) == .notGenuine)
        var longer = message
        longer.chunks.append(message.chunks[3])
        #expect(code(longer) != nil)
    }

    @Test("a message that is cut short anywhere does not open to its end")
    func cut() throws {
        let whole = message.bytes
        let atBoundaries = (0...3).map { 56 + $0 * 16_400 }
        for end in atBoundaries {
            #expect(recordingCode { _ = try SealedMessage.open(Array(whole[..<end]), key: message.key) } == .truncated)
        }
        for end in stride(from: 0, to: whole.count, by: 501) where !atBoundaries.contains(end) {
            #expect(recordingCode { _ = try SealedMessage.open(Array(whole[..<end]), key: message.key) } != nil)
        }
        // A segment whose plaintext ends with a chunk has an empty last one, and is cut short without it.
        var even = try SealedMessage(SealedMessage.plaintext(2 * 16_384))
        #expect(even.chunks.map(\.count) == [16_400, 16_400, 16])
        even.chunks.removeLast()
        #expect(code(even) == .truncated)
    }

    @Test("chunks of the wrong length or number are refused before they are opened")
    func bounds() throws {
        let opener = try ChunkOpener(key: message.key, context: message.context, preamble: message.preamble)
        var out: [UInt8] = []
        func code(_ length: Int, _ number: Int64, isLast: Bool) -> RecordingError.Code? {
            recordingCode { try opener.open([UInt8](repeating: 0, count: length)[...], number: number, isLast: isLast, appendingTo: &out) }
        }
        for length in [0, 1, 15, 16, 16_399] { #expect(code(length, 0, isLast: false) == .truncated) }
        for length in [0, 1, 15, 16_400] { #expect(code(length, 0, isLast: true) == .truncated) }
        for isLast in [true, false] { #expect(code(16_401, 0, isLast: isLast) == .malformed) }
        for number in [Int64.min, -1, 1 << 38, .max] { #expect(code(16_400, number, isLast: false) == .exhausted) }
        #expect(code(16_400, (1 << 38) - 1, isLast: false) == .notGenuine)
        // A whole chunk is no last one, nor a last one a whole one.
        #expect(recordingCode { try opener.open(message.chunks[0][...], number: 0, isLast: true, appendingTo: &out) } == .truncated)
        #expect(recordingCode { try opener.open(message.chunks[3][...], number: 3, isLast: false, appendingTo: &out) } == .truncated)
        #expect(out.isEmpty)
    }
}
