import Base
import TestSupport
import Testing

@testable import Recording

@Suite struct SidecarCodecTests {
    private let start = Timestamp(microseconds: 1_800_000_000_000_000)

    /// Half a second of 15 pictures a second; sizes and times as a seeded generator has them.
    private func entries(_ count: Int, seed: Int) throws -> [Sidecar.Entry] {
        var dice = SeededGenerator(seed: seed)
        var offset: Int64 = 700
        return try (0..<count).map { index in
            let samples = (0..<8).map { number in
                MediaSample(
                    size: Int.random(in: 0...9000, using: &dice),
                    duration: Bool.random(using: &dice) ? 6000 : Int.random(in: 0...9000, using: &dice),
                    shift: Int.random(in: 0...12_000, using: &dice),
                    isKeyframe: number == 0 && index % 2 == 0 || Int.random(in: 0...9, using: &dice) == 0)
            }
            let sound = [MediaSample(size: 200, duration: 1024, isKeyframe: true)]
            var runs = [TrackRun(track: .video, decodeTime: Int64(index) * 48_000, samples: samples)]
            if index % 3 == 0 { runs.append(TrackRun(track: .sound, decodeTime: Int64(index) * 1024, samples: sound)) }
            let fragment = FragmentRecord(
                offset: offset, headerLength: 140, padding: index % 4 == 3 ? 5000 : 0,
                start: start.advanced(bySeconds: Double(index) * 0.53), runs: runs)
            offset = fragment.end + (index % 5 == 4 ? 16 : 0)
            let hashes = try (0..<index % 3).map { _ in try ChunkHash(of: [UInt8.random(in: 0...255, using: &dice)][...]) }
            return .init(fragment: fragment, hashes: hashes)
        }
    }

    private func file(_ entries: [Sidecar.Entry], end: [UInt8] = []) -> [UInt8] {
        var codec = SidecarCodec(start: start)
        return entries.reduce(codec.head([1, 2, 3])) { $0 + codec.fragment($1) } + end
    }

    private func read(_ bytes: [UInt8]) -> Sidecar? { SidecarCodec.read(bytes) { $0 == [1, 2, 3] ? start : nil } }

    @Test("What is written is read again, record by record, and how it ended", arguments: [1, 2, 3])
    func roundTrip(seed: Int) throws {
        let entries = try entries(40, seed: seed)
        let last = try ChunkHash(of: [9][...])
        let closed = try #require(read(file(entries, end: SidecarCodec.end(length: 1 << 33, last: last))))
        #expect(closed.entries == entries && closed.state == .closed(length: 1 << 33, last: last) && closed.tornLength == 0)
        let plain = try #require(read(file(entries, end: SidecarCodec.end(length: 5, last: nil))))
        #expect(plain.state == .closed(length: 5, last: nil))
        let cut = try #require(read(file(entries, end: SidecarCodec.unterminated(fragments: 39))))
        #expect(cut.state == .unterminated(fragments: 39))
        #expect(read(file(entries))?.state == .open)
    }

    @Test("A steady picture's frame costs little more than three bytes, its share of the fragment included")
    func size() throws {
        var dice = SeededGenerator(seed: 5)
        var codec = FragmentCodec(start: start)
        var out: [UInt8] = []
        for index in 0..<120 {
            let samples = (0..<8).map {
                MediaSample(
                    size: ($0 == 0 && index % 4 == 0 ? 60_000 : 6000) + Int.random(in: -1500...1500, using: &dice), duration: 6000,
                    isKeyframe: $0 == 0 && index % 4 == 0)
            }
            codec.encode(
                FragmentRecord(
                    offset: 700, headerLength: 160, padding: 0, start: start.advanced(bySeconds: Double(index) * 48_000 / 90_000),
                    runs: [TrackRun(track: .video, decodeTime: Int64(index) * 48_000, samples: samples)]), to: &out)
        }
        // Two bytes for most frames; the rest is the fragments' own, of eight frames each.
        #expect(Double(out.count) / 960 < 3.5)
    }

    @Test("A sidecar that is cut off anywhere, or has a changed byte, is believed up to there and not beyond")
    func damage() throws {
        let entries = try entries(6, seed: 4)
        let whole = file(entries, end: SidecarCodec.end(length: 77, last: nil))
        for length in 0..<whole.count {
            guard let sidecar = read(Array(whole[..<length])) else {
                #expect(length < file([]).count)
                continue
            }
            #expect(sidecar.entries == Array(entries.prefix(sidecar.entries.count)) && sidecar.state == .open)
            #expect(sidecar.validLength + sidecar.tornLength == length && sidecar.validLength == file(sidecar.entries).count)
            var changed = whole
            changed[length] ^= 0x20
            if let sidecar = read(changed) {
                #expect(sidecar.validLength <= length && sidecar.entries == Array(entries.prefix(sidecar.entries.count)))
            }
        }
    }

    @Test("Nothing that follows an end is believed, and no end that names more fragments than there are")
    func misplaced() throws {
        let entries = try entries(3, seed: 6)
        let more = file(entries, end: SidecarCodec.end(length: 77, last: nil) + SidecarCodec.unterminated(fragments: 1))
        #expect(read(more)?.state == .closed(length: 77, last: nil) && read(more)?.tornLength ?? 0 > 0)
        #expect(read(file(entries, end: SidecarCodec.unterminated(fragments: 4)))?.state == .open)
    }

    @Test("Any bytes are safe to read as fragments")
    func anything() throws {
        var dice = SeededGenerator(seed: 7)
        var good: [UInt8] = []
        var codec = FragmentCodec(start: start)
        for entry in try entries(3, seed: 8) { codec.encode(entry.fragment, to: &good) }
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &dice) {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            }
            var reader = FragmentCodec(start: start)
            _ = reader.decode(bytes[...])
        }
    }
}
