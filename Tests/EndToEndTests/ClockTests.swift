import Base
import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// The times of a node whose clock is wrong, in Chromium.
@Suite("A wrong clock on the page", .serialized, .pairs)
struct ClockTests {
    private struct LateClock: WallClock {
        let behind: Double
        var now: Timestamp { SystemClock().now.advanced(bySeconds: -behind) }
        var uptime: Double { SystemClock().uptime }
    }

    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var right: Bool
        var title: String
    }

    @Test("what a node recorded whose clock is ten minutes behind is played", .timeLimit(.minutes(10)))
    func recordings() async throws {
        let server = try await RTSPServer([RTSPServer.Mount(path: "yard", file: TestClips.shared.clip())])
        let clock = LateClock(behind: 600)
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))], nodeClock: clock)
        let address = try await installation.address()
        let folder = try TemporaryDirectory("late")
        func curl(_ words: String...) async throws -> String {
            let jar = folder.path("cookies")
            let child = try ChildProcess(executable: "/usr/bin/curl", arguments: ["-sS", "--max-time", "60", "-b", jar, "-c", jar] + words)
            _ = await child.waitForExit()
            return child.output
        }
        let body = #"{"name":"admin","password":"\#(Installation.password)"}"#
        _ = try await curl(
            "-H", "Content-Type: application/json", "-H", "Sec-Fetch-Site: same-origin", "--data-binary", body, "\(address)/api/v1/session")
        try await eventually("the node's clock to be known", timeout: .seconds(120)) {
            let offset = try await NodeOverview.all(from: installation.hub.store, .everything).first?.record?.clockOffset
            return abs((offset ?? 0) - 600) < 2
        }
        let span = "from=\(clock.now.advanced(bySeconds: -60).rfc3339)&to=\(clock.now.advanced(bySeconds: 60).rfc3339)"
        try await eventually("something recorded to be played", timeout: .seconds(60)) {
            try await curl("-o", folder.path("out"), "-w", "%{http_code}", "\(address)/api/v1/cameras/yard-cam/video.mp4?\(span)")
                .hasSuffix("200")
        }
        #expect(installation.node.metrics.value("vigilar_recording_uploads_total", labels: [("outcome", "refused")]) == 0)
        try await installation.stop()
        await server.stop()
    }

    @Test("events of a node whose clock is 100 s behind are shown by the hub's clock, and say so", .timeLimit(.minutes(10)))
    func browser() async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 8
        let server = try await RTSPServer([RTSPServer.Mount(path: "yard", file: TestClips.shared.clip(recipe))])
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))], nodeClock: LateClock(behind: 100))
        let address = try await installation.address()
        try await eventually("an event, and the node's clock to be known", timeout: .seconds(120)) {
            var query = EventQuery(.everything)
            query.types = ["motion"]
            let offset = try await NodeOverview.all(from: installation.hub.store, .everything).first?.record?.clockOffset
            return try await installation.hub.store.events(query).isEmpty == false && abs((offset ?? 0) - 100) < 2
        }
        let folder = try TemporaryDirectory("clocks")
        let seen = try await BrowserScript("clocks.py", address: address, screenshots: folder.path, "100").seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [] && seen.right)
        #expect(seen.title.contains("The clock of the node porch is 1 min 40 s behind"), "\(seen.title)")
        try await installation.stop()
        await server.stop()
    }
}
