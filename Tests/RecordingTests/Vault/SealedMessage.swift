import Testing

@testable import Recording

/// A message of C2SP chunked encryption, in its parts.
struct SealedMessage {
    static let context = Array("porch".utf8)

    let key: DataKey
    let context: [UInt8]
    var preamble: [UInt8]
    var chunks: [[UInt8]]
    var hashes: [ChunkHash]

    /// Seals `plaintext`, handed over in pieces of `piece` bytes.
    init(
        _ plaintext: [UInt8], key: DataKey = DataKey(), context: [UInt8] = Self.context, salt: [UInt8]? = nil, piece: Int = 7000
    ) throws {
        var sealer = salt.map { ChunkSealer(key: key, context: context, knownSalt: $0) } ?? ChunkSealer(key: key, context: context)
        var sealed = SealedChunks()
        for start in stride(from: 0, to: plaintext.count, by: piece) {
            try sealer.append(Array(plaintext[start..<min(plaintext.count, start + piece)]), to: &sealed)
        }
        try sealer.finish(to: &sealed)
        self.key = key
        self.context = context
        preamble = sealer.preamble
        hashes = sealed.hashes
        chunks = stride(from: 0, to: sealed.bytes.count, by: 16_400).map { Array(sealed.bytes[$0..<min(sealed.bytes.count, $0 + 16_400)]) }
    }

    var bytes: [UInt8] { preamble + chunks.flatMap { $0 } }

    /// A plaintext that no two chunks have in common.
    static func plaintext(_ length: Int) -> [UInt8] { (0..<length).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ 7 &* $0 &+ $0 >> 8) } }

    /// Opens a message as a reader of streams does: its chunks from the first to the short one.
    /// - Parameter prefix: What was opened, before an error too.
    static func open(_ message: [UInt8], key: DataKey, context: [UInt8], prefix: inout [UInt8]) throws(RecordingError) {
        let opener = try ChunkOpener(key: key, context: context, preamble: Array(message.prefix(56)))
        let layout = try? ChunkLayout(length: Int64(message.count - 56), isUnterminated: false)
        var rest = message.dropFirst(56)
        var number: Int64 = 0
        repeat {
            let isLast = layout == nil ? rest.count < 16_400 : number == layout?.wholeChunks
            let chunk = rest.prefix(16_400)
            try opener.open(chunk, number: number, isLast: isLast, appendingTo: &prefix)
            rest = rest.dropFirst(chunk.count)
            number += 1
            if isLast { return }
        } while true
    }

    static func open(_ message: [UInt8], key: DataKey, context: [UInt8] = Self.context) throws(RecordingError) -> [UInt8] {
        var plaintext: [UInt8] = []
        try open(message, key: key, context: context, prefix: &plaintext)
        return plaintext
    }
}

/// The code of the `RecordingError` that the body throws; nil where it throws none.
func recordingCode(_ body: () throws -> Void) -> RecordingError.Code? {
    do { try body() } catch let error as RecordingError { return error.code } catch { return nil }
    return nil
}
