import Base
import MediaTypes
import Recording
import TestSupport
import Testing

/// Files that are larger than a test can write, and indexes that lie.
@Suite("VirtualMP4 at its limits")
struct VirtualMP4LimitTests {
    private static let start = Timestamp(microseconds: 1_800_000_000_000_000)

    private static func video() throws -> VideoTrack {
        let info = StreamInfo(
            codec: .h264, width: 64, height: 64, extradata: [1, 100, 0, 31, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68], nominalFrameRate: nil,
            generation: 0)
        return try VideoTrack(stream: info, keyframe: [])
    }

    /// Minutes of recording at 30 pictures a second, in fragments of half a second.
    private static func parts(minutes: Int, size: Int) throws -> [PlaybackPart] {
        let video = try video()
        let samples = (0..<15).map { MediaSample(size: size + $0, duration: 3000, shift: $0 % 3 * 3000, isKeyframe: $0 == 0) }
        return (0..<minutes).map { minute in
            let clock = start.microseconds + Int64(minute) * 60_000_000
            let fragments = (0..<120).map { index in
                FragmentRecord(
                    offset: 1000 + Int64(index) * 20_000_000, headerLength: 100, padding: 0,
                    start: Timestamp(microseconds: clock + Int64(index) * 500_000),
                    runs: [TrackRun(track: .video, decodeTime: Int64(index) * 45_000, samples: samples)])
            }
            return PlaybackPart(id: minute, start: Timestamp(microseconds: clock), fragments: fragments, video: video, sound: nil)
        }
    }

    private static func total(_ file: VirtualMP4) -> Int64 {
        file.pieces(for: 0..<file.length).reduce(0) { sum, piece in
            switch piece {
            case .bytes(let bytes): sum + Int64(bytes.count)
            case .media(_, let range): sum + Int64(range.count)
            }
        }
    }

    private static func head(_ file: VirtualMP4) -> [UInt8] {
        if case .bytes(let bytes)? = file.pieces(for: 0..<min(file.length, 1 << 30)).first { bytes } else { [] }
    }

    @Test("Up to four gigabytes, places have 32 bits; beyond, 64")
    func wide() throws {
        let small = try VirtualMP4(parts: Self.parts(minutes: 1, size: 1_000_000), from: Self.start, to: .init(microseconds: .max))
        let large = try VirtualMP4(parts: Self.parts(minutes: 3, size: 1_000_000), from: Self.start, to: .init(microseconds: .max))
        for (file, isWide) in [(small, false), (large, true)] {
            let head = Self.head(file)
            #expect((SourceClip.find(Array("co64".utf8), in: head) > 0) == isWide)
            #expect(Self.total(file) == file.length)
            let mark = isWide ? head.count - 16 : head.count - 8
            #expect(Array(head[mark + 4..<mark + 8]) == Array("mdat".utf8))
            let length = head[(isWide ? mark + 8 : mark)..<(isWide ? mark + 16 : mark + 4)].reduce(0 as Int64) { $0 << 8 | Int64($1) }
            #expect(length == file.length - Int64(mark))
            let places = SourceClip.box(isWide ? "co64" : "stco", in: head)
            #expect(places[8..<(isWide ? 16 : 12)].reduce(0) { $0 << 8 | Int($1) } == head.count)
        }
    }

