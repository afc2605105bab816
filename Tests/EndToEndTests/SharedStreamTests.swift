import Base
import Hub
import Protocol
import TestSupport
import Testing

/// All tabs of a browser over one event stream, in Chromium, while events come.
@Suite("One event stream for all tabs", .serialized, .pairs)
struct SharedStreamTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        /// Of the feeds of each tab.
        var resets: [[Int]]
        /// Whether what began in the middle is complete from there on.
        var fresh: [Bool]
        var doubles: [Int]
    }

    private static func ingest(_ number: Int64, into store: any HubStore) async throws {
        let now = SystemClock().now
        let event = try Event(
            id: EventID(at: now), rev: 1, node: "porch", epoch: "e1", seq: number, site: "home", sourceID: "porch-cam",
            type: number % 2 == 0 ? "person" : "motion", severity: number % 5 == 0 ? .warning : .info, ts: now,
            endTS: now.advanced(bySeconds: 1), payload: Array("{}".utf8))
        _ = try await store.ingest([IngestBatch(node: "porch", epoch: "e1", events: [event], refused: [], receivedAt: now)])
    }

    @Test("each tab gets what it asked for, once and without a hole, and a sign-out is every tab's", .timeLimit(.minutes(10)))
    func tabs() async throws {
        let hub = try await RunningHub(password: Installation.password)
        _ = try await hub.join("porch")
        let store = hub.hub.store
        for number in 1...20 { try await Self.ingest(Int64(number), into: store) }
        let coming = Task {
            var number: Int64 = 20
            while !Task.isCancelled {
                number += 1
                try await Self.ingest(number, into: store)
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        defer { coming.cancel() }
        try await eventually("the web server to listen") { hub.hub.web.ports.plain != nil }
        let address = "http://127.0.0.1:\(hub.hub.web.ports.plain ?? 0)"
        let seen = try await BrowserScript("shared_stream.py", address: address, screenshots: hub.folder.path).seen(Seen.self)
        coming.cancel()
        _ = await coming.result
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        // Whoever asks from now on, or from what is not kept any more, loads the list.
        #expect(seen.resets == [[0, 0, 0, 0], [0, 0, 0, 0, 1, 1]])
        #expect(seen.fresh == [true, true])
        #expect(seen.doubles == [0, 0, 0, 0])
        try await hub.stop()
    }
}
