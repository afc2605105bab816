import Base
import MediaTypes
import TestSupport
import Testing
import Trust

@testable import Recording

@Suite("Segment opener")
struct SegmentOpenerTests {
    /// Several batches of chunks, and a short one.
    static let length = 40 * 16_384 + 5000
    static let plaintext = SealedMessage.plaintext(length)
    let hub = SealingPrivateKey()
    let segment: SealedSegment

    init() throws { segment = try SealedSegment(Self.length, to: [SealingPrivateKey().publicKey, hub.publicKey]) }

    private func whole(_ bytes: [UInt8], isUnterminated: Bool = false) throws -> [UInt8] {
        let file = ReadableFile(bytes)
        var out: [UInt8] = []
        try file.opener([hub]).decrypt(fileLength: file.length, isUnterminated: isUnterminated, read: file.read) {
            #expect(!$0.isEmpty)
            out += $0
        }
        return out
    }

    @Test("the whole file opens with a recipient's key", arguments: [0, 1, 16_383, 16_384, 16_385, 16 * 16_384, length])
    func opens(length: Int) throws {
        let file = ReadableFile(try SealedSegment(length, to: [hub.publicKey]).bytes)
        #expect(try whole(file.bytes) == SealedMessage.plaintext(length))
        let opener = try file.opener([SealingPrivateKey(), hub])
        #expect(try opener.checkEnd(fileLength: file.length, read: file.read) == Int64(length))
        #expect(recordingCode { _ = try file.opener([SealingPrivateKey()]) } == .wrongKey)
    }

