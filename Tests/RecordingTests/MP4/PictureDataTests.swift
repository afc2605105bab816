import MediaTypes
import TestSupport
import Testing

@testable import Recording

@Suite("PictureData")
struct PictureDataTests {
    private static let annexB = StreamInfo(codec: .h264, width: 1, height: 1, extradata: [], nominalFrameRate: nil, generation: 0)

    private static func prefixed(lengthSize: UInt8) -> StreamInfo {
        StreamInfo(
            codec: .h264, width: 1, height: 1, extradata: [1, 100, 0, 31, 0xfc | lengthSize - 1, 0xe1, 0], nominalFrameRate: nil,
            generation: 0)
    }

    private static func convert(_ bytes: [UInt8], _ stream: StreamInfo = annexB) -> [UInt8] {
        var out: [UInt8] = [9]
        let count = PictureData.append(bytes, stream: stream, to: &out)
        #expect(out.count == count + 1 && out[0] == 9)
        return Array(out.dropFirst())
    }

    @Test("Units keep every byte, and zeros ahead of a start code belong to none")
    func units() {
        #expect(
            Self.convert([0, 0, 0, 1, 0x09, 0xf0, 0, 0, 1, 0x65, 0, 0, 3, 1, 0x80, 0, 0, 0, 0, 1, 6, 5, 0x80, 0, 0])
                == [0, 0, 0, 2, 0x09, 0xf0, 0, 0, 0, 6, 0x65, 0, 0, 3, 1, 0x80, 0, 0, 0, 3, 6, 5, 0x80])
        #expect(Self.convert([]) == [])
        #expect(Self.convert([0x65, 1]) == [0, 0, 0, 2, 0x65, 1])
        #expect(Self.convert([0, 0, 1]) == [])
        #expect(Self.convert([0, 0, 1, 0, 0, 1, 7]) == [0, 0, 0, 1, 7])
    }

    @Test("Lengths become four bytes; what has them is not touched")
    func prefixed() {
        let four: [UInt8] = [0, 0, 0, 2, 0x65, 1, 0, 0, 0, 1, 9]
        #expect(Self.convert(four, Self.prefixed(lengthSize: 4)) == four)
        #expect(Self.convert([0, 2, 0x65, 1, 0, 1, 9], Self.prefixed(lengthSize: 2)) == four)
        #expect(Self.convert([2, 0x65, 1, 1, 9, 200, 1], Self.prefixed(lengthSize: 1)) == four)
    }

    @Test("A start code is found wherever it lies")
    func places() {
        for place in 0..<600 {
            var bytes = [UInt8](repeating: 0xff, count: 700)
            bytes.replaceSubrange(place..<place + 3, with: [0, 0, 1])
            #expect(AnnexB.nextStartCode(in: bytes.span, from: 0) == place)
            #expect(AnnexB.nextStartCode(in: bytes.span, from: place) == place)
            #expect(AnnexB.nextStartCode(in: bytes.span, from: place + 1) == nil)
        }
    }

    @Test("Noise gives what a slow reading gives")
    func noise() {
        var noise = SeededGenerator(seed: 3)
        for _ in 0..<3000 {
            var bytes = noise.codedBytes(Int(noise.next() % 40))
            // Long units, so that whole blocks are passed over.
            if noise.next() % 2 == 0 { bytes += [UInt8](repeating: 7, count: Int(noise.next() % 900)) + noise.codedBytes(30) }
            #expect(Self.convert([0, 0, 1] + bytes) == Self.slow([0, 0, 1] + bytes))
            for size in 1...4 as ClosedRange<UInt8> { _ = Self.convert(bytes, Self.prefixed(lengthSize: size)) }
        }
    }

    /// Byte by byte.
    private static func slow(_ data: [UInt8]) -> [UInt8] {
        var units: [[UInt8]] = []
        var at = 0
        while at < data.count {
            if at + 2 < data.count, data[at] == 0, data[at + 1] == 0, data[at + 2] == 1 {
                units.append([])
                at += 3
            } else {
                units[units.count - 1].append(data[at])
                at += 1
            }
        }
        return units.flatMap { unit -> [UInt8] in
            var unit = unit
            while unit.last == 0 { unit.removeLast() }
            return unit.isEmpty ? [] : [0, 0, UInt8(unit.count >> 8), UInt8(unit.count & 0xff)] + unit
        }
    }
}
