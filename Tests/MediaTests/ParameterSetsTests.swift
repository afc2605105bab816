import MediaTypes
import TestSupport
import Testing

@testable import Media

@Suite("ParameterSets")
struct ParameterSetsTests {
    @Test("Sets ahead of the first slice are found, in both packings")
    func finds() {
        let annexB: [UInt8] = [0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 1, 0x68, 9, 0, 0, 0, 1, 0x06, 5, 0, 0, 1, 0x65, 7, 7, 0, 0, 1, 0x67, 4]
        let prefixed: [UInt8] = [0, 0, 0, 4, 0x67, 1, 2, 3, 0, 0, 0, 2, 0x68, 9, 0, 0, 0, 2, 0x06, 5, 0, 0, 0, 3, 0x65, 7, 7]
        let expected: [UInt8] = [0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x68, 9]
        #expect(ParameterSets.find(in: annexB, codec: .h264, isLengthPrefixed: false) == expected)
        #expect(ParameterSets.find(in: prefixed, codec: .h264, isLengthPrefixed: true) == expected)
    }

    @Test("HEVC's sets are told by their own numbers")
    func hevc() {
        let bytes: [UInt8] = [0, 0, 1, 0x40, 1, 0xa, 0, 0, 1, 0x42, 1, 0xb, 0, 0, 1, 0x44, 1, 0xc, 0, 0, 1, 0x26, 1, 0xd]
        #expect(
            ParameterSets.find(in: bytes, codec: .hevc, isLengthPrefixed: false)
                == [0, 0, 0, 1, 0x40, 1, 0xa, 0, 0, 0, 1, 0x42, 1, 0xb, 0, 0, 0, 1, 0x44, 1, 0xc]
        )
    }

    @Test("A packet without a sequence parameter set has none")
    func none() {
        #expect(ParameterSets.find(in: [0, 0, 1, 0x68, 1, 0, 0, 1, 0x65, 2], codec: .h264, isLengthPrefixed: false) == nil)
        #expect(ParameterSets.find(in: [], codec: .h264, isLengthPrefixed: true) == nil)
    }

    @Test("Any bytes are safe")
    func noise() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            // Many zeros and ones, so that start codes and lengths happen.
            let bytes = (0..<Int(generator.next() % 48)).map { _ in
                generator.next() % 3 > 0 ? UInt8(generator.next() % 2) : UInt8(truncatingIfNeeded: generator.next())
            }
            for prefixed in [false, true] {
                _ = ParameterSets.find(in: bytes, codec: .h264, isLengthPrefixed: prefixed)
                _ = ParameterSets.find(in: bytes, codec: .hevc, isLengthPrefixed: prefixed)
            }
            _ = JPEGHeader.size(of: [0xff, 0xd8, 0xff] + bytes)
        }
    }
}
