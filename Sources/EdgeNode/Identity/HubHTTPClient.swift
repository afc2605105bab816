private import AsyncHTTPClient
private import Foundation
private import NIOCore
private import NIOHTTP1
private import NIOSSL
private import Protocol

/// `HubHTTP` for several requests: its connections stay open between them. To be closed by whoever made it.
package final class HubHTTPClient: Sendable {
    /// Bytes of the largest answer that is read.
    private static let limit = 256 << 10
    /// Seconds for a whole exchange.
    package static let patience: Int64 = 20

    private let client: HTTPClient

    /// - Parameter silence: Seconds that may pass between the end of a request and its answer.
    /// - Throws: `IdentityError` where the certificates cannot be used.
    package init(_ trusted: HubHTTP.Trusted, silence: Int64 = patience) throws(IdentityError) {
        do {
            var configuration = HTTPClient.Configuration(
                tlsConfiguration: try Self.tlsConfiguration(trusted), redirectConfiguration: .disallow,
                timeout: .init(connect: .seconds(10), read: .seconds(silence)))
            configuration.httpVersion = .http1Only
            // Whoever does not answer, or is somebody else, is told at once and asked again later, not for as long as it takes to connect.
            configuration.connectionPool.retryConnectionEstablishment = false
            // Live video takes one for each camera that is watched; otherwise the rest would wait for the first eight to end.
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = LiveSender.limit
            client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        } catch { throw IdentityError("the node's certificates cannot be used (\(error))") }
    }

    /// - Parameters:
    ///   - address: `https://host:port`; nothing else is spoken.
    ///   - path: Behind it.
    ///   - body: Nil for none.
    ///   - patience: Seconds for the whole exchange; nil for the standard.
    /// - Throws: `IdentityError` where no answer comes.
    package func send(
        _ method: String, _ address: String, _ path: String, body: [UInt8]? = nil, headers: [(String, String)] = [], patience: Int64? = nil
    ) async throws(IdentityError) -> HubHTTP.Answer {
        try await execute(method, address, path, headers, body.map { .bytes(ByteBuffer(bytes: $0)) }, timeout: patience ?? Self.patience)
    }

    /// Sends a body piece by piece, each when the connection has room for it. The answer may come before the end of the body.
    /// - Parameters:
    ///   - length: Bytes of all pieces; nil where nobody knows them yet.
    ///   - pieces: Asked for the first one once the connection is there. Where it throws, the connection is closed.
    ///   - patience: Seconds until the answer begins.
    /// - Throws: `IdentityError` where no answer comes.
    package func send(
        _ method: String, _ address: String, _ path: String, pieces: some AsyncSequence<[UInt8], any Error> & Sendable, length: Int64?,
        headers: [(String, String)] = [], patience: Int64
    ) async throws(IdentityError) -> HubHTTP.Answer {
        let body = HTTPClientRequest.Body.stream(pieces.map { ByteBuffer(bytes: $0) }, length: length.map { .known($0) } ?? .unknown)
        return try await execute(method, address, path, headers, body, timeout: patience)
    }

    private func execute(
        _ method: String, _ address: String, _ path: String, _ headers: [(String, String)], _ body: HTTPClientRequest.Body?, timeout: Int64
    ) async throws(IdentityError) -> HubHTTP.Answer {
        guard address.hasPrefix("https://") else { throw IdentityError("the hub's address must begin with https://") }
        do {
            var request = HTTPClientRequest(url: address + path)
            request.method = .init(rawValue: method)
            request.headers.add(name: "User-Agent", value: "vigilar-edge/\(Version.text)")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            request.body = body
            let response = try await client.execute(request, timeout: .seconds(timeout))
            let bytes = try await response.body.collect(upTo: Self.limit)
            return HubHTTP.Answer(status: Int(response.status.code), body: Array(bytes.readableBytesView))
        } catch {
            throw IdentityError("\(address) cannot be reached: \(Self.words(error))")
        }
    }

    /// Ends its connections; nothing can be sent afterwards.
    package func close() async { try? await client.shutdown() }

    private static func tlsConfiguration(_ trusted: HubHTTP.Trusted) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch trusted {
        case .nobody: configuration.certificateVerification = .none
        case .authority(let pem), .node(let pem, _, _):
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)))
        }
        if case .node(_, let certificate, let key) = trusted {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        return configuration
    }

    /// What a person can do about it, in place of a library's terms.
    private static func words(_ error: any Error) -> String {
        let text = "\(error)"
        if ["CERTIFICATE_VERIFY_FAILED", "unableToValidateCertificate", "failedToVerify", "failedToValidateHostname"].contains(where: {
            text.contains($0)
        }) {
            return "its certificate is not of this node's authority, or does not name this address; set names in hub.toml, or use another "
                + "of the hub's addresses"
        }
        if text.contains("connectTimeout") || text.contains("deadlineExceeded") || text.contains("Timeout") { return "no answer in time" }
        if text.contains("refused") || text.contains("ECONNREFUSED") { return "nothing listens there" }
        return text
    }
}
