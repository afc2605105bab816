import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// The page of nodes in Chromium, over a hub and a node as the programs compose them.
@Suite("The page of nodes", .serialized, .pairs)
struct SystemTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var phoneWidth: Int
        var eventsWidth: Int
        var reloaded: Bool
        var cameras: Int
    }

    @Test("shows a node and its camera, says the same as the server, and tells by itself that the node has left", .timeLimit(.minutes(10)))
    func browser() async throws {
        var recipe = TestClips.Recipe()
        recipe.width = 640
        recipe.height = 360
        recipe.seconds = 8
        let clip = try TestClips.shared.clip(recipe)
        let server = try await RTSPServer([RTSPServer.Mount(path: "yard", file: clip)])
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let address = try await installation.address()
        let folder = try TemporaryDirectory("system")

        let stop = folder.path("stop")
        let script = try BrowserScript("system.py", address: address, screenshots: folder.path, stop)
        try await eventually("the page to have seen the node") { script.hasExited || FileManager.default.fileExists(atPath: stop) }
        await installation.stopNode()
        let seen = try await script.seen(Seen.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        #expect(seen.phoneWidth <= 390)
        #expect(seen.eventsWidth <= 390)
        #expect(!seen.reloaded)
        #expect(seen.cameras == 1)
        try await installation.stop()
        await server.stop()
    }
}
