package import Foundation
package import Logging
private import NIOCore
private import NIOPosix
private import ServiceLifecycle

/// Answers administration commands on a socket in the data folder, whose mode lets in the hub's own user alone.
package struct AdministrationServer: Service {
    private let socket: URL
    private let logger: Logger
    private let answer: @Sendable (AdministrationRequest) async -> AdministrationResponse

    /// A line of a request or an answer, in bytes.
    static let lineLimit = 1 << 20
    /// Seconds for one exchange.
    static let patience: Int64 = 30

    package init(
        socket: URL, logger: Logger, answer: @escaping @Sendable (AdministrationRequest) async -> AdministrationResponse
    ) {
        self.socket = socket
        self.logger = logger
        self.answer = answer
    }

    package func run() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: socket.path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: socket.path)
        do {
            try await cancelWhenGracefulShutdown {
                try await server.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            group.addTask { await serve(connection) }
                        }
                    }
                }
            }
        } catch is CancellationError {
            // The hub stops.
        }
        try? FileManager.default.removeItem(at: socket)
    }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                for try await line in inbound {
                    let response: AdministrationResponse
                    do {
                        response = await answer(try JSONDecoder().decode(AdministrationRequest.self, from: Data(line.readableBytesView)))
                    } catch {
                        response = AdministrationResponse(error: "The request could not be read: are hub and command of the same version?")
                    }
                    try await outbound.write(ByteBuffer(bytes: JSONEncoder().encode(response) + Data([10])))
                }
            }
        } catch {
            logger.debug("An administration connection broke", metadata: ["error": "\(error)"])
        }
    }
}
