import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// One connection to a web server on this machine, over which a test says what it likes.
final class RawConnection: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: String
    }

    /// Takes whatever comes.
    private final class Receiver: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let received = Mutex(ByteBuffer())

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            received.withLock { _ = $0.writeBuffer(&bytes) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let receiver: Receiver

    private init(channel: any Channel, receiver: Receiver) {
        self.channel = channel
        self.receiver = receiver
    }

    /// - Parameter tls: Nil for a connection without.
    static func open(port: Int, tls: TLSConfiguration?) async throws -> RawConnection {
        let receiver = Receiver()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(receiver)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel: channel, receiver: receiver)
    }

    /// Everything that has come since the last request.
    var received: [UInt8] { receiver.received.withLock { Array($0.readableBytesView) } }

    /// Whether the other side, or a broken handshake, has ended it.
    var isClosed: Bool { !channel.isActive }

    /// Sends as much as the other side takes.
    func send(_ bytes: [UInt8]) async { try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// A request and its answer over this connection, which stays open; nil where it ended before the answer was whole.
    func request(_ method: String, _ path: String, headers: [String] = [], body: String = "") async throws -> Answer? {
        receiver.received.withLock { $0.clear() }
        let lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:8443", "Content-Length: \(body.utf8.count)"] + headers
        await send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
        return try await answer(hasBody: method != "HEAD")
    }

    /// Leaves what has come by now aside, before something is sent by `send` and answered.
    func forget() { receiver.received.withLock { $0.clear() } }

    /// - Parameter hasBody: Whether a body follows the length that the head says: after `HEAD` none does.
    func answer(hasBody: Bool = true) async throws -> Answer? {
        try await eventually("an answer or the end") { parse(hasBody: hasBody) != nil || isClosed }
        return parse(hasBody: hasBody)
    }

    func close() async { try? await channel.close() }

    private func parse(hasBody: Bool) -> Answer? {
        let text = receiver.received.withLock { String(buffer: $0) }
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: ":").last
            .flatMap { Int($0.filter { $0 != " " }) } ?? 0
        let body = text[end.upperBound...]
        return body.utf8.count >= (hasBody ? length : 0) ? Answer(status: status, body: String(body)) : nil
    }
}
