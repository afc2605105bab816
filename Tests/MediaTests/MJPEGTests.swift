import Foundation
import Media
import MediaTypes
import TestSupport
import Testing

@Suite("MJPEG over HTTP")
struct MJPEGTests {
    /// A folder of pictures; the last ones are larger when `growing`.
    private func pictures(growing: Bool) throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory("pictures")
        try TestClips.run(["-f", "lavfi", "-i", "testsrc=s=160x120:r=5:d=2", "-pix_fmt", "yuvj420p", folder.path("a%02d.jpg")])
        if growing {
            try TestClips.run(["-f", "lavfi", "-i", "testsrc=s=320x240:r=5:d=2", "-pix_fmt", "yuvj420p", folder.path("b%02d.jpg")])
        }
        return folder
    }

    @Test("Pictures come as keyframes with full range luma, with a password that holds a slash", arguments: ["mjpeg", "private"])
    func plays(path: String) async throws {
        let folder = try pictures(growing: false)
        let server = try await MediaWebServer(pictures: folder.path)
        let address = server.url(path, credentials: path == "private" ? "viewer:s3cret%2Fword" : nil)
        var demuxer = try Demuxer(MediaSource(address), stop: StopFlag())
        #expect(demuxer.stream.codec == .mjpeg)
        #expect(demuxer.stream.width == 160 && demuxer.stream.height == 120)
        var decoder = try VideoDecoder(demuxer.stream, mode: .motion)
        var shown = 0
        for _ in 0..<20 {
            let packet = try #require(try demuxer.next())
            #expect(packet.isKeyframe)
            try decoder.decode(packet) { picture, luma in
                #expect(picture.isFullRange)
                #expect(luma.count >= 160 * 120)
                shown += 1
            }
        }
        #expect(shown == 20)
    }

    @Test("Another picture size starts another generation")
    func sizes() async throws {
        let folder = try pictures(growing: true)
        let server = try await MediaWebServer(pictures: folder.path)
        var demuxer = try Demuxer(MediaSource(server.url("mjpeg")), stop: StopFlag())
        var sizes: [Int: Int] = [:]
        for _ in 0..<25 {
            let packet = try #require(try demuxer.next())
            #expect(packet.generation == demuxer.stream.generation)
            sizes[packet.generation] = demuxer.stream.width
        }
        #expect(sizes == [0: 160, 1: 320, 2: 160])
    }
}
