import Base
import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// What cameras show now, from a camera over RTSP to whoever watches.
@Suite("Live pictures", .serialized, .pairs)
struct LiveTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var tiles: Int
        var requested: String
        var leadsNowhere: Bool
        var announced: String
        var keepsFocus: Bool
        var keepsOrder: Bool
        var keepsLarge: Bool
        var requestedMain: [String]
        var liveMode: String
        var behind: Double
        var miss: Double
        var phoneWidth: Int
    }

    @Test("cameras are watched live and back in time, in a real browser", .timeLimit(.minutes(10)))
    func browser() async throws {
        let server = try await WalkedYard.server(["yard", "door"])
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard")), ("door-cam", server.url("door"))])
        let address = try await installation.address()
        let shots = try TemporaryDirectory("screenshots")
        try await eventually("both cameras to be the node's") { try await installation.hub.store.cameras().count == 2 }
        let seen = try await BrowserScript("live.py", address: address, screenshots: shots.path, "yard-cam").seen(Seen.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        #expect(seen.tiles == 2)
        #expect(["cameras=door-cam,yard-cam", "cameras=yard-cam,door-cam"].contains(seen.requested.replacing("&stream=sub", with: "")))
        #expect(seen.leadsNowhere && seen.keepsFocus && seen.keepsOrder && seen.keepsLarge)
        #expect(seen.announced.hasSuffix(" is now 2 of 2"))
        #expect(seen.requestedMain == [])
        #expect(seen.liveMode == "Live")
        #expect(seen.behind < 2)
        #expect(seen.miss <= 1.0 / 15)
        #expect(seen.phoneWidth == 390)
        // Also by the node's own word.
        try await eventually("what was kept to be the node's") {
            try await installation.hub.store.segmentSummaries(SegmentQuery(.everything, camera: "yard-cam")).contains {
                $0.kept == .starred && $0.isStarred
            }
        }
        try await installation.stop()
        await server.stop()
    }

    @Test("players get MP4, HLS, MJPEG and stills; many cost the node one stream, and none when they have gone", .timeLimit(.minutes(10)))
    func players() async throws {
        let server = try await WalkedYard.server()
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let address = try await installation.address()
        let folder = try TemporaryDirectory("players")
        let curl = try await SignedInCurl(address, folder: folder)
        try await eventually("the camera to be the node's") { try await installation.hub.store.cameras().count == 1 }
        let camera = "\(address)/api/v1/cameras/yard-cam"

        // A still.
        #expect(try await curl("-f", "--max-time", "30", "-o", folder.path("still.jpg"), "\(camera)/snapshot.jpg").status == 0)
        let still = try Data(contentsOf: URL(filePath: folder.path("still.jpg")))
        #expect(still.starts(with: [0xff, 0xd8]) && still.suffix(2) == Data([0xff, 0xd9]))

        // Three players of one stream, cut off after some seconds, as players are.
        let uploads = installation.node.metrics
        try await withThrowingTaskGroup(of: Void.self) { group in
            for player in 0..<3 {
                group.addTask { _ = try await curl("--max-time", "6", "-o", folder.path("live\(player).mp4"), "\(camera)/live.mp4") }
            }
            group.addTask { _ = try await curl("--max-time", "6", "-o", folder.path("live.mjpeg"), "\(camera)/live.mjpeg") }
            try await eventually("pictures to go to the hub") { uploads.value("vigilar_live_uploads") > 0 }
            for _ in 0..<20 {
                #expect(uploads.value("vigilar_live_uploads") <= 2)
                await Task.yield()
            }
            try await group.waitForAll()
        }
        for player in 0..<3 {
            let file = folder.path("live\(player).mp4")
            // Cut in the middle of a picture; all before it is sound.
            let packets = String(
                decoding: try MediaTool.run("ffprobe", ["-show_entries", "packet=flags", "-of", "csv=p=0", file]).output, as: UTF8.self)
            #expect(packets.split(separator: "\n").count > 30)
            #expect(packets.hasPrefix("K"))
        }
        let stills = try Data(contentsOf: URL(filePath: folder.path("live.mjpeg")))
        let count = String(decoding: stills, as: UTF8.self).components(separatedBy: "--vigilar-still").count - 1
        // At most five a second.
        #expect((5...35).contains(count), "\(count)")

        // HLS, as ffmpeg plays it.
        let player = try ChildProcess(
            executable: "/usr/bin/ffmpeg",
            arguments: [
                "-v", "error", "-headers", "Cookie: \(try curl.cookies)\r\n", "-i", "\(camera)/live/index.m3u8", "-t", "5", "-c", "copy",
                folder.path("hls.mp4"),
            ])
        #expect(await player.waitForExit() == 0, "\(player.output)")
        let played = try MediaTool.run("ffprobe", ["-show_entries", "packet=flags", "-of", "csv=p=0", folder.path("hls.mp4")])
        #expect(played.errors == "")
        #expect(String(decoding: played.output, as: UTF8.self).split(separator: "\n").count > 30)

        // Whoever watched is written down, once for each way, however many requests and players it took, and whatever else the address says.
        for more in ["", "&from=\(String(repeating: "x", count: 300))"] {
            _ = try await curl("--max-time", "3", "-o", folder.path("all"), "\(address)/api/v1/live?cameras=yard-cam\(more)")
        }
        let lines = try await installation.hub.store.audit(of: "admin", before: nil, limit: 100).filter { $0.action.hasPrefix("GET ") }
        #expect(
            lines.map { [$0.action, $0.object, $0.detail].joined(separator: " | ") }.sorted() == [
                "GET /api/v1/cameras/{id}/live.mjpeg | yard-cam | ", "GET /api/v1/cameras/{id}/live.mp4 | yard-cam | ",
                "GET /api/v1/cameras/{id}/live/index.m3u8 | yard-cam | ", "GET /api/v1/cameras/{id}/snapshot.jpg | yard-cam | ",
                "GET /api/v1/live |  | yard-cam",
            ])

        try await eventually("nobody to be sent anything", timeout: .seconds(60)) { uploads.value("vigilar_live_uploads") == 0 }

        // What there is not is said in words.
        let unknown = try await curl("\(address)/api/v1/cameras/no-cam/live.mp4")
        #expect(unknown.output.contains("no camera") || unknown.output.contains("No such camera"))
        await installation.stopNode()
        try await eventually("the hub to say that the node is away", timeout: .seconds(60)) {
            let away = try await curl("-w", "%{http_code}", "\(camera)/snapshot.jpg")
            return away.output.hasSuffix("503") && away.output.contains("does not answer")
        }
        try await installation.stop()
        await server.stop()
    }

    private struct Wall: Decodable {
        var console: [String]
        var foreign: [String]
        var idle: [String]
    }

    /// A browser opens six connections to a hub over HTTP/1.1: what a page or a tab keeps open takes them from all others.
    @Test(
        "sixteen cameras move in one tab while events come to others, and those at which nothing happens come to rest",
        .timeLimit(.minutes(10)))
    func wall() async throws {
        var quiet = TestClips.Recipe()
        (quiet.width, quiet.height) = (320, 180)
        (quiet.rate, quiet.group) = (5, 10)
        quiet.seconds = 8
        quiet.box = nil
        var walked = quiet
        (walked.width, walked.height) = (640, 360)
        (walked.rate, walked.group) = (15, 15)
        walked.box = 2...4
        walked.boxSpeed = 120
        let (still, yard) = try (TestClips.shared.clip(quiet), TestClips.shared.clip(walked))
        let names = ["yard"] + (1...15).map { "quiet\($0)" }
        let server = try await RTSPServer(names.map { RTSPServer.Mount(path: $0, file: $0 == "yard" ? yard : still) })
        let installation = try await Installation(cameras: names.map { (id: $0, source: server.url($0)) })
        let address = try await installation.address()
        let shots = try TemporaryDirectory("screenshots")
        try await eventually("all cameras to be the node's") { try await installation.hub.store.cameras().count == 16 }
        let seen = try await BrowserScript("wall.py", address: address, screenshots: shots.path, "yard").seen(Wall.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        #expect(seen.idle.sorted() == names.dropFirst().sorted())
        try await installation.stop()
        await server.stop()
    }
}
