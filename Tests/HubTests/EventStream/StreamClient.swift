import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A browser's side of an event stream, over a real connection.
final class StreamClient: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var text = ""
        var isClosed = false
    }

    /// The stream ended before what was waited for.
    struct Ended: Error, CustomStringConvertible {
        let description: String
    }

    private let state = Mutex(State())

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let more = String(buffer: unwrapInboundIn(data))
        state.withLock { $0.text += more }
    }

    func channelInactive(context: ChannelHandlerContext) { state.withLock { $0.isClosed = true } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Everything that came, once `wanted` is part of it.
    @discardableResult
    func callAsFunction(_ wanted: String) async throws -> String {
        try await eventually(wanted) {
            let (found, closed) = state.withLock { ($0.text.contains(wanted), $0.isClosed) }
            if !found, closed { throw Ended(description: "the stream ended before \(wanted)") }
            return found
        }
        return state.withLock { $0.text }
    }

    /// The ids of the events that came, once the event with the last of them has.
    func ids(through last: Int64) async throws -> [Int64] {
        let text = try await self("event: event\nid: \(last)\n")
        return text.matches(of: /event: event\nid: ([0-9]+)/).compactMap { Int64($0.output.1) }
    }

    /// Opens `path`, and closes the connection after `body`.
    static func open(
        port: Int, path: String, cookie: String, headers: [String] = [], isReading: Bool = true, _ body: (StreamClient) async throws -> Void
    ) async throws {
        let client = StreamClient()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: isReading)
            .channelInitializer { channel in channel.pipeline.addHandler(client) }
            .connect(host: "127.0.0.1", port: port).get()
        let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Cookie: \(cookie)"] + headers
        try await channel.writeAndFlush(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n"))
        let result: Result<Void, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        try? await channel.close()
        try result.get()
    }
}
