import Base
import Hub
import NIOCore
import Protocol
import Recording
import Synchronization
import Trust

/// A node as the hub sees it: it holds segments, and pushes what tickets ask for.
final class PlayedNodeFiles: Sendable {
    private struct State {
        var files: [String: [UInt8]] = [:]
        var tickets: [UploadTicket] = []
        var indexes: [String] = []
        var isAway = false
        var answer: String?
        /// Bytes of an upload after which it breaks off, once.
        var breaksAfter: Int?
        var flips: Int?
        var surplus = 0
        var desk: UploadDesk?
    }

    private let state = Mutex(State())
    private let key: VerifyingKey
    private let onIndex = Mutex<(@Sendable () async -> Void)?>(nil)

    init(trusting key: VerifyingKey) { self.key = key }

    var tickets: [UploadTicket] { state.withLock { $0.tickets } }
    var indexes: [String] { state.withLock { $0.indexes } }
    func use(_ desk: UploadDesk) { state.withLock { $0.desk = desk } }
    func add(_ segment: MadeSegment) { state.withLock { $0.files["\(segment.index.header.identity.segment)"] = segment.file } }
    func isAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
    func answers(_ error: String?) { state.withLock { $0.answer = error } }
    func breaks(after count: Int) { state.withLock { $0.breaksAfter = count } }
    /// It sends so many bytes of nothing behind what it was asked for.
    func sendsMore(by count: Int) { state.withLock { $0.surplus = count } }
    /// Changes one byte of what it sends, at this place of its files.
    func flips(_ place: Int?) { state.withLock { $0.flips = place } }

    /// What it does when the hub asks what is being written.
    func asks(_ body: @escaping @Sendable () async -> Void) { onIndex.withLock { $0 = body } }

    struct Away: Error {}
    struct Cut: Error {}

    func send(_ command: NodeCommand, _ node: String) async throws -> NodeReply {
        if state.withLock({ $0.isAway }) { throw Away() }
        if command.command == "index" {
            state.withLock { $0.indexes.append(command.camera ?? "") }
            await onIndex.withLock { $0 }?()
            return NodeReply(ok: true)
        }
        guard command.command == "upload", let signed = command.signed, let signature = command.signature else {
            return NodeReply(ok: false)
        }
        let text = try SignedMessage(signed: signed, signature: signature).open(domain: SignedDomain.upload, with: key)
        let ticket = try NodeJSON.decode(UploadTicket.self, from: text)
        let (file, answer) = state.withLock { state in
            state.tickets.append(ticket)
            return (state.files[ticket.segment], state.answer)
        }
        if let answer { return NodeReply(ok: false, error: answer) }
        guard let file else { return NodeReply(ok: false, error: "gone") }
        Task { try await self.push(file, ticket, node) }
        return NodeReply(ok: true)
    }

    private func push(_ file: [UInt8], _ ticket: UploadTicket, _ node: String) async throws {
        let (stream, continuation) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        let (cut, flip, surplus, desk) = state.withLock { state in
            defer { state.breaksAfter = nil }
            return (state.breaksAfter, state.flips, state.surplus, state.desk)
        }
        var bytes = file
        if let flip { bytes[flip] ^= 1 }
        var at = Int(ticket.from)
        let end = min(Int(ticket.to), cut.map { at + $0 } ?? .max)
        while at < end {
            let next = min(end, at + 10_000)
            continuation.yield(ByteBuffer(bytes: bytes[at..<next]))
            at = next
        }
        if surplus > 0 { continuation.yield(ByteBuffer(repeating: 0, count: surplus)) }
        continuation.finish(throwing: cut == nil ? nil : Cut())
        _ = try await desk?.arrived(ticket.ticket, from: node, body: stream)
    }
}
