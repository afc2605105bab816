package import Base
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
package import Settings

/// Answers `GET /metrics` with the node's figures as Prometheus text, to this machine only: nobody is asked who they are.
package final class MetricsServer: Service {
    private let address: HostAndPort
    private let text: @Sendable () async -> String
    private let logger: Logger
    private let bound: BoundedFeed<Int>

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    /// - Parameters:
    ///   - address: On loopback.
    ///   - text: The figures at this moment.
    ///   - bound: Gets the port once it is listened on.
    package init(
        _ address: HostAndPort, bound: BoundedFeed<Int> = BoundedFeed(bound: 1), logger: Logger,
        text: @escaping @Sendable () async -> String
    ) {
        self.address = address
        self.bound = bound
        self.logger = logger
        self.text = text
    }

    /// Serves until the node shuts down. An address that cannot be listened on is logged: the node works on without its figures.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            do { try await self.serve() } catch is CancellationError {
            } catch {
                self.logger.error("the node's metrics are not served", metadata: ["address": "\(self.address)", "error": "\(error)"])
            }
            try? await gracefulShutdown()
        }
    }

    private func serve() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        if let port = server.channel.localAddress?.port { bound.send(port) }
        logger.info("the node's metrics are served", metadata: ["address": "\(address)"])
        try await server.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                do {
                    for try await connection in connections { group.addTask { await self.answer(connection) } }
                } catch {
                    self.logger.error("the node's metrics are not served any more", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// One request a connection: a scraper comes every some seconds.
    private func answer(_ connection: Connection) async {
        try? await connection.executeThenClose { requests, responses in
            for try await part in requests {
                guard case .head(let head) = part else { continue }
                let path = head.uri.prefix { $0 != "?" }
                let isKnown = path == "/metrics" && [.GET, .HEAD].contains(head.method)
                let body = ByteBuffer(string: isKnown ? await text() : "There is /metrics here, and nothing else.\n")
                var answer = HTTPResponseHead(version: head.version, status: isKnown ? .ok : .notFound)
                answer.headers = [
                    "content-type": isKnown ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain; charset=utf-8",
                    "content-length": "\(body.readableBytes)", "connection": "close",
                ]
                try await responses.write(.head(answer))
                if head.method != .HEAD { try await responses.write(.body(.byteBuffer(body))) }
                try await responses.write(.end(nil))
                return
            }
        }
    }
}
