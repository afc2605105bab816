import Base
import Foundation
import MediaTypes
import Recording
import TestSupport
import Testing

@Suite("VirtualMP4")
struct VirtualMP4Tests {
    private static let start = Timestamp(microseconds: 1_800_000_000_000_000)
    private static let clips = [SourceClip.h264, SourceClip.bFrames, SourceClip.hevc, SourceClip.withSound]

    /// Segments of two seconds each, with a hole of this many seconds behind the first.
    private static func segments(_ clip: SourceClip, hole: Double = 0, lag: Int64 = 1500) throws -> [TestSegment] {
        try (0..<3).map { index in
            let offset = Double(index) * 2 + (index > 0 ? hole : 0)
            return try TestSegment(
                clip, pictures: index * 50..<(index + 1) * 50, id: 10 + index, start: start.advanced(bySeconds: offset), lag: lag)
        }
    }

    private static func length(_ piece: VirtualMP4.Piece) -> Int64 {
        switch piece {
        case .bytes(let bytes): Int64(bytes.count)
        case .media(_, let range): Int64(range.count)
        }
    }

    /// Writes a virtual file where a program can read it.
    private static func write(_ file: VirtualMP4, _ segments: [TestSegment], _ folder: TemporaryDirectory) throws -> String {
        let bytes = TestSegment.read(file, 0..<file.length, segments)
        #expect(Int64(bytes.count) == file.length)
        let path = folder.path("virtual.mp4")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("All of several segments is the source again", arguments: clips.indices)
    func whole(_ index: Int) throws {
        let clip = try Self.clips[index].get()
        let segments = try Self.segments(clip)
        let file = try VirtualMP4(parts: segments.map(\.part), from: Self.start, to: Self.start.advanced(bySeconds: 100))
        let folder = try TemporaryDirectory("virtual")
        let path = try Self.write(file, segments, folder)
        #expect(try MediaTool.complaints(path) == "")
        let found = try MediaTool.packets(path)
        let first = clip.video[0]
        #expect(found.map(\.hash) == clip.video.map(\.hash))
        #expect(found.map(\.size) == clip.video.map(\.data.count))
        #expect(found.map(\.isKeyframe) == clip.video.map(\.isKeyframe))
        #expect(found.map { $0.ticks($0.decode) } == clip.video.map { $0.decode - Int64(first.shift) })
        #expect(found.map { $0.ticks($0.shown) } == clip.video.map { $0.decode + Int64($0.shift - first.shift) })
        #expect(try MediaTool.shown(path) == MediaTool.shown(clip.path))
        #expect(file.duration == 6)
        #expect(file.timeline == [VirtualMP4.Point(media: 0, clock: Self.start)])
    }

    @Test("From the middle, the first shown picture is the asked one and the last is that before the end", arguments: clips.indices)
    func middle(_ index: Int) throws {
        let clip = try Self.clips[index].get()
        let segments = try Self.segments(clip)
        let shown = try MediaTool.shown(clip.path)
        let folder = try TemporaryDirectory("virtual")
        for (from, to) in [(37, 90), (50, 51), (63, 149), (99, 100), (121, 131)] {
            // A little into the picture, as nobody hits its beginning.
            let file = try VirtualMP4(
                parts: segments.map(\.part), from: Self.start.advanced(bySeconds: Double(from) / 25 + 0.01),
                to: Self.start.advanced(bySeconds: Double(to) / 25))
            let path = try Self.write(file, segments, folder)
            #expect(try MediaTool.shown(path) == Array(shown[from..<to]), "\(from)..<\(to)")
            #expect(file.timeline.first == VirtualMP4.Point(media: 0, clock: Self.start.advanced(bySeconds: Double(from) / 25)))
            #expect(abs(file.duration - Double(to - from) / 25) < 0.0001)
            let packets = try MediaTool.packets(path)
            let lead = clip.video.prefix { $0.decode <= Int64(from * 3600) }.lastIndex { $0.isKeyframe } ?? 0
            #expect(packets.first?.hash == clip.video[lead].hash)
            // What is decoded behind the end is left out.
            let end = Int64(to * 3600 + clip.video[0].shift)
            let tables = TestSegment.read(file, 0..<file.length, segments)
            let count = SourceClip.box("stsz", in: tables)[8..<12].reduce(0) { $0 << 8 | Int($1) }
            #expect(count <= clip.video[lead...].count { $0.decode < end })
            let needed = clip.video.lastIndex { $0.decode + Int64($0.shift) < end } ?? 0
            #expect(count >= needed + 1 - lead)
        }
    }

    @Test("Each picture of an odd rate, asked for by the time that is told of it, is the one that is shown")
    func each() throws {
        let clip = try SourceClip.bFrames.get()
        var part = try TestSegment(clip).part
        for index in part.fragments.indices {
            // 29.97 pictures a second.
            let clock = part.fragments[index].start.microseconds - Self.start.microseconds
            part.fragments[index].start = Timestamp(microseconds: Self.start.microseconds + clock * 3003 / 3600)
            part.fragments[index].runs[0].decodeTime = part.fragments[index].runs[0].decodeTime * 3003 / 3600
            for sample in part.fragments[index].runs[0].samples.indices {
                part.fragments[index].runs[0].samples[sample].duration = 3003
                part.fragments[index].runs[0].samples[sample].shift = part.fragments[index].runs[0].samples[sample].shift * 3003 / 3600
            }
        }
        var etags: Set<String> = []
        for picture in 0..<150 {
            let asked = Timestamp(microseconds: Self.start.microseconds + Int64((Double(picture) * 100_100 / 3).rounded()))
            let file = try VirtualMP4(parts: [part], from: asked, to: asked.advanced(bySeconds: 10))
            let told = try #require(file.timeline.first?.clock)
            #expect(abs(told.microseconds - asked.microseconds) <= 2)
            #expect(abs(file.duration - Double(150 - picture) * 3003 / 90_000) < 0.000_001)
            let again = try VirtualMP4(parts: [part], from: told, to: asked.advanced(bySeconds: 10))
            #expect(again.etag == file.etag)
            etags.insert(file.etag)
        }
        #expect(etags.count == 150)
    }

    @Test("Sound stays beside its pictures, from the beginning, from the middle and over a hole", arguments: [0, 1, 1.53, 2.5], [0, 3.7])
    func sound(_ from: Double, _ hole: Double) throws {
        let clip = try SourceClip.withSound.get()
        let segments = try Self.segments(clip, hole: hole, lag: from == 1 ? -12_000 : 1500)
        let file = try VirtualMP4(
            parts: segments.map(\.part), from: Self.start.advanced(bySeconds: from), to: Self.start.advanced(bySeconds: 100))
        let folder = try TemporaryDirectory("virtual")
        let path = try Self.write(file, segments, folder)
        #expect(try MediaTool.complaints(path) == "")
        let picture = try #require(try MediaTool.packets(path).first)
        let source = try #require(clip.video.first { $0.hash == picture.hash })
        let moved = Double(picture.shown) / Double(picture.scale) - Double(source.decode + Int64(source.shift)) / 90_000
        let sounds = try MediaTool.packets(path, "a:0")
        #expect(sounds.count > 100)
        // At the start of a recording, sound may begin behind the picture: its first frame is heard early.
        for packet in sounds.dropFirst(from == 0 ? 1 : 0) {
            let source = try #require(clip.sound.first { $0.hash == packet.hash })
            let off = Double(packet.shown) / Double(packet.scale) - Double(source.decode) / 48_000 - moved
            #expect(abs(off) < 0.001)
        }
    }

    @Test("Sound that begins late, and sound behind lost fragments, stays beside its pictures")
    func lostSound() throws {
        let clip = try SourceClip.withSound.get()
        var segments = try Self.segments(clip)
        segments[0].part.fragments[0].runs.removeLast()
        segments[1].part.fragments.removeSubrange(1...2)
        let file = try VirtualMP4(parts: segments.map(\.part), from: Self.start, to: Self.start.advanced(bySeconds: 100))
        let folder = try TemporaryDirectory("virtual")
        let path = try Self.write(file, segments, folder)
        let pictures = try MediaTool.packets(path)
        func moved(_ picture: ProbedPacket) throws -> Double {
            let source = try #require(clip.video.first { $0.hash == picture.hash })
            return Double(picture.shown) / Double(picture.scale) - Double(source.decode + Int64(source.shift)) / 90_000
        }
        let (before, behind) = try (moved(#require(pictures.first)), moved(#require(pictures.last)))
        #expect(before - behind > 0.5)
        let sounds = try MediaTool.packets(path, "a:0")
        #expect(sounds.count > 200)
        for packet in sounds.dropFirst() {
            let source = try #require(clip.sound.first { $0.hash == packet.hash })
            let wanted = Double(source.decode) / 48_000 + (source.decode < 62 * 1920 ? before : behind)
            #expect(abs(Double(packet.shown) / Double(packet.scale) - wanted) < 0.001)
        }
    }

    @Test("A hole is closed, and the timeline says where it was", arguments: [0, 1])
    func hole(_ index: Int) throws {
        let clip = try Self.clips[index].get()
        let segments = try Self.segments(clip, hole: 30)
        let parts = segments.map(\.part)
        let file = try VirtualMP4(parts: parts, from: Self.start.advanced(bySeconds: 1), to: Self.start.advanced(bySeconds: 100))
        let folder = try TemporaryDirectory("virtual")
        let path = try Self.write(file, segments, folder)
        #expect(try MediaTool.complaints(path) == "")
        #expect(try MediaTool.shown(path) == Array(MediaTool.shown(clip.path)[25...]))
        #expect(file.duration == 5)
        #expect(
            file.timeline == [
                VirtualMP4.Point(media: 0, clock: Self.start.advanced(bySeconds: 1)),
                VirtualMP4.Point(media: 1, clock: Self.start.advanced(bySeconds: 32)),
            ])
        // Asked for a time in the hole, it goes on behind it.
        let behind = try VirtualMP4(parts: parts, from: Self.start.advanced(bySeconds: 10), to: Self.start.advanced(bySeconds: 100))
        #expect(behind.timeline == [VirtualMP4.Point(media: 0, clock: Self.start.advanced(bySeconds: 32))])
        #expect(throws: PlaybackError.nothingRecorded) {
            try VirtualMP4(parts: parts, from: Self.start.advanced(bySeconds: 10), to: Self.start.advanced(bySeconds: 20))
        }
        #expect(throws: PlaybackError.nothingRecorded) {
            try VirtualMP4(parts: parts, from: Self.start.advanced(bySeconds: 90), to: Self.start.advanced(bySeconds: 100))
        }
        #expect(throws: PlaybackError.nothingRecorded) { try VirtualMP4(parts: [], from: Self.start, to: Self.start) }
    }

