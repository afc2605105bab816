import Base
import Protocol
import TestSupport
import Testing

@testable import Recording

@Suite struct SegmentIndexTests {
    /// A minute of 25 pictures a second, a keyframe each second, sizes as a camera's.
    private func index(keys: Bool = true, seconds: Int = 60) throws -> SegmentIndex {
        var dice = SeededGenerator(seed: 5)
        let header = keys ? try SealedSegment.header() : try SealedSegment.header(keys: [])
        var fragments: [FragmentRecord] = []
        var offset: Int64 = 800
        for half in 0..<seconds * 2 {
            let samples = (0..<(half % 2 == 0 ? 13 : 12)).map { picture in
                let isKey = half % 2 == 0 && picture == 0
                return MediaSample(
                    size: Int.random(in: isKey ? 60_000...70_000 : 4000...9000, using: &dice), duration: 3600, isKeyframe: isKey)
            }
            let run = TrackRun(track: .video, decodeTime: Int64(half) * 45_000 + (half % 2 == 0 ? 0 : 1800), samples: samples)
            let start = header.start.advanced(bySeconds: Double(run.decodeTime) / 90_000)
            fragments.append(FragmentRecord(offset: offset, headerLength: 100 + samples.count * 8, padding: 0, start: start, runs: [run]))
            offset = fragments[half].end
        }
        return SegmentIndex(
            header: header, preamble: keys ? dice.bytes(56) : [], state: .closed, fileLength: offset + 900, fragments: fragments)
    }

    @Test("What was written is read", arguments: [true, false], [SegmentIndex.State.open, .closed, .unterminated])
    func roundTrip(keys: Bool, state: SegmentIndex.State) throws {
        var index = try index(keys: keys)
        index.state = state
        #expect(try SegmentIndex(encoded: index.encoded) == index)
        index.fragments = []
        #expect(try SegmentIndex(encoded: index.encoded) == index)
        #expect(index.end == index.header.start)
    }

    @Test("A picture costs about two bytes")
    func compact() throws {
        let index = try index()
        let pictures = index.fragments.flatMap(\.runs).flatMap(\.samples).count
        let bytes = index.encoded.count - index.header.encoded.count
        #expect(pictures == 1500)
        #expect(Double(bytes) / Double(pictures) < 3.1, "\(bytes) bytes")
    }

    @Test("What is cut short, goes on or is of another version is refused")
    func unsound() throws {
        let encoded = try index(seconds: 2).encoded
        for count in 0..<encoded.count { #expect(recordingCode { _ = try SegmentIndex(encoded: Array(encoded[..<count])) } == .malformed) }
        #expect(recordingCode { _ = try SegmentIndex(encoded: encoded + [0]) } == .malformed)
        #expect(recordingCode { _ = try SegmentIndex(encoded: [2] + encoded.dropFirst()) } == .unsupported)
    }

    @Test("No change of its bytes stops the reader", arguments: 1...4)
    func mutations(seed: Int) throws {
        var dice = SeededGenerator(seed: seed)
        let encoded = try index(seconds: 3).encoded
        for _ in 0..<2000 {
            var bytes = encoded
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            }
            _ = try? SegmentIndex(encoded: bytes).end
        }
    }
}
