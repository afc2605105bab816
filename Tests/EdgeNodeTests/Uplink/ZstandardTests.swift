import Testing
import Zstandard

@Suite("Zstandard")
struct ZstandardTests {
    @Test("what is compressed comes back", arguments: [0, 1, 100, 64 * 1024, 1 << 20])
    func roundTrip(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        #expect(try Zstandard.decompress(Zstandard.compress(bytes, level: 1), limit: 1 << 20) == bytes)
    }

    @Test("a small frame that would unpack beyond the limit is refused, exactly at it taken")
    func bomb() throws {
        let frame = try Zstandard.compress([UInt8](repeating: 0, count: 50 << 20))
        #expect(frame.count < 10_000)
        #expect(throws: ZstandardError.tooLarge(limit: 1 << 20)) { try Zstandard.decompress(frame, limit: 1 << 20) }
        let exact = try Zstandard.compress([UInt8](repeating: 7, count: 300_000))
        #expect(try Zstandard.decompress(exact, limit: 300_000).count == 300_000)
        #expect(throws: ZstandardError.tooLarge(limit: 299_999)) { try Zstandard.decompress(exact, limit: 299_999) }
    }

    @Test("a frame that is cut anywhere is truncated, and several frames are one payload")
    func truncated() throws {
        let frame = try Zstandard.compress(Array("the same words, the same words, the same words, and an end".utf8))
        for length in 0..<frame.count {
            #expect(throws: ZstandardError.truncated) { try Zstandard.decompress(Array(frame[..<length]), limit: 1000) }
        }
        #expect(try Zstandard.decompress(frame + frame, limit: 1000).count == 2 * 58)
    }

    @Test("garbage is an error, never more than that")
    func garbage() throws {
        #expect(throws: ZstandardError.self) { try Zstandard.decompress(Array("{\"v\":1}".utf8), limit: 1000) }
        let frame = try Zstandard.compress((0..<5000).map { UInt8(truncatingIfNeeded: $0 / 3) })
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var bytes = frame
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            if let out = try? Zstandard.decompress(bytes, limit: 10_000) { #expect(out.count <= 10_000) }
        }
    }
}
