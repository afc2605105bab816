import Base
import Foundation
import Glibc
import Protocol
import Recording
import Settings
import TestSupport
import Testing
import Trust

@testable import EdgeNode

/// What becomes of an upload on its way, over real TLS.
@Suite("Segment push", .timeLimit(.minutes(10)))
struct SegmentPushTests {
    /// A minute of it is more than all buffers between node and hub hold.
    private static let fat = Result {
        var recipe = TestClips.Recipe()
        (recipe.width, recipe.height, recipe.seconds, recipe.group) = (640, 480, 2, 1)
        recipe.extra = ["-qp", "1"]
        return try PlayedClip(recipe)
    }

    private let fixture: RecordingFixture
    private let key = SigningKey()
    private let row: SegmentRow

    init() throws {
        fixture = try RecordingFixture(Self.fat)
        fixture.start(.continuous)
        fixture.play(0..<58)
        fixture.end()
        row = try #require(try fixture.segments.first)
        try #require(row.bytes > 16 << 20, "\(row.bytes)")
    }

    private var sent: Double { fixture.metrics.value("vigilar_recording_uploaded_bytes_total") }
    private func ended(_ outcome: UploadOutcome) -> Double {
        fixture.metrics.value("vigilar_recording_uploads_total", labels: [("outcome", outcome.rawValue)])
    }

    private func command(_ ticket: String) throws -> NodeCommand {
        let ticket = UploadTicket(
            node: "porch", ticket: ticket, segment: "\(row.id)", from: 0, to: row.bytes,
            expires: fixture.clock.now.advanced(bySeconds: UploadTicket.life))
        let text = String(decoding: try #require(NodeJSON.encode(ticket)), as: UTF8.self)
        let message = try SignedMessage(signing: text, domain: SignedDomain.upload, with: key)
        return NodeCommand(command: "upload", signed: message.signed, signature: message.signature)
    }

    private func uploading(
        to server: SnapshotServer, patience: Double = SegmentUploader.patience, _ body: (SegmentUploader, HubCaller) async throws -> Void
    ) async throws {
        let keys = HubKeys(verifying: key.verifyingKey, sealing: fixture.hubKey)
        let identity = server.identity
        let hub = HubCaller({ identity }, silence: SegmentUploader.silence)
        let uploader = SegmentUploader(
            node: "porch", library: fixture.library, hub: hub, keys: { keys },
            pace: UploadPace(rate: nil, clock: fixture.clock, metrics: fixture.metrics), clock: fixture.clock, patience: patience,
            metrics: fixture.metrics, logger: fixture.logger)
        let running = Task { try await uploader.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(uploader, hub)) } catch { result = .failure(error) }
        running.cancel()
        try await running.value
        try result.get()
    }

    /// Begins an upload once the uploader runs.
    private func begin(_ ticket: String, _ uploader: SegmentUploader) async throws {
        let command = try command(ticket)
        try await eventually("the node to take the ticket") { await uploader.accept(command).ok }
    }

    @Test("A hub that takes nothing is read for no further than the connection has room, and let go in the end")
    func backpressure() async throws {
        let server = try await SnapshotServer(["hold"])
        try await uploading(to: server, patience: 2) { uploader, _ in
            try await begin("hub.0123456789abcdef", uploader)
            try await eventually("the upload to be given up", timeout: .seconds(60)) { ended(.stalled) == 1 }
            // That nothing more was read for `patience` is what ended it.
            #expect(sent > 0 && sent < Double(row.bytes) / 2, "\(sent) of \(row.bytes)")
            #expect(try fixture.library.remove(row), "nothing holds it any more")
        }
    }

    @Test("A hub that takes slowly gets all of it")
    func slow() async throws {
        let server = try await SnapshotServer(["hold"])
        try await uploading(to: server) { uploader, _ in
            try await begin("hub.0123456789abcdef", uploader)
            try await eventually("the hub to hold it, and something to be on the way") { server.held == 1 && sent > 0 }
            #expect(ended(.done) == 0)
            server.goOn()
            try await eventually("the end", timeout: .seconds(60)) { ended(.done) == 1 }
        }
        #expect(try server.body(named: "hub.0123456789abcdef") == fixture.bytes(row))
    }

