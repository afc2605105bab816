private import AsyncHTTPClient
private import Foundation
import NIOCore
private import NIOHTTP1
private import NIOSSL
private import Protocol
import ServiceLifecycle
private import Synchronization

/// HTTPS from this replica to the others. It believes whoever has a server's certificate of the installation's authority, which none but its
/// hubs have, whatever the name in it: replicas share names.
package final class ReplicaClient: Service {
    private struct State {
        var client: HTTPClient?
        var isClosed = false
    }

    /// Bytes of the longest answer: a problem document.
    private static let limit = 64 << 10
    /// Seconds for a connection; those within one installation are near.
    private static let patience: Int64 = 5
    /// Seconds from the end of a request to its answer, as nodes give a hub.
    private static let silence: Int64 = 180
    /// Seconds that one upload may take, as nodes give it.
    private static let longest: Int64 = 86_400
    /// To one replica at once: every live camera of every node may have one.
    private static let connections = 8192

    private let authority: String
    private let state = Mutex(State())

    /// - Parameter authority: Its certificate, PEM.
    package init(authority: String) { self.authority = authority }

    /// Waits for the end, and closes the connections then.
    package func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Ends its connections; nothing can be sent afterwards.
    package func close() async {
        let client = state.withLock { state in
            state.isClosed = true
            return (state.client, state.client = nil).0
        }
        try? await client?.shutdown()
    }

    /// Sends a body as it comes, each piece when the connection has room for it.
    /// - Parameters:
    ///   - address: `host:port`.
    ///   - length: Nil where nobody knows it.
    /// - Throws: Where no answer comes. The body may have been read in part then.
    func put(
        _ path: String, to address: String, field: (name: String, value: String), length: Int64?,
        body: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws -> ReplicaAnswer {
        var request = HTTPClientRequest(url: "https://\(address)\(path)")
        request.method = .PUT
        request.headers.add(name: "User-Agent", value: "vigilar-hub/\(Version.text)")
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.headers.add(name: field.name, value: field.value)
        request.body = .stream(body, length: length.map { .known($0) } ?? .unknown)
        let response = try await open().execute(request, timeout: .seconds(Self.longest))
        let bytes = try await response.body.collect(upTo: Self.limit)
        return ReplicaAnswer(
            status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type"),
            body: Array(bytes.readableBytesView))
    }

    /// Made when it is first needed: most hubs have no other replica.
    private func open() throws -> HTTPClient {
        try state.withLock { state in
            guard !state.isClosed else { throw CancellationError() }
            if let client = state.client { return client }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv12
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
            tls.certificateVerification = .noHostnameVerification
            var configuration = HTTPClient.Configuration(
                tlsConfiguration: tls, redirectConfiguration: .disallow,
                timeout: .init(connect: .seconds(Self.patience), read: .seconds(Self.silence)))
            configuration.httpVersion = .http1Only
            // A replica that is gone is told of at once.
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connections
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            state.client = client
            return client
        }
    }
}
