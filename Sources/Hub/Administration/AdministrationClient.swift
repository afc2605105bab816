package import Foundation
private import NIOCore
private import NIOPosix

/// Asks the hub that runs on a data folder.
package enum AdministrationClient {
    /// - Returns: Nil when no hub listens there.
    package static func ask(_ request: AdministrationRequest, socket: URL) async throws -> AdministrationResponse? {
        guard FileManager.default.fileExists(atPath: socket.path) else { return nil }
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: socket.path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
                        return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            // A socket file that a killed hub left behind.
            return nil
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: JSONEncoder().encode(request) + Data([10])))
            for try await line in inbound {
                return try JSONDecoder().decode(AdministrationResponse.self, from: Data(line.readableBytesView))
            }
            throw AdministrationError("The hub closed the connection without an answer: look into its log.")
        }
    }
}
