import Base
import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// A camera with a large stream that a browser cannot play, and a small one that it can.
@Suite("A camera with two streams", .serialized, .pairs)
struct TwoStreamTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var gridWidth: Int
        var fullWidth: Int
        var requestedByGrid: [String]
        var liveWidth: Int
        var recordedWidth: Int
        var wasMuted: Bool
        var isHeard: Bool
        var download: String
        var requested: [String]
    }

    private func clip(_ encoder: String, _ width: Int, _ height: Int, sound: TestClips.Sound? = nil) throws -> String {
        var recipe = TestClips.Recipe()
        recipe.encoder = encoder
        (recipe.width, recipe.height) = (width, height)
        recipe.seconds = 8
        recipe.box = 2...5
        recipe.sound = sound
        recipe.container = "mkv"
        return try TestClips.shared.clip(recipe)
    }

    private func shape(_ file: String) throws -> String {
        let answer = try MediaTool.run(
            "ffprobe", ["-show_entries", "stream=codec_name,width", "-select_streams", "v", "-of", "csv=p=0", file])
        return String(decoding: answer.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(
        "the small one is analysed and shown in small pictures, both are recorded, and the one that plays is played",
        .timeLimit(.minutes(10)))
    func both() async throws {
        let server = try await RTSPServer([
            .init(path: "large", file: clip("libx265", 640, 360), codec: "hevc"),
            .init(path: "small", file: clip("libx264", 320, 180, sound: .muLaw), sound: .muLaw),
        ])
        let installation = try await Installation(
            cameras: [("yard-cam", server.url("large"))], more: ["yard-cam": "sub_source = \"\(server.url("small"))\""])
        let address = try await installation.address()
        try await eventually("the small stream's movement to be an event", timeout: .seconds(60)) {
            try await installation.hub.store.events(EventQuery(.everything)).contains { $0.event.type == "motion" }
        }
        let folder = try TemporaryDirectory("players")
        let curl = try await SignedInCurl(address, folder: folder)
        let camera = "\(address)/api/v1/cameras/yard-cam"
        for (query, expected) in [("", "hevc,640"), ("?stream=main", "hevc,640"), ("?stream=sub", "h264,320")] {
            try await eventually("live pictures of \(expected)", timeout: .seconds(60)) {
                _ = try await curl("--max-time", "4", "-o", folder.path("live.mp4"), "\(camera)/live.mp4\(query)")
                return try shape(folder.path("live.mp4")) == expected
            }
        }
        #expect(try await curl("\(camera)/live.mp4?stream=other").output.contains("main or sub"))
        for (track, expected) in [("main", "hevc,640"), ("sub", "h264,320")] {
            let span = "from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:01Z&track=\(track)"
            #expect(try await curl("\(camera)/video.json?\(span)").output.contains("Nothing is recorded"))
            try await eventually("a recording of \(expected)", timeout: .seconds(60)) {
                let now = SystemClock().now
                let recent = "from=\(now.advanced(bySeconds: -4).rfc3339)&to=\(now.advanced(bySeconds: -2).rfc3339)&track=\(track)"
                let file = folder.path("\(track).mp4")
                guard try await curl("-f", "-o", file, "\(camera)/video.mp4?\(recent)").status == 0 else { return false }
                return try shape(file) == expected
            }
        }
        let shots = try TemporaryDirectory("screenshots")
        let seen = try await BrowserScript("two_streams.py", address: address, screenshots: shots.path, "yard-cam").seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [])
        #expect(seen.fullWidth == 320 && !seen.requestedByGrid.contains { $0.contains("stream=main") })
        #expect(seen.gridWidth == 320 && seen.liveWidth == 320 && seen.recordedWidth == 320)
        #expect(seen.wasMuted && seen.isHeard)
        #expect(seen.download.contains("/video.mp4?") && !seen.download.contains("track=sub"))
        #expect(seen.requested.contains { $0.contains("stream=main") } && seen.requested.contains { $0.contains("stream=sub") })
        try await installation.stop()
        await server.stop()
    }
}
