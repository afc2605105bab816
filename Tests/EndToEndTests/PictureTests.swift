import Base
import Foundation
import Hub
import Logging
import Protocol
import ServiceLifecycle
import TestSupport
import Testing
import Trust

/// From the store to the page: pictures in Chromium.
@Suite("Pictures on the page", .serialized, .pairs)
struct PictureTests {
    private static let thumbnailShape = "scale=320:-2"

    /// A JPEG of one of ffmpeg's test pictures.
    private static func jpeg(_ source: String, filter: String, in folder: TemporaryDirectory) throws -> [UInt8] {
        let file = folder.path("\(UUID()).jpg")
        try TestClips.run(
            ["-v", "error", "-f", "lavfi", "-i", "\(source)=size=1280x720", "-frames:v", "1", "-vf", filter, "-q:v", "8", file])
        return Array(try Data(contentsOf: URL(filePath: file)))
    }

    /// What a node does.
    private struct Node: Sendable {
        let store: any HubStore
        let key: SealingPublicKey
        let folder: TemporaryDirectory

        func add(_ number: Int64, type: String, severity: Severity = .info, secondsAgo: Double) async throws -> EventID {
            let start = SystemClock().now.advanced(bySeconds: -secondsAgo)
            let event = try Event(
                id: EventID(at: start), rev: 1, node: "porch", epoch: "e1", seq: number, site: "home", sourceID: "porch-cam", type: type,
                severity: severity, ts: start, endTS: start.advanced(bySeconds: 12), payload: Array(#"{"why":"it moved"}"#.utf8))
            _ = try await store.ingest([IngestBatch(node: "porch", epoch: "e1", events: [event], refused: [], receivedAt: start)])
            return event.id
        }

        func picture(_ event: EventID, rank: Int, source: String) async throws {
            let large = try PictureTests.jpeg(source, filter: "null", in: folder)
            let small = try PictureTests.jpeg(source, filter: PictureTests.thumbnailShape, in: folder)
            let box = try SealedBox.seal(
                SnapshotWire.pack(thumbnail: small, picture: large), to: key,
                context: SnapshotWire.context(node: "porch", event: event, rank: rank))
            #expect(box.count <= SnapshotWire.maximumBox)
            #expect(try await store.putSnapshot(event, node: "porch", rank: rank, box: box, at: SystemClock().now) == .stored)
        }

        func seen(_ event: EventID) async throws {
            try await eventually("the browser to mark \(event)", timeout: .seconds(120)) {
                try await store.event(event)?.acknowledgedAt != nil
            }
        }
    }

    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var moved: Bool
        var pictures: Int
        var tiles: Int
        var large: [Int]
        var better: String
        var closed: Bool
        var focused: Bool
        var phoneWidth: Int
        var phoneViewerWidth: Int
        var reloaded: Bool
    }

    @Test("they come into their rows live, without moving anything, and open large", .timeLimit(.minutes(10)))
    func browser() async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let folder = try TemporaryDirectory("pictures")
        let configuration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: ["data": folder.path("hub"), "listen": "127.0.0.1:0", "broker_listen": "127.0.0.1:0", "replica": "test"])
        let trust = try HubTrust.open(configuration.trust, names: ["localhost"], now: SystemClock().now)
        let hub = try await HubComposition.build(configuration, administratorPassword: Installation.password, logger: logger)
        let group = ServiceGroup(services: hub.services, logger: logger)
        let running = Task { try await group.run() }
        let node = Node(store: hub.store, key: trust.sealingKey.publicKey, folder: folder)
        let vehicle = try await node.add(1, type: "vehicle", severity: .warning, secondsAgo: 300)
        let pet = try await node.add(2, type: "pet", secondsAgo: 200)
        _ = try await node.add(3, type: "sound", severity: .alarm, secondsAgo: 100)
        try await node.picture(vehicle, rank: 3, source: "testsrc2")
        try await node.picture(pet, rank: 1, source: "mandelbrot")
        try await eventually("the web server to listen") { hub.web.boundPort != nil }

        let script = try BrowserScript(
            "pictures.py", address: "http://127.0.0.1:\(hub.web.boundPort ?? 0)", screenshots: folder.path)
        // The browser says by marking an event as seen that it is ready for what comes next.
        let steps = Task {
            try await node.seen(vehicle)
            let person = try await node.add(4, type: "person", severity: .notice, secondsAgo: 1)
            try await node.seen(person)
            try await node.picture(person, rank: 2, source: "smptehdbars")
            try await node.seen(pet)
            try await node.picture(person, rank: 5, source: "mandelbrot")
        }
        defer { steps.cancel() }
        let seen = try await script.seen(Seen.self)
        #expect(seen.console == [])
        #expect(seen.foreign == [])
        #expect(!seen.moved, "a row has another place or size once its picture is there")
        #expect(seen.pictures == 3)
        #expect(seen.tiles == 4)
        #expect(seen.large == [1280, 720])
        #expect(seen.better.hasSuffix("?rank=5"))
        #expect(seen.closed)
        #expect(seen.focused, "the focus is back where it was")
        #expect(seen.phoneWidth <= 360)
        #expect(seen.phoneViewerWidth <= 360)
        #expect(!seen.reloaded)
        #expect(try await hub.store.check() == [])
        await group.triggerGracefulShutdown()
        try await running.value
        await hub.store.close()
    }
}
