import Base
import Foundation
import NIOCore
import Protocol
import Synchronization
import TestSupport
import Trust

@testable import Hub

/// Two replicas on one store: one that asks a node for an upload, and one that receives it.
final class RelaySite: Sendable {
    static let asking = "0123456789ab"
    static let receiving = "ba9876543210"

    let base: EnrolmentFixture
    let asker: SecureWebFixture
    let receiver: SecureWebFixture
    /// Tickets that the asking replica has sent to nodes.
    let tickets = Tickets()

    final class Tickets: Sendable {
        private let all = Mutex<[UploadTicket]>([])

        /// Answers as a node that takes every command.
        func take(_ command: NodeCommand) throws -> NodeReply {
            let ticket = try NodeJSON.decode(UploadTicket.self, from: Array((command.signed ?? "").utf8))
            all.withLock { $0.append(ticket) }
            return NodeReply(ok: true)
        }

        var last: UploadTicket? { all.withLock { $0.last } }
    }

    init() async throws {
        base = try await EnrolmentFixture()
        let tickets = tickets
        asker = try await SecureWebFixture(of: base, replica: Self.asking) { command, _ in try tickets.take(command) }
        receiver = try await SecureWebFixture(of: base, replica: Self.receiving)
    }

    /// Serves for the length of a test.
    /// - Parameter announces: Whether the asking replica says in the store that it runs.
    func run(announces: Bool = true, _ body: (EnrolmentFixture.JoinedNode) async throws -> Void) async throws {
        try await asker.run {
            try await receiver.run {
                if announces { try await announce(port: asker.securePort) }
                try await body(try await base.join("porch"))
            }
        }
    }

    /// Says where the asking replica is.
    func announce(port: Int) async throws {
        try await base.store.announceReplica(ReplicaRecord(id: Self.asking, name: "hub-1", address: "127.0.0.1:\(port)"))
    }

    /// Asks for bytes, and waits until the node has its ticket.
    /// - Parameter take: Gets what comes.
    func pull(
        _ count: Int, _ take: @escaping @Sendable (ByteBuffer) async throws -> Void
    ) async throws -> (ticket: String, pulling: Task<Void, any Error>) {
        let desk = asker.parts.uploads
        let segment = EventID(at: base.clock.now)
        let pulling = Task { try await desk.pull(0..<Int64(count), of: segment, from: "porch", take: take) }
        try await eventually("a ticket") { tickets.last?.segment == segment.description }
        return (tickets.last?.ticket ?? "", pulling)
    }

    /// What a node sends before the body.
    static func head(_ ticket: String, length: Int) -> [UInt8] {
        Array(
            """
            PUT /api/v1/nodes/porch/uploads/\(ticket) HTTP/1.1\r
            Host: 127.0.0.1:8443\r
            Content-Type: application/octet-stream\r
            Content-Length: \(length)\r
            \r

            """.utf8)
    }

    /// How often the receiving replica has passed something on, by what became of it.
    func relayed(_ outcome: String) -> Double { receiver.metrics.value("vigilar_uploads_relayed_total", labels: [("outcome", outcome)]) }

    /// All outcomes together.
    var relayed: Double { ["taken", "ended", "refused", "unknown", "unreachable"].reduce(0) { $0 + relayed($1) } }

    /// Requests for the route of replicas that were refused, by both.
    var refused: Double { [asker, receiver].reduce(0) { $0 + $1.metrics.value("vigilar_relays_refused_total") } }
}
