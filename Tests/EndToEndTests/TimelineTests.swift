import EdgeNode
import Foundation
import Hub
import Protocol
import TestSupport
import Testing

/// From a camera to the page: RTSP, analysis, outbox, broker, hub, store, stream, Chromium.
@Suite("From a camera to the page", .serialized, .pairs)
struct TimelineTests {
    /// A box that comes and goes again and again over a noisy background.
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var acknowledged: String
        var rows: Int
        var distinct: Int
        var reloaded: Bool
        var keys: [String]
        var moves: Bool
        var chosen: [String]
        var typed: Bool
        var silent: Bool
        var again: Bool
        var otherTypesUnderFilter: Int
        var incident: String
        /// Whether what the line of an incident holds is hidden until it is opened.
        var hidden: Bool
        var words: String
        /// Whether the keys lead into it once it is open.
        var entered: Bool
        /// Whether the focus stays on its row while what comes live goes into it.
        var kept: Bool
        /// Whether its line selects all of it where a part was selected.
        var whole: Bool
        var marked: [String]
        var phoneWidth: Int
        var narrowWidth: Int
    }

    @Test("events appear in an open browser by themselves, end in place, and are acknowledged, one or many", .timeLimit(.minutes(10)))
    func browser() async throws {
        let server = try await WalkedYard.server(walk: 2...5)
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let address = try await installation.address()
        let shots = try TemporaryDirectory("screenshots")

        let seen = try await BrowserScript("timeline.py", address: address, screenshots: shots.path).seen(Seen.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        #expect(seen.rows == seen.distinct && seen.rows > 0)
        #expect(!seen.reloaded)
        #expect(seen.otherTypesUnderFilter == 0)
        #expect(seen.phoneWidth <= 360)

        let id = try #require(EventID(seen.acknowledged))
        let stored = try #require(try await installation.hub.store.event(id))
        #expect(stored.acknowledgedBy == "admin")
        #expect(stored.event.sourceID == "yard-cam")
        #expect(stored.event.site == "home")

        #expect(seen.keys == ["j", "k", "Enter", "a", "x", "Esc", "/", "?"])
        #expect(seen.moves, "the focus goes from row to row, and back")
        #expect(seen.chosen.count > 1)
        for text in seen.chosen {
            let event = try #require(EventID(text))
            #expect(try await installation.hub.store.event(event)?.acknowledgedBy == "admin")
        }
        #expect(
            seen.hidden && seen.words.contains("Motion") && seen.words.contains("yard-cam") && seen.words.contains(" events"),
            "\(seen.words)")
        #expect(seen.entered && seen.marked.count > 1)
        #expect(seen.kept, "the focus stays on its row while what comes live goes into the incident")
        #expect(seen.whole, "the line selects the rest of its rows")
        let incident = try #require(EventID(seen.incident))
        for text in seen.marked {
            let id = try #require(EventID(text))
            let event = try #require(try await installation.hub.store.event(id))
            #expect(event.incident == incident && event.acknowledgedAt != nil)
        }
        #expect(seen.narrowWidth <= 360)
        #expect(!seen.typed && seen.silent && seen.again, "letters do nothing where they are typed or turned off")
        try await installation.stop()
        await server.stop()
    }

    @Test("what a node accepted is in the store once when both have stopped in order, and both stores are sound", .timeLimit(.minutes(10)))
    func stopsInOrder() async throws {
        let server = try await WalkedYard.server(walk: 2...5)
        let installation = try await Installation(cameras: [("yard-cam", server.url("yard"))])
        let store = installation.hub.store
        try await eventually("an ended event in the store", timeout: .seconds(90)) {
            try await store.events(EventQuery(.everything)).contains { $0.event.type == "motion" && $0.event.endTS != nil }
        }
        try await eventually("the outbox to be empty") { try await installation.node.outbox.status().waiting == 0 }
        #expect(try await store.check() == [])

        // A hub that was restored from a backup asks for what it has lost; what it has not lost is not doubled.
        let request = AdministrationRequest(command: .nodeResend, name: "porch", since: "2020-01-01T00:00:00Z")
        let answer = try #require(try await AdministrationClient.ask(request, socket: installation.socket))
        #expect(answer.error == nil)
        let again = try #require(answer.lines.first?.split(separator: " ").first.flatMap { Int($0) })
        #expect(again > 0)
        try await eventually("what was sent again to be acknowledged") { try await installation.node.outbox.status().waiting == 0 }
        #expect(try await store.check() == [])
        let nobody = AdministrationRequest(command: .nodeResend, name: "attic", since: "2020-01-01T00:00:00Z")
        #expect(try await AdministrationClient.ask(nobody, socket: installation.socket)?.error?.contains("not connected") == true)
        try await installation.stop()
        await server.stop()
    }
}
