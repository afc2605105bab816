import Base
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust

@testable import EdgeNode

/// Pictures over real TLS, with certificates on both sides.
@Suite("Hub snapshot transport", .timeLimit(.minutes(10)))
struct HubSnapshotTransportTests {
    let fixture: SnapshotFixture

    init() throws { fixture = try SnapshotFixture() }

    private func uploading(_ server: SnapshotServer, _ body: (SnapshotQueue) async throws -> Void) async throws {
        let identity = server.identity
        let queue = try await fixture.queue()
        let uploader = SnapshotUploader(
            queue: queue, transport: HubSnapshotTransport { identity }, metrics: fixture.metrics, logger: .silent)
        let running = Task { try await uploader.run() }
        try await body(queue)
        running.cancel()
        try await running.value
    }

    private func box(_ event: UInt64) -> [UInt8] { (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(event)) } }

    @Test("Pictures go over one connection, whole, with their rank, under the node's certificate; 409 brings one again")
    func sends() async throws {
        let server = try await SnapshotServer(["409", "201", "204"])
        try await uploading(server) { queue in
            _ = try await queue.put(box(1), as: fixture.name(1))
            _ = try await queue.put(box(2), as: fixture.name(2, rank: 2))
            try await eventually("both") { try fixture.files.isEmpty }
        }
        #expect(server.body(fixture.name(1).event) == box(1))
        #expect(server.body(fixture.name(2).event) == box(2))
        let lines = server.requests
        #expect(lines.count == 3)
        func line(_ name: SnapshotName) -> String {
            "1 porch PUT /api/v1/nodes/porch/snapshots/\(name.event) \(name.rank) application/octet-stream 100000"
        }
        #expect(Set(lines) == [line(fixture.name(1)), line(fixture.name(2, rank: 2))])
    }

    @Test("A connection that is cut in the middle of a picture brings the whole picture again")
    func cut() async throws {
        let server = try await SnapshotServer(["cut", "204"])
        try await uploading(server) { queue in
            _ = try await queue.put(box(1), as: fixture.name(1))
            try await eventually("the picture") { try fixture.files.isEmpty }
        }
        #expect(server.requests.count == 2)
        #expect(server.body(fixture.name(1).event) == box(1))
        #expect(fixture.metrics.value("vigilar_snapshot_sent_total") == 1)
    }

    @Test("What the hub finds too large is deleted; a node that it turns away keeps its pictures")
    func refusals() async throws {
        let server = try await SnapshotServer(["413", "403"])
        try await uploading(server) { queue in
            _ = try await queue.put(box(1), as: fixture.name(1))
            try await eventually("the refusal") { try fixture.files.isEmpty }
            _ = try await queue.put(box(2), as: fixture.name(2))
            _ = try await queue.put(box(3), as: fixture.name(3))
            try await eventually("the second") { server.requests.count == 2 }
        }
        #expect(try fixture.files.count == 2)
        #expect(server.requests.count == 2)
        #expect(fixture.failed("refused") == 1)
    }

    @Test("A certificate that was renewed is the one that is shown from then on")
    func renewed() async throws {
        let server = try await SnapshotServer(["204"])
        let folder = try TemporaryDirectory("renewed")
        let other = try SnapshotServer.identity("yard", authority: server.authority, hubs: server.identity.answer.hubs, folder: folder)
        let present = Mutex(server.identity)
        let transport = HubSnapshotTransport { present.withLock { $0 } }
        for identity in [server.identity, server.identity, other] {
            present.withLock { $0 = identity }
            #expect(try await transport.put([1], as: fixture.name(1), to: transport.addresses[0]).status == 204)
        }
        await transport.close()
        #expect(server.requests.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == ["1 porch", "1 porch", "2 yard"])
    }

    @Test("Nothing is sent to a hub of another authority, nor without TLS")
    func stranger() async throws {
        let server = try await SnapshotServer(["204"])
        let folder = try TemporaryDirectory("stranger")
        let authority = try CertificateAuthority.make(name: "another", now: SystemClock().now)
        let identity = try SnapshotServer.identity("porch", authority: authority, hubs: server.identity.answer.hubs, folder: folder)
        let transport = HubSnapshotTransport { identity }
        await #expect(throws: IdentityError.self) { try await transport.put([1], as: fixture.name(1), to: transport.addresses[0]) }
        await #expect(throws: IdentityError.self) {
            try await transport.put([1], as: fixture.name(1), to: "http://127.0.0.1:\(server.port)")
        }
        await transport.close()
        #expect(server.requests.isEmpty)
    }
}
