import Base
import Foundation
import Media
import MediaTypes
import TestSupport
import Testing

@Suite("RTSP")
struct RTSPTests {
    @Test(
        "A stream from a real server is demuxed and decoded",
        arguments: [("libx264", "h264", 0), ("libx264", "h264", 2), ("libx265", "hevc", 0)])
    func plays(encoder: String, codec: String, bFrames: Int) async throws {
        var recipe = TestClips.Recipe()
        recipe.encoder = encoder
        recipe.bFrames = bFrames
        let server = try await RTSPServer([.init(path: "cam", file: TestClips.shared.clip(recipe), codec: codec)])
        var demuxer = try Demuxer(MediaSource(server.url("cam")), stop: StopFlag())
        #expect(demuxer.stream.codec.rawValue == codec)
        #expect(demuxer.stream.width == 320 && demuxer.stream.height == 240)
        var decoder = try VideoDecoder(demuxer.stream, mode: .full)
        var shown: [MediaTime] = []
        var last: EncodedPacket?
        for index in 0..<45 {
            let packet = try #require(try demuxer.next())
            if index == 0 { #expect(packet.isKeyframe) }
            if let last { #expect(last.decodeTime < packet.decodeTime) }
            #expect(packet.generation == 0)
            last = packet
            try decoder.decode(packet) { picture, luma in
                #expect(picture.width == 320 && picture.height == 240)
                #expect(luma.count >= 320 * 240)
                shown.append(picture.presentationTime)
            }
        }
        #expect(shown.count >= 40)
        #expect(zip(shown, shown.dropFirst()).allSatisfy { $0 < $1 })
        #expect(demuxer.counters.mendedTimestamps == 0)
        #expect(decoder.rejected == 0)
        await server.stop()
    }
}
