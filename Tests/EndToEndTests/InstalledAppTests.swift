import Hub
import TestSupport
import Testing

/// The pages as an installed app, in Chromium, over a hub as the program composes it.
@Suite("The installed app", .serialized, .pairs)
struct InstalledAppTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var controlled: Bool
        /// The addresses that are kept once several pages were visited.
        var kept: [String]
        /// Those that were not kept before.
        var grown: [String]
        /// Those in which the account's name is.
        var named: [String]
        var title: String
        var heard: String
        var width: Int
        /// What axe complains of.
        var violations: [String]
        var tried: String
        var wanted: String
        /// Caches and workers after the session.
        var left: [Int]
    }

    @Test(
        "keeps its shell and nothing else, says what it knows without the hub, comes back with it, and forgets with the session",
        .timeLimit(.minutes(10)))
    func offline() async throws {
        let hub = try await RunningHub(password: Installation.password)
        try await eventually("the web server to listen") { hub.hub.web.ports.plain != nil }
        let address = "http://127.0.0.1:\(hub.hub.web.ports.plain ?? 0)"
        let seen = try await BrowserScript("offline.py", address: address, screenshots: hub.folder.path).seen(Seen.self)
        // Chromium notes that the hub could not be asked, which is what the test is about.
        #expect(seen.console.allSatisfy { $0.contains("ERR_INTERNET_DISCONNECTED") }, "\(seen.console)")
        #expect(seen.foreign == [])
        #expect(seen.controlled)
        #expect(seen.kept.contains("/offline") && seen.kept.count > 30)
        #expect(seen.kept.allSatisfy { $0.hasPrefix("/assets/") || $0 == "/offline" }, "\(seen.kept)")
        #expect(seen.grown == [] && seen.named == [])
        #expect(seen.title == "The hub cannot be reached")
        #expect(seen.heard.hasPrefix("This browser last heard from it on "))
        #expect(seen.width <= 360)
        #expect(seen.violations == [])
        #expect(seen.tried == "It does not answer yet.")
        #expect(seen.wanted == "/account")
        #expect(seen.left == [0, 0])
        try await hub.stop()
    }
}
