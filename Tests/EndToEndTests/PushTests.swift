import Fleet
import Foundation
import TestSupport
import Testing

/// Notifications as somebody turns them on in a browser, and as its service worker shows them.
@Suite("Notifications", .serialized, .pairs)
struct PushTests {
    private struct Seen: Decodable {
        struct Shown: Decodable, Equatable {
            var title: String
            var body: String
            var tag: String
            var path: String
        }

        /// What came to the push service: coding, time to live, the beginning of its authorization, and bytes.
        struct Received: Decodable {
            var coding: String
            var life: String
            var scheme: String
            var bytes: Int

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                coding = try values.decode(String.self)
                life = try values.decode(String.self)
                scheme = try values.decode(String.self)
                bytes = try values.decode(Int.self)
            }
        }

        /// What the page says over plain HTTP, where it leads, and which buttons it has.
        struct Plain: Decodable {
            var words: String
            var address: String
            var buttons: [Bool]

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                words = try values.decode(String.self)
                address = try values.decode(String.self)
                buttons = []
                while !values.isAtEnd { buttons.append(try values.decode(Bool.self)) }
            }
        }

        var console: [String]
        var foreign: [String]
        var plain: Plain
        var key: Bool
        var received: [Received]
        var width: Int
        var later: [Shown]
        var paths: [String]
        var unread: String
        var left: Int
    }

    @Test(
        "a browser is turned on, sent a test, shows what comes to its worker, leads nowhere else, and is turned off",
        .timeLimit(.minutes(10)))
    func browser() async throws {
        let folder = try TemporaryDirectory("push")
        let programs = try FleetPrograms.besideThisProcess()
        let hub = try ChildProcess(
            executable: programs.hub, arguments: ["serve", "--data", folder.path("hub"), "--listen", "127.0.0.1:0"],
            environment: [
                "VIGILAR_TLS_LISTEN": "127.0.0.1:0", "VIGILAR_BROKER_LISTEN": "127.0.0.1:0",
                "VIGILAR_ADMIN_PASSWORD": Installation.password,
                "VIGILAR_WEB_PUSH_PRIVATE_ENDPOINTS": "true",
            ])
        try await eventually("both listeners") {
            hub.output.components(separatedBy: "Server started and listening").count == 3 || hub.hasExited
        }
        #expect(hub.output.contains("web.push_private_endpoints is on"))
        var link = ""
        try await eventually("where the hub listens") {
            let reset = try ChildProcess(
                executable: programs.hub, arguments: ["account", "reset", "admin", "--data", folder.path("hub")], environment: [:])
            #expect(await reset.waitForExit() == 0, "\(reset.output)")
            link = reset.output.trimmingCharacters(in: .whitespacesAndNewlines)
            return !link.contains(":0/")
        }
        let address = String(try #require(link.firstRange(of: "/welcome?token=").map { link[..<$0.lowerBound] }, "\(link)"))
        let seen = try await BrowserScript("push.py", address: address, screenshots: folder.path).seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [])
        #expect(seen.plain.words.contains("plain HTTP") && seen.plain.address == "/trust")
        #expect(seen.plain.buttons == [false, false, false])
        #expect(seen.key)
        #expect(seen.received.count == 1)
        let request = try #require(seen.received.first)
        #expect(request.coding == "aes128gcm" && request.life == "600" && request.scheme == "vapid t=" && request.bytes > 103)
        #expect(seen.width <= 360)
        #expect(seen.later == [.init(title: "Front door", body: "Gone again.", tag: "door", path: "/")])
        #expect(seen.unread == "[{},{}]")
        #expect(seen.paths == ["/events?camera=porch-cam#1"] + [String](repeating: "/", count: 7))
        #expect(seen.left == 0)
        #expect(await hub.terminate(within: .seconds(30)) == 0)
    }
}
