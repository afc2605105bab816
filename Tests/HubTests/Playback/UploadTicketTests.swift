import Base
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOSSL
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust

@testable import Hub

/// Tickets as nodes use and abuse them, over TLS.
@Suite(.timeLimit(.minutes(10))) struct UploadTicketTests {
    /// A hub that asks two nodes for bytes; they say yes, and send what the test says.
    private final class Site: Sendable {
        let fixture: SnapshotFixture
        let porch: TLSConfiguration
        let garden: TLSConfiguration
        init() async throws {
            let tickets = Tickets()
            fixture = try await SnapshotFixture(send: { command, _ in
                tickets.note(command)
                return NodeReply(ok: true)
            })
            noted = tickets
            porch = try await fixture.join("porch", secret: 1)
            garden = try await fixture.join("garden", secret: 2)
        }

        private let noted: Tickets
        var names: [String] { noted.names }

        func put(_ bytes: [UInt8], _ ticket: String, node: String = "porch", as way: TLSConfiguration? = nil, port: Int) async throws
            -> String
        {
            let request = TestClient.Request(
                "/api/v1/nodes/\(node)/uploads/\(ticket)", method: .put, headers: [.contentType: "application/octet-stream"],
                body: ByteBuffer(bytes: bytes))
            let response = try await SnapshotFixture.send(request, as: way ?? porch, port: port)
            let kind = (try? JSONObject(response.body.map { Array($0.readableBytesView) } ?? []))?.string("type")
            return "\(response.status.code) \(kind ?? "")"
        }

        /// Sends as `put` does, and expects an answer.
        func expect(
            _ wanted: String, _ bytes: [UInt8], _ ticket: String, node: String = "porch", as way: TLSConfiguration? = nil, port: Int,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let answer = try await put(bytes, ticket, node: node, as: way, port: port)
            #expect(answer == wanted, sourceLocation: sourceLocation)
        }
    }

    private final class Tickets: Sendable {
        private let state = Mutex<[String]>([])
        var names: [String] { state.withLock { $0 } }

        func note(_ command: NodeCommand) {
            guard let ticket = try? NodeJSON.decode(UploadTicket.self, from: Array((command.signed ?? "").utf8)) else { return }
            state.withLock { $0.append(ticket.ticket) }
        }
    }

    /// What came for one who reads.
    private final class Taken: Sendable {
        private let state = Mutex<(bytes: [UInt8], isHeld: Bool, waiting: CheckedContinuation<Void, Never>?)>(([], false, nil))
        var bytes: [UInt8] { state.withLock { $0.bytes } }

        func hold() { state.withLock { $0.isHeld = true } }

        func goOn() {
            state.withLock { state in
                state.isHeld = false
                defer { state.waiting = nil }
                return state.waiting
            }?.resume()
        }

        func take(_ buffer: ByteBuffer) async {
            state.withLock { $0.bytes += buffer.readableBytesView }
            await withCheckedContinuation { continuation in
                let isHeld = state.withLock { state in
                    if state.isHeld { state.waiting = continuation }
                    return state.isHeld
                }
                if !isHeld { continuation.resume() }
            }
        }
    }

    /// Asks a node for bytes, and has the test send some; returns what was taken and what went wrong.
    private func pulling(
        _ length: Int64, hold: Bool = false, _ body: @escaping @Sendable (Site, Taken, _ ticket: String, _ port: Int) async throws -> Void
    ) async throws -> (bytes: [UInt8], failure: PlaybackFailure?) {
        let site = try await Site()
        return try await site.fixture.serving { port in
            let taken = Taken()
            if hold { taken.hold() }
            let pull = Task {
                try await site.fixture.uploads.pull(1000..<1000 + length, of: EventID(at: SystemClock().now), from: "porch") {
                    await taken.take($0)
                }
            }
            try await eventually("the ticket") { !site.names.isEmpty }
            try await body(site, taken, site.names[0], port)
            taken.goOn()
            let result = await pull.result
            guard case .failure(let error) = result else { return (taken.bytes, nil) }
            return (taken.bytes, try #require(error as? PlaybackFailure))
        }
    }

    private static let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test("Of two uploads for one ticket at once the second is refused, and the first comes to its end unharmed")
    func two() async throws {
        let (bytes, failure) = try await pulling(40_000, hold: true) { site, taken, ticket, port in
            async let first = site.put(Self.bytes, ticket, port: port)
            try await eventually("the first to be on the way") { !taken.bytes.isEmpty }
            for _ in 0..<3 {
                try await site.expect("409 /problems/used-ticket", [UInt8](repeating: 1, count: 40_000), ticket, port: port)
            }
            taken.goOn()
            let answer = try await first
            #expect(answer == "204 ")
        }
        #expect(failure == nil)
        #expect(bytes == Self.bytes)
    }

    @Test("A ticket that was used is good for nothing more, now or later")
    func replayed() async throws {
        let (bytes, failure) = try await pulling(40_000) { site, taken, ticket, port in
            try await site.expect("204 ", Self.bytes, ticket, port: port)
            try await eventually("all to be taken") { taken.bytes.count == 40_000 }
            try await eventually("the ticket to be over") {
                try await site.put([1, 2, 3], ticket, port: port) == "404 /problems/unknown-ticket"
            }
        }
        #expect(failure == nil && bytes == Self.bytes)
    }

    @Test("A ticket that nobody waits for any more, that was never issued, or that is another node's is refused")
    func strange() async throws {
        let site = try await Site()
        try await site.fixture.serving { port in
            let pull = Task {
                try await site.fixture.uploads.pull(0..<10, of: EventID(at: SystemClock().now), from: "porch") { _ in
                    Issue.record("nothing is taken")
                }
            }
            try await eventually("the ticket") { !site.names.isEmpty }
            let ticket = site.names[0]
            try await site.expect("404 /problems/unknown-ticket", [1], ticket, node: "garden", as: site.garden, port: port)
            try await site.expect("403 /problems/not-this-node", [1], ticket, as: site.garden, port: port)
            try await site.expect("404 /problems/unknown-ticket", [1], ticket + "x", port: port)
            try await site.expect("404 /problems/not-found", [1], "a%2Fb", port: port)
            pull.cancel()
            await #expect(throws: PlaybackFailure.cancelled) { try await pull.value }
            try await site.expect("404 /problems/unknown-ticket", [1], ticket, port: port)
        }
    }

    @Test("An upload of more than the ticket says is cut off where it does, and one of less has broken off")
    func lengths() async throws {
        let more = try await pulling(20_000) { site, _, ticket, port in
            // The connection ends: nobody reads what is left.
            let answer = try? await site.put(Self.bytes + Self.bytes, ticket, port: port)
            #expect(answer == nil || answer == "410 ")
        }
        #expect(more.failure == .broken("the node sends more than it was asked for"))
        #expect(more.bytes == Array(Self.bytes.prefix(more.bytes.count)) && more.bytes.count <= 20_000)
        let less = try await pulling(50_000) { site, _, ticket, port in
            try await site.expect("204 ", Self.bytes, ticket, port: port)
        }
        #expect(less.failure == .broken("the node's upload broke off"))
        #expect(less.bytes == Self.bytes)
    }
}