    @Test("A ticket that is shown again is refused while its upload runs and when it is done, and the upload comes to its end")
    func replayed() async throws {
        let server = try await SnapshotServer(["hold"])
        try await uploading(to: server) { uploader, _ in
            let command = try command("hub.0123456789abcdef")
            try await eventually("the node to take the ticket") { await uploader.accept(command).ok }
            try await eventually("the hub to hold it, and something to be on the way") { server.held == 1 && sent > 0 }
            #expect(await uploader.accept(command).error == "the ticket was used before")
            server.goOn()
            try await eventually("the end", timeout: .seconds(60)) { ended(.done) == 1 }
            #expect(await uploader.accept(command).error == "the ticket was used before")
            fixture.clock.advance(by: 301)
            #expect(await uploader.accept(command).error?.contains("expired") == true)
            #expect(ended(.done) == 1)
        }
        #expect(try server.body(named: "hub.0123456789abcdef") == fixture.bytes(row))
    }

    @Test("Where the first address does not answer the second one gets it, and is the first from then on", arguments: [true, false])
    func addresses(_ listens: Bool) async throws {
        let silent = try SilentPort(listens: listens)
        defer { silent.close() }
        let server = try await SnapshotServer(["204"], before: ["https://127.0.0.1:\(silent.port)"])
        try await uploading(to: server) { uploader, hub in
            #expect(await hub.order.first == "https://127.0.0.1:\(silent.port)")
            try await begin("hub.0123456789abcdef", uploader)
            try await eventually("the end", timeout: .seconds(60)) { ended(.done) == 1 }
            #expect(await hub.order.first == "https://127.0.0.1:\(server.port)")
        }
        #expect(try server.body(named: "hub.0123456789abcdef") == fixture.bytes(row))
        #expect(sent == Double(row.bytes), "nothing was read for the one that did not answer")
        #expect(ended(.failed) == 0)
    }

    @Test("A segment that is to go while it is being sent goes once it was")
    func removal() async throws {
        let server = try await SnapshotServer(["hold"])
        let bytes = try fixture.bytes(row)
        try await uploading(to: server) { uploader, _ in
            try await begin("hub.0123456789abcdef", uploader)
            try await eventually("the hub to hold it") { server.held == 1 && sent > 0 }
            fixture.go(to: fixture.time(86_400 * 30))
            let upkeep = try RecordingUpkeep(
                place: fixture.place, settings: settings(), clock: fixture.clock, metrics: fixture.metrics, logger: fixture.logger)
            upkeep.look()
            #expect(try fixture.library.segment(row.id)?.state == .removing)
            #expect(try fixture.bytes(row).count == bytes.count, "its file is there")
            #expect(await uploader.accept(try command("hub.fedcba9876543210")).error == "gone", "nobody else begins with it")
            upkeep.look()
            #expect(try fixture.library.segment(row.id) != nil)
            server.goOn()
            try await eventually("the end", timeout: .seconds(60)) { ended(.done) == 1 }
            upkeep.look()
            #expect(try fixture.library.segment(row.id) == nil)
            #expect(!FileManager.default.fileExists(atPath: "\(fixture.recordings)/\(row.file)"))
        }
        #expect(server.body(named: "hub.0123456789abcdef") == bytes)
    }

    private func settings() throws -> RecordingSettings {
        let text =
            "node = \"porch\"\n[hub]\nbroker = \"mqtt://127.0.0.1:1\"\n[recording]\ncontinuous_days = 1\n[[camera]]\nid = \"door\"\nsource = \"a.mp4\"\n"
        return try EdgeConfiguration(SettingsDocument(text: text, origin: "test", folder: "/")).recording
    }
}

/// A port where nobody answers: nothing listens there, or something that says nothing.
private final class SilentPort {
    let port: Int
    private let descriptor: Int32

    init(listens: Bool) throws {
        port = try FreePort.find()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
        try #require(isBound && (!listens || listen(descriptor, 8) == 0))
    }

    func close() { Glibc.close(descriptor) }
}