    @Test("A lost fragment within a segment is closed as well")
    func lost() throws {
        let clip = try SourceClip.h264.get()
        var segments = try Self.segments(clip)
        segments[0].part.fragments.removeSubrange(2...4)
        let file = try VirtualMP4(parts: segments.map(\.part), from: Self.start, to: Self.start.advanced(bySeconds: 100))
        let folder = try TemporaryDirectory("virtual")
        let path = try Self.write(file, segments, folder)
        let found = try MediaTool.packets(path)
        #expect(found.map { $0.ticks($0.decode) } == found.indices.map { Int64($0) * 3600 })
        #expect(file.timeline.count == 2)
    }

    @Test("Where the keyframe is lost, playing starts with the next one, if that is in the span")
    func headless() throws {
        var part = try TestSegment(SourceClip.bFrames.get()).part
        part.fragments.removeFirst()
        let key = Self.start.advanced(bySeconds: 1)
        let file = try VirtualMP4(parts: [part], from: Self.start, to: Self.start.advanced(bySeconds: 2))
        #expect(file.timeline == [VirtualMP4.Point(media: 0, clock: key)] && file.duration == 1)
        #expect(throws: PlaybackError.nothingRecorded) { try VirtualMP4(parts: [part], from: Self.start, to: key) }
    }