    @Test("any range of it is the same range of the plaintext, of which no other chunk is read", arguments: 1...5)
    func ranges(seed: Int) throws {
        var dice = SeededGenerator(seed: seed)
        let file = ReadableFile(segment.bytes)
        let opener = try file.opener([hub])
        for _ in 0..<40 {
            var ends = [Int64.random(in: 0...Int64(Self.length), using: &dice), Int64.random(in: 0...Int64(Self.length), using: &dice)]
            // Half of them end near the end of a chunk.
            if Bool.random(using: &dice) {
                ends = ends.map { min(Int64(Self.length), max(0, $0 / 16_384 * 16_384 + Int64.random(in: -1...1, using: &dice))) }
            }
            if Bool.random(using: &dice) { ends[1] = min(Int64(Self.length), ends[0] + Int64.random(in: 0...300, using: &dice)) }
            let range = min(ends[0], ends[1])..<max(ends[0], ends[1])
            let before = file.read.count
            #expect(
                try opener.plaintext(of: range, fileLength: file.length, read: file.read)
                    == Array(Self.plaintext[Int(range.lowerBound)..<Int(range.upperBound)]))
            let read = file.read[before...].reduce(0) { $0 + $1.count }
            let chunks = range.isEmpty ? 0 : Int((range.upperBound - 1) / 16_384 - range.lowerBound / 16_384) + 1
            #expect(read <= chunks * 16_400 && read > (chunks - 1) * 16_400)
        }
    }

    @Test("a range beyond the end is refused")
    func beyond() throws {
        let file = ReadableFile(segment.bytes)
        let opener = try file.opener([hub])
        let length = Int64(Self.length)
        for range in [
            0..<length + 1, length..<length + 1, length + 5..<length + 5, -1..<5, -5 ..< -5, 0..<Int64.max, Int64.min..<Int64.max,
        ] {
            #expect(recordingCode { _ = try opener.plaintext(of: range, fileLength: file.length, read: file.read) } == .truncated)
        }
        #expect(file.read.isEmpty)
    }

    @Test("a segment that was cut short shows it, wherever the cut is")
    func cut() throws {
        let bytes = segment.bytes
        let head = segment.header.encoded.count + 56
        for chunk in [0, 1, 15, 16, 17, 40] {
            for extra in [0, 1, 15] {
                let file = ReadableFile(Array(bytes[..<(head + chunk * 16_400 + extra)]))
                #expect(recordingCode { _ = try whole(file.bytes) } == .truncated)
                let opener = try file.opener([hub])
                #expect(recordingCode { _ = try opener.checkEnd(fileLength: file.length, read: file.read) } == .truncated)
                #expect(recordingCode { _ = try opener.plaintext(of: 0..<1, fileLength: file.length, read: file.read) } == .truncated)
            }
            for extra in [16, 17, 3000] {
                let file = ReadableFile(Array(bytes[..<(head + chunk * 16_400 + extra)]))
                #expect(recordingCode { _ = try whole(file.bytes) } == .notGenuine)
                let opener = try file.opener([hub])
                #expect(recordingCode { _ = try opener.checkEnd(fileLength: file.length, read: file.read) } == .notGenuine)
            }
        }
        let opener = try ReadableFile(bytes).opener([hub])
        for length in [Int64.min, -1, 0, Int64(head) - 1] {
            #expect(recordingCode { _ = try opener.layout(fileLength: length, isUnterminated: true) } == .truncated)
        }
        #expect(recordingCode { _ = try opener.layout(fileLength: .max, isUnterminated: true) } == .exhausted)
    }

    @Test("an unterminated segment opens up to its last whole chunk", arguments: [0, 1, 16, 17, 40], [0, 1, 15, 16, 3000])
    func unterminated(chunks: Int, extra: Int) throws {
        let end = segment.header.encoded.count + 56 + chunks * 16_400 + extra
        let file = ReadableFile(Array(segment.bytes[..<end]))
        #expect(try whole(file.bytes, isUnterminated: true) == Array(Self.plaintext[..<(chunks * 16_384)]))
        let opener = try file.opener([hub])
        let length = Int64(chunks * 16_384)
        let last = try opener.plaintext(of: max(0, length - 10)..<length, fileLength: file.length, isUnterminated: true, read: file.read)
        #expect(last == Array(Self.plaintext[max(0, chunks * 16_384 - 10)..<(chunks * 16_384)]))
        let code = recordingCode {
            _ = try opener.plaintext(of: length..<length + 1, fileLength: file.length, isUnterminated: true, read: file.read)
        }
        #expect(code == .truncated)
    }

    @Test("a file that gives fewer bytes than its length is cut short; what it throws is passed on")
    func reading() throws {
        struct Broken: Error {}
        let file = ReadableFile(segment.bytes)
        let opener = try file.opener([hub])
        #expect(recordingCode { _ = try opener.plaintext(of: 0..<5, fileLength: file.length) { file.read($0).dropLast() } } == .truncated)
        #expect(recordingCode { _ = try opener.plaintext(of: 0..<5, fileLength: file.length) { _ in [] } } == .truncated)
        #expect(recordingCode { _ = try opener.checkEnd(fileLength: file.length) { file.read($0).dropLast() } } == .truncated)
        #expect(throws: Broken.self) { try opener.plaintext(of: 0..<5, fileLength: file.length) { _ in throw Broken() } }
        #expect(throws: Broken.self) { try opener.decrypt(fileLength: file.length, read: file.read) { _ in throw Broken() } }
    }

    @Test("with another camera's, track's or time's header nothing opens", arguments: ["camera", "id", "track", "previous", "start"])
    func swapped(part: String) throws {
        let sealed = segment.header.keys
        let identity = SealedSegment.identity(camera: part == "camera" ? "yard" : "door", random: part == "id" ? 2 : 1)
        let header = try SegmentHeader(
            identity: identity, track: part == "track" ? .sub : .main,
            start: part == "start" ? Timestamp(microseconds: 5) : SealedSegment.start,
            codec: .hevc, previous: part == "previous" ? nil : segment.header.previous, keys: sealed)
        let code = recordingCode { _ = try ReadableFile(header.encoded + segment.message.bytes).opener([hub]) }
        #expect(code == (part == "camera" || part == "id" ? .notGenuine : .wrongKey))
        let other = try SealedSegment(100, to: [hub.publicKey], identity: identity)
        #expect(recordingCode { _ = try ReadableFile(other.header.encoded + segment.message.bytes).opener([hub]) } == .wrongKey)
    }

    @Test("with any one bit of the header changed nothing opens")
    func flippedHeader() throws {
        // Some bits only of those that cost a decapsulation.
        for bit in stride(from: 0, to: segment.header.encoded.count * 8, by: 3) {
            var changed = segment.bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: (any Error).self) { try ReadableFile(changed).opener([hub]) }
        }
    }
}
