import Base
import Foundation
import MediaTypes
import Recording
import TestSupport
import Testing

/// What comes of a camera's packets for those who watch now.
@Suite("Live muxer")
struct LiveMuxerTests {
    private static let clips: [(String, Result<SourceClip, any Error>)] = [
        ("H.264", SourceClip.h264), ("H.264 with B-frames", SourceClip.bFrames), ("HEVC", SourceClip.hevc),
    ]

    private static func packets(_ clip: SourceClip, _ packing: SourceClip.Packing, generation: Int = 0) -> [(EncodedPacket, StreamInfo)] {
        var (info, pictures) = clip.packed(packing)
        info.generation = generation
        func time(_ ticks: Int64) -> MediaTime { MediaTime(nanoseconds: ticks * 1_000_000_000 / 90_000) }
        return zip(clip.video, pictures).map { packet, data in
            let encoded = EncodedPacket(
                decodeTime: time(packet.decode), presentationTime: time(packet.decode + Int64(packet.shift)),
                timestamp: Timestamp(microseconds: packet.decode), isKeyframe: packet.isKeyframe, data: data, generation: generation)
            return (encoded, info)
        }
    }

    @Test(
        "A player that begins at any keyframe shows the source's pictures from there on", arguments: clips.indices,
        SourceClip.Packing.allCases)
    func shown(_ index: Int, _ packing: SourceClip.Packing) throws {
        let clip = try Self.clips[index].1.get()
        let packets = Self.packets(clip, packing)
        let begin = try #require(packets.indices.dropFirst(30).first { packets[$0].0.isKeyframe })
        var muxer = LiveMuxer()
        var file: [UInt8] = []
        var starts = 0
        for (packet, stream) in packets[begin...] {
            let output = try #require(try muxer.take(packet, of: stream))
            if let start = output.start {
                starts += 1
                file += start.initialization
                #expect(start.codec.hasPrefix(clip.info.codec == .hevc ? "hvc1." : "avc1."))
            }
            file += output.fragment
        }
        #expect(starts == 1)
        let folder = try TemporaryDirectory("live")
        try Data(file).write(to: URL(fileURLWithPath: folder.path("live.mp4")))
        let found = try MediaTool.packets(folder.path("live.mp4"))
        #expect(found.map { $0.ticks($0.decode) } == clip.video[begin...].map(\.decode))
        #expect(found.map { $0.ticks($0.shown) } == clip.video[begin...].map { $0.decode + Int64($0.shift) })
        #expect(found.map(\.isKeyframe) == clip.video[begin...].map(\.isKeyframe))
        if packing != .inBand { #expect(found.map(\.hash) == clip.video[begin...].map(\.hash)) }
    }

    @Test("Nothing comes before the first keyframe, and a changed stream begins anew")
    func begins() throws {
        let clip = try SourceClip.h264.get()
        var muxer = LiveMuxer()
        let packets = Self.packets(clip, .prefixed)
        #expect(try muxer.take(packets[1].0, of: packets[1].1)?.fragment == nil)
        #expect(try muxer.take(packets[25].0, of: packets[25].1)?.start != nil)
        #expect(try muxer.take(packets[26].0, of: packets[26].1)?.start == nil)
        let other = Self.packets(clip, .prefixed, generation: 1)
        #expect(try muxer.take(other[27].0, of: other[27].1)?.fragment == nil)
        #expect(try muxer.take(other[50].0, of: other[50].1)?.start != nil)
    }

    @Test("MJPEG is refused in words")
    func refused() throws {
        let stream = StreamInfo(codec: .mjpeg, width: 64, height: 64, extradata: [], nominalFrameRate: nil, generation: 0)
        let time = MediaTime(seconds: 0)
        let packet = EncodedPacket(
            decodeTime: time, presentationTime: time, timestamp: Timestamp(microseconds: 0), isKeyframe: true, data: [0xff, 0xd8],
            generation: 0)
        var muxer = LiveMuxer()
        #expect(throws: RecordingError.self) { try muxer.take(packet, of: stream) }
    }
}