    @Test("A keyframe within a fragment is where decoding starts, but not for the pictures before it")
    func keyframeWithin() throws {
        var segment = try TestSegment(SourceClip.h264.get())
        // Pictures 12 to 23.
        segment.part.fragments[1].runs[0].samples[6].isKeyframe = true
        for (picture, samples) in [(15, 150), (17, 150), (18, 132), (20, 132), (24, 132)] {
            let from = Self.start.advanced(bySeconds: Double(picture) / 25)
            let file = try VirtualMP4(parts: [segment.part], from: from, to: Self.start.advanced(bySeconds: 6))
            #expect(file.timeline == [VirtualMP4.Point(media: 0, clock: from)])
            let bytes = TestSegment.read(file, 0..<file.length, [segment])
            #expect(SourceClip.box("stsz", in: bytes)[8..<12].reduce(0) { $0 << 8 | Int($1) } == samples)
            let media = segment.part.fragments.flatMap { $0.runs[0].samples }.suffix(samples).reduce(0) { $0 + $1.size }
            #expect(SourceClip.box("mdat", in: bytes).count == media)
        }
    }

    @Test("A clock that was set back is no reason to skip what came before")
    func setBack() throws {
        var parts = try Self.segments(SourceClip.h264.get()).map(\.part)
        for index in parts[1].fragments.indices {
            parts[1].fragments[index].start = parts[1].fragments[index].start.advanced(bySeconds: -3600)
        }
        let from = Self.start.advanced(bySeconds: 1.96)
        let file = try VirtualMP4(parts: parts, from: from, to: Self.start.advanced(bySeconds: 6))
        #expect(file.timeline.map(\.clock) == [from, Self.start.advanced(bySeconds: -3598), Self.start.advanced(bySeconds: 4)])
        #expect(abs(file.duration - 4.04) < 0.0001)
    }

