import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

@Suite("Snapshot uploader", .timeLimit(.minutes(10)))
struct SnapshotUploaderTests {
    let fixture: SnapshotFixture

    init() throws { fixture = try SnapshotFixture() }

    /// Runs an uploader over a queue that holds pictures of these events while `body` runs.
    private func uploading(
        _ transport: ScriptedTransport, events: [UInt64], _ body: (SnapshotQueue) async throws -> Void
    ) async throws {
        let queue = try await fixture.queue()
        for event in events { _ = try await queue.put([1, 2, 3], as: fixture.name(event)) }
        let uploader = SnapshotUploader(
            queue: queue, transport: transport, clock: fixture.clock, metrics: fixture.metrics, logger: .silent)
        let running = Task { try await uploader.run() }
        try await body(queue)
        running.cancel()
        try await running.value
        #expect(transport.closed == 1)
    }

    @Test("What waits is sent, oldest first, and what comes later too; the files are gone then", arguments: [200, 201, 204])
    func sends(status: Int) async throws {
        let transport = ScriptedTransport([status])
        try await uploading(transport, events: [2, 1]) { queue in
            try await eventually("both") { try fixture.files.isEmpty }
            _ = try await queue.put([4], as: fixture.name(3, rank: 2))
            try await eventually("the third") { try fixture.files.isEmpty }
        }
        #expect(transport.sent.map(\.name) == [fixture.name(1), fixture.name(2), fixture.name(3, rank: 2)])
        #expect(fixture.metrics.value("vigilar_snapshot_sent_total") == 3)
    }

    @Test("A picture whose event is still on the way is sent again, later, and the others are not held up", arguments: [409, 404])
    func unknown(status: Int) async throws {
        let transport = ScriptedTransport([status, 204])
        try await uploading(transport, events: [1, 2]) { queue in
            try await eventually("the first try") { transport.sent.count == 1 }
            fixture.clock.advance(by: 0.5)
            try await eventually("the second picture") { transport.sent.count == 2 }
            #expect(await queue.waiting == [fixture.name(1)])
            fixture.clock.advance(by: 2)
            try await eventually("both") { try fixture.files.isEmpty }
        }
        #expect(transport.sent.map(\.name) == [fixture.name(1), fixture.name(2), fixture.name(1)])
    }

    @Test("A picture that is replaced while it waits for its event is sent in its new rank only")
    func replaced() async throws {
        let transport = ScriptedTransport([409, 204])
        try await uploading(transport, events: [1]) { queue in
            try await eventually("the first try") { transport.sent.count == 1 }
            _ = try await queue.put([9, 9], as: fixture.name(1, rank: 2))
            fixture.clock.advance(by: 1)
            try await eventually("the better one") { try fixture.files.isEmpty }
        }
        #expect(transport.sent.map(\.name.rank) == [1, 2])
    }

    @Test("A hub that is away, or ill, is asked again; nothing is lost", arguments: [0, 500, 503, 302, 429])
    func away(status: Int) async throws {
        let transport = ScriptedTransport([status, status, 204])
        try await uploading(transport, events: [1]) { _ in
            for round in 1...3 {
                try await eventually("try \(round)") { transport.sent.count == round }
                if round < 3 {
                    #expect(try fixture.files.count == 1)
                    fixture.clock.advance(by: 60)
                }
            }
            try await eventually("the end") { try fixture.files.isEmpty }
        }
    }

    @Test("Each of the hub's addresses is asked, and the one that answers is asked first from then on")
    func addresses() async throws {
        let transport = ScriptedTransport([0, 204], addresses: ["https://a", "https://b", "https://c"])
        try await uploading(transport, events: [1, 2]) { _ in
            try await eventually("both") { try fixture.files.isEmpty }
        }
        #expect(transport.sent.map(\.address) == ["https://a", "https://b", "https://b"])
    }

    @Test("A node that is not let in stops, and asks again after ten minutes", arguments: [403, 401])
    func forbidden(status: Int) async throws {
        let transport = ScriptedTransport([status, 204])
        try await uploading(transport, events: [1, 2]) { _ in
            try await eventually("the first try") { transport.sent.count == 1 }
            fixture.clock.advance(by: 599)
            #expect(try fixture.files.count == 2)
            #expect(transport.sent.count == 1)
            fixture.clock.advance(by: 1)
            try await eventually("both") { try fixture.files.isEmpty }
        }
        #expect(transport.sent.count == 3)
    }

    @Test("What the hub refuses for good is deleted and counted, and the next one comes", arguments: [400, 413])
    func refused(status: Int) async throws {
        let transport = ScriptedTransport([status, 204])
        try await uploading(transport, events: [1, 2]) { _ in
            try await eventually("both") { try fixture.files.isEmpty }
        }
        #expect(transport.sent.count == 2)
        #expect(fixture.failed("refused") == 1)
        #expect(fixture.metrics.value("vigilar_snapshot_sent_total") == 1)
    }

    @Test("A restart goes on with what is on the disk")
    func restart() async throws {
        let silent = ScriptedTransport([0])
        try await uploading(silent, events: [1, 2]) { _ in try await eventually("a try") { !silent.sent.isEmpty } }
        #expect(try fixture.files.count == 2)
        let transport = ScriptedTransport([204])
        try await uploading(transport, events: []) { _ in try await eventually("both") { try fixture.files.isEmpty } }
        #expect(transport.sent.map(\.name) == [fixture.name(1), fixture.name(2)])
    }
}
