package import Base
private import Foundation
private import HTTPTypes
package import NIOCore
package import Protocol
package import Trust

/// Brings nodes to push bytes of their segments to this hub: sends the tickets, and puts what comes in for one together with whoever asked.
package actor UploadDesk {
    /// Asks a node and waits for its reply; throws where there is none.
    package typealias Send = @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply
    /// The body of a node's request.
    package typealias Body = any AsyncSequence<ByteBuffer, any Error> & Sendable

    /// Seconds by which a node's clock is behind the hub's; nil where nobody knows.
    package typealias Offset = @Sendable (_ node: String) async -> Double?

    private struct Ticket {
        var node: String
        var arrival: AsyncStream<Arrival>.Continuation
        var isUsed = false
    }

    private struct Arrival: Sendable {
        var body: Body
        /// Resumed when nothing more of the body is wanted; true where all of it was taken.
        var done: CheckedContinuation<Bool, Never>
    }

    /// This replica's id, with which tickets begin.
    package nonisolated let replica: String
    private let key: SigningKey
    private let clock: any WallClock
    private let offset: Offset
    private let send: Send
    private let patience: Double
    private var tickets: [String: Ticket] = [:]

    /// - Parameters:
    ///   - replica: This one's id, as of `ReplicaID`: where a node's upload comes to another replica, that one knows by it where it belongs.
    ///   - key: The hub's, to which nodes hold what they are sent.
    ///   - offset: A ticket's end is in its node's time, which may be wrong by more than a ticket is good for.
    ///   - patience: Seconds from a node's word that it sends to the beginning of what it sends.
    package init(
        replica: String, key: SigningKey, clock: any WallClock, patience: Double = 20, offset: @escaping Offset = { _ in nil },
        send: @escaping Send
    ) {
        self.patience = patience
        self.replica = replica
        self.key = key
        self.clock = clock
        self.offset = offset
        self.send = send
    }

    /// Asks a node for bytes of a segment's file, and hands out what comes.
    /// - Throws: `PlaybackFailure`, and what `take` throws; the node's request is ended then.
    package func pull(
        _ range: Range<Int64>, of segment: EventID, from node: String, take: @Sendable (ByteBuffer) async throws -> Void
    ) async throws {
        let name = makeName()
        let ticket = UploadTicket(
            node: node, ticket: name, segment: segment.description, from: range.lowerBound, to: range.upperBound,
            expires: await expiry(on: node))
        var left = range.upperBound - range.lowerBound
        try await receive(name, from: node, asking: try command("upload", ticket, SignedDomain.upload)) { buffer in
            left -= Int64(buffer.readableBytes)
            guard left >= 0 else { throw PlaybackFailure.broken("the node sends more than it was asked for") }
            try await take(buffer)
        }
        if left > 0 { throw PlaybackFailure.broken("the node's upload broke off") }
    }

    /// Asks a node for what a camera shows now, and hands out what comes: the bytes of `LiveRecord`s.
    /// - Throws: As `pull`. It ends when the node ends it.
    package func watch(
        _ camera: String, _ content: LiveTicket.Content, _ stream: LiveTicket.Stream = .main, on node: String,
        take: @Sendable (ByteBuffer) async throws -> Void
    ) async throws {
        let name = makeName()
        let ticket = LiveTicket(node: node, ticket: name, camera: camera, content: content, stream: stream, expires: await expiry(on: node))
        try await receive(name, from: node, asking: try command("live", ticket, SignedDomain.live), take)
    }

    // The next three, and `command`, are not inlined: the optimiser of Swift 6.3.1 crashes over `pull` and `watch` otherwise.

    @inline(never)
    private func makeName() -> String { "\(replica).\(Secret.make().prefix(32))" }

    /// When a ticket ends, in its node's time.
    @inline(never)
    private func expiry(on node: String) async -> Timestamp {
        clock.now.advanced(bySeconds: UploadTicket.life - (await offset(node) ?? 0))
    }

    @inline(never)
    private func receive(
        _ name: String, from node: String, asking command: NodeCommand, _ take: (ByteBuffer) async throws -> Void
    ) async throws {
        let (arrivals, continuation) = AsyncStream<Arrival>.makeStream(bufferingPolicy: .bufferingOldest(1))
        tickets[name] = Ticket(node: node, arrival: continuation)
        defer { close(name) }
        try await ask(node, command)
        let timer = Task {
            try? await Task.sleep(for: .seconds(patience))
            continuation.finish()
        }
        defer { timer.cancel() }
        var iterator = arrivals.makeAsyncIterator()
        guard let arrival = await iterator.next() else {
            if Task.isCancelled { throw PlaybackFailure.cancelled }
            throw PlaybackFailure.away(node: node, since: nil)
        }
        timer.cancel()
        do {
            for try await buffer in arrival.body {
                try Task.checkCancellation()
                try await take(buffer)
            }
        } catch {
            arrival.done.resume(returning: false)
            if Task.isCancelled { throw PlaybackFailure.cancelled }
            throw error as? PlaybackFailure ?? PlaybackFailure.broken("the node's upload broke off: \(error)")
        }
        arrival.done.resume(returning: true)
    }

    /// A node's request for a ticket has come.
    /// - Returns: Whether all of the body was taken; where it was not, the connection is of no more use.
    /// - Throws: `Problem` for a ticket that is unknown, over, another node's or used.
    package func arrived(_ name: String, from node: String, body: Body) async throws -> Bool {
        guard var ticket = tickets[name], ticket.node == node else { throw Self.unknown }
        guard !ticket.isUsed else { throw Self.used }
        ticket.isUsed = true
        tickets[name] = ticket
        return await withCheckedContinuation { done in
            if case .enqueued = ticket.arrival.yield(Arrival(body: body, done: done)) { return }
            done.resume(returning: false)
        }
    }

    private func close(_ name: String) {
        guard let ticket = tickets.removeValue(forKey: name) else { return }
        ticket.arrival.finish()
    }

    @inline(never)
    private func command(_ command: String, _ ticket: some HubTicket, _ domain: String) throws -> NodeCommand {
        guard let json = NodeJSON.encode(ticket) else { throw PlaybackFailure.broken("the ticket cannot be written") }
        let message = try SignedMessage(signing: String(decoding: json, as: UTF8.self), domain: domain, with: key)
        return NodeCommand(command: command, signed: message.signed, signature: message.signature)
    }

    private func ask(_ node: String, _ command: NodeCommand) async throws {
        let reply: NodeReply
        do { reply = try await send(command, node) } catch {
            if Task.isCancelled { throw PlaybackFailure.cancelled }
            throw PlaybackFailure.away(node: node, since: nil)
        }
        if reply.ok { return }
        switch reply.error {
        case "gone": throw PlaybackFailure.gone
        case "busy": throw PlaybackFailure.busy
        default: throw PlaybackFailure.broken("the node does not send it: \(reply.error ?? "no reason")")
        }
    }

    private static let unknown = Problem(
        .notFound, "unknown-ticket", "No such upload", "Nobody waits for it: the ticket is unknown, or over.")
    private static let used = Problem(.conflict, "used-ticket", "The ticket is used", "A ticket is good for one upload.")
}
