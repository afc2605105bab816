import Base
import Foundation
import Media
import MediaTypes
import TestSupport
import Testing

@Suite("Demuxer")
struct DemuxerTests {
    @Test("A file is read to its end, with steady times and a keyframe first")
    func file() throws {
        let clip = try TestClips.shared.clip()
        var demuxer = try Demuxer(MediaSource(clip), stop: StopFlag())
        #expect(demuxer.stream.codec == .h264)
        #expect(demuxer.stream.width == 320 && demuxer.stream.height == 240)
        var packets: [EncodedPacket] = []
        while let packet = try demuxer.next() { packets.append(packet) }
        #expect(packets.count == 60)
        #expect(packets.first?.isKeyframe == true)
        #expect(packets.first?.presentationTime.nanoseconds == 0)
        #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.decodeTime < $1.decodeTime })
        #expect(demuxer.counters.mendedTimestamps == 0)
    }
}