    @Test("A day can be played, more cannot")
    func day() throws {
        let parts = try Self.parts(minutes: 24 * 60 + 1, size: 9_000)
        let day = try VirtualMP4(parts: parts, from: Self.start, to: Self.start.advanced(bySeconds: 86_400))
        #expect(day.duration == 86_400)
        #expect(Self.total(day) == day.length)
        #expect(throws: PlaybackError.tooLong) {
            try VirtualMP4(parts: parts, from: Self.start, to: Self.start.advanced(bySeconds: 86_401))
        }
    }

    @Test("Numbers that cannot be are refused")
    func refused() throws {
        let good = try Self.parts(minutes: 1, size: 100)
        let changes: [(inout FragmentRecord) -> Void] = [
            { $0.offset = -1 }, { $0.offset = .max }, { $0.headerLength = -8 }, { $0.runs[0].samples[3].size = -1 },
            { $0.runs[0].samples[3].size = .max }, { $0.runs[0].samples[3].duration = .min }, { $0.runs[0].samples[3].shift = -3000 },
            { $0.runs[0].decodeTime = .min }, { $0.start = .init(microseconds: .min) }, { $0.runs.append($0.runs[0]) },
            {
                let long = MediaSample(size: 1, duration: Int(Int32.max), isKeyframe: false)
                $0.runs[0].samples = Array(repeating: long, count: 600)
            },
        ]
        for change in changes {
            var parts = good
            change(&parts[0].fragments[5])
            #expect { try VirtualMP4(parts: parts, from: Self.start, to: Self.start.advanced(bySeconds: 60)) } throws: {
                ($0 as? RecordingError)?.code == .malformed
            }
        }
    }

    @Test("An index that lies ends in an error or a file, and its pieces are as long as it says")
    func fuzz() throws {
        var noise = SeededGenerator(seed: 23)
        let video = try Self.video()
        let sound = try SoundTrack(configuration: [0x11, 0x90])
        var made = 0
        for round in 0..<10_000 {
            // Half of the rounds have only numbers that can be, in any order.
            let isWild = round % 2 == 0
            let parts = (0..<noise.next() % 4).map { id in
                PlaybackPart(
                    id: Int(id), start: Self.start, fragments: (0..<noise.next() % 5).map { _ in Self.fragment(&noise, isWild) },
                    video: video, sound: round % 3 == 0 ? nil : sound)
            }
            let from = Self.time(&noise, isWild)
            let to = noise.next() % 4 == 0 ? Self.time(&noise, isWild) : Timestamp(microseconds: .max)
            do {
                let file = try VirtualMP4(parts: parts, from: from, to: to)
                made += 1
                #expect(Self.total(file) == file.length)
                #expect(file.duration > 0 && !file.timeline.isEmpty)
                #expect(zip(file.timeline, file.timeline.dropFirst()).allSatisfy { $0.media < $1.media })
            } catch is PlaybackError {
            } catch is RecordingError {
            }
        }
        #expect(made > 1000)
    }

    private static func number(_ noise: inout SeededGenerator, _ isWild: Bool) -> Int {
        let sane = [0, 1, 100, 1024, 3000, 3000, 3000, 90_000]
        let wild = sane + sane + [-1, .max, .min, 1 << 31, Int(Int32.max)]
        return (isWild ? wild : sane).randomElement(using: &noise) ?? 0
    }

    private static func time(_ noise: inout SeededGenerator, _ isWild: Bool) -> Timestamp {
        if isWild, noise.next() % 16 == 0 { return Timestamp(microseconds: noise.next() % 2 == 0 ? .min : .max) }
        return start.advanced(bySeconds: Double(noise.next() % 40) / 8)
    }

    private static func fragment(_ noise: inout SeededGenerator, _ isWild: Bool) -> FragmentRecord {
        var runs: [TrackRun] = []
        for kind in [TrackKind.video, .sound] where noise.next() % 5 > 0 {
            let samples = (0..<noise.next() % 6).map { _ in
                MediaSample(
                    size: number(&noise, isWild), duration: number(&noise, isWild), shift: number(&noise, isWild),
                    isKeyframe: noise.next() % 3 == 0)
            }
            runs.append(TrackRun(track: kind, decodeTime: Int64(number(&noise, isWild)), samples: samples))
        }
        if noise.next() % 2 == 0 { runs.reverse() }
        return FragmentRecord(
            offset: Int64(number(&noise, isWild)), headerLength: number(&noise, isWild), padding: number(&noise, isWild),
            start: time(&noise, isWild), runs: runs)
    }
}