    @Test("Random ranges put together are the whole")
    func ranges() throws {
        let clip = try SourceClip.withSound.get()
        let segments = try Self.segments(clip, hole: 2)
        let parts = segments.map(\.part)
        let from = Self.start.advanced(bySeconds: 0.7)
        let file = try VirtualMP4(parts: parts, from: from, to: Self.start.advanced(bySeconds: 7))
        let whole = TestSegment.read(file, 0..<file.length, segments)
        var noise = SeededGenerator(seed: 17)
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            while Int64(bytes.count) < file.length {
                let at = Int64(bytes.count)
                bytes += TestSegment.read(file, at..<at + 1 + Int64(noise.next() % 40_000), segments)
            }
            #expect(bytes == whole)
        }
        // Beginning with each piece anew, there are no empty ones.
        var at: Int64 = 0
        while at < file.length {
            let pieces = file.pieces(for: at..<min(file.length, at + 100_000))
            #expect(pieces.allSatisfy { Self.length($0) > 0 })
            at += max(1, pieces.first.map(Self.length) ?? file.length)
        }
        #expect(file.pieces(for: file.length..<file.length + 10).isEmpty)
        #expect(file.pieces(for: -5..<0).isEmpty)
        let again = try VirtualMP4(parts: parts, from: from, to: Self.start.advanced(bySeconds: 7))
        #expect(again.etag == file.etag && TestSegment.read(again, 0..<again.length, segments) == whole)
        let other = try VirtualMP4(parts: parts, from: from.advanced(bySeconds: 0.04), to: Self.start.advanced(bySeconds: 7))
        #expect(other.etag != file.etag)
    }

    @Test("A change of codec is an error with the spans that can be played")
    func change() throws {
        let first = try TestSegment(SourceClip.h264.get(), pictures: 0..<50, id: 1, start: Self.start)
        let second = try TestSegment(SourceClip.hevc.get(), pictures: 0..<50, id: 2, start: Self.start.advanced(bySeconds: 2))
        let third = try TestSegment(SourceClip.hevc.get(), pictures: 50..<100, id: 3, start: Self.start.advanced(bySeconds: 4))
        let parts = [first, second, third].map(\.part)
        let from = Self.start.advanced(bySeconds: 0.5)
        let to = Self.start.advanced(bySeconds: 5.5)
        let middle = Self.start.advanced(bySeconds: 2)
        #expect(throws: PlaybackError.tracksChange(playable: [from..<middle, middle..<to])) {
            try VirtualMP4(parts: parts, from: from, to: to)
        }
        let one = try VirtualMP4(parts: parts, from: from, to: middle)
        let two = try VirtualMP4(parts: parts, from: middle, to: to)
        #expect(one.video.codec == .h264 && abs(one.duration - 1.52) < 0.0001)
        #expect(two.video.codec == .hevc && two.duration == 3.5)
    }
}
