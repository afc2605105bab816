import Foundation
import MediaTypes
import Recording
import TestSupport
import Testing

@Suite("CMAF")
struct CMAFTests {
    private static let clips: [(String, Result<SourceClip, any Error>)] = [
        ("H.264", SourceClip.h264), ("H.264 with B-frames", SourceClip.bFrames), ("HEVC", SourceClip.hevc),
        ("H.264 and AAC", SourceClip.withSound),
    ]

    @Test("ffprobe finds in a segment the packets of the source", arguments: clips.indices, SourceClip.Packing.allCases)
    func packets(_ index: Int, _ packing: SourceClip.Packing) throws {
        let clip = try Self.clips[index].1.get()
        let segment = try TestSegment(clip, packing)
        let folder = try TemporaryDirectory("cmaf")
        let path = folder.path("segment.mp4")
        try Data(segment.bytes).write(to: URL(fileURLWithPath: path))
        #expect(try MediaTool.complaints(path) == "")
        let found = try MediaTool.packets(path)
        #expect(found.map(\.isKeyframe) == clip.video.map(\.isKeyframe))
        #expect(found.map { $0.ticks($0.decode) } == clip.video.map(\.decode))
        #expect(found.map { $0.ticks($0.shown) } == clip.video.map { $0.decode + Int64($0.shift) })
        if packing == .inBand {
            #expect(try MediaTool.shown(path) == MediaTool.shown(clip.path))
        } else {
            #expect(found.map(\.hash) == clip.video.map(\.hash))
            #expect(found.map(\.size) == clip.video.map(\.data.count))
        }
        guard clip.soundTrack != nil else { return }
        let sound = try MediaTool.packets(path, "a:0")
        // Sound ahead of the first picture is not recorded.
        let expected = clip.sound.filter { $0.decode >= 0 }.prefix(sound.count)
        #expect(sound.count > 200)
        #expect(sound.map(\.hash) == expected.map(\.hash))
        #expect(sound.map(\.decode) == expected.map(\.decode))
    }

    @Test("A fragment's head says only once what all samples have in common")
    func compact() {
        let key = MediaSample(size: 900, duration: 3000, isKeyframe: true)
        let other = MediaSample(size: 100, duration: 3000, isKeyframe: false)
        let plain = CMAF.fragmentHeader(
            sequence: 1, runs: [TrackRun(track: .video, decodeTime: 0, samples: [key] + Array(repeating: other, count: 14))])
        // moof, mfhd, traf, tfhd with two defaults, tfdt, trun with the first one's flags and 15 sizes, mdat.
        #expect(plain.count == 8 + 16 + 8 + 24 + 20 + 24 + 15 * 4 + 8)
        var late = other
        late.shift = 3000
        let shifted = CMAF.fragmentHeader(sequence: 1, runs: [TrackRun(track: .video, decodeTime: 0, samples: [key, late, other])])
        #expect(shifted.count == 8 + 16 + 8 + 24 + 20 + 24 + 3 * 8 + 8)
    }

    @Test("A free box has the wished length, and eight bytes at least", arguments: [-3, 0, 8, 9, 16_384])
    func free(_ length: Int) {
        let box = CMAF.freeBox(length: length)
        #expect(box.count == max(8, length))
        #expect(box[0..<4].reduce(0) { $0 << 8 | Int($1) } == box.count)
        #expect(Array(box[4..<8]) == Array("free".utf8))
    }

    @Test("Any numbers give a head")
    func fuzz() {
        var noise = SeededGenerator(seed: 11)
        let numbers = [0, 1, -1, .max, .min, 1 << 31, 1 << 33]
        for _ in 0..<2000 {
            let runs = [TrackKind.video, .sound].map { kind in
                TrackRun(
                    track: kind, decodeTime: Int64(numbers.randomElement(using: &noise) ?? 0),
                    samples: (0..<noise.next() % 4).map { _ in
                        MediaSample(
                            size: numbers.randomElement(using: &noise) ?? 0, duration: numbers.randomElement(using: &noise) ?? 0,
                            shift: numbers.randomElement(using: &noise) ?? 0, isKeyframe: noise.next() % 2 == 0)
                    })
            }
            #expect(CMAF.fragmentHeader(sequence: 1, runs: runs).count >= 32)
        }
    }
}
