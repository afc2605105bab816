private import AsyncHTTPClient
private import Foundation
private import NIOCore
private import NIOHTTP1
private import Protocol

/// Requests to push services. They go to the very address that was looked at, so that a name which leads elsewhere a moment later changes
/// nothing, and no redirection is followed.
package struct PushClient: Sendable {
    /// What a push service has answered.
    struct Answer: Sendable {
        let status: Int
        /// Seconds after which it wants to be asked again; 0 where it does not say.
        let retryAfter: Double
        /// What it says to it, plain and short.
        let words: String
    }

    /// Seconds for a connection, and for the answer.
    private static let patience: Int64 = 10
    /// Bytes of an answer that are looked at, and characters that are kept.
    private static let bodyLimit = 4096
    private static let wordsLimit = 200

    private let allowsPrivate: Bool
    private let lookup: @Sendable (_ name: String) async -> [String]
    /// For what browsers name: one of theirs that is slow holds up no message.
    private let lookupOfNamed: @Sendable (_ name: String) async -> [String]

    /// - Parameters:
    ///   - allowsPrivate: Whether private addresses are taken, and plain HTTP on loopback: for tests.
    ///   - lookup: What a name leads to; nil asks the system.
    package init(allowsPrivate: Bool, lookup: (@Sendable (_ name: String) async -> [String])? = nil) {
        self.allowsPrivate = allowsPrivate
        if let lookup {
            self.lookup = lookup
            lookupOfNamed = lookup
        } else {
            let (resolver, resolverOfNamed) = (HostResolver(), HostResolver())
            self.lookup = { await resolver.addresses(of: $0) }
            lookupOfNamed = { await resolverOfNamed.addresses(of: $0) }
        }
    }

    /// Whether something may be sent to what a browser has named.
    /// - Throws: `PushError`, `endpoint`, that says why not.
    func check(_ text: String) async throws(PushError) -> PushEndpoint {
        let endpoint = try PushEndpoint(text, allowsPrivate: allowsPrivate)
        _ = try await address(of: endpoint, by: lookupOfNamed, orElse: .endpoint)
        return endpoint
    }

    /// Where to connect to; nil where the host is that address.
    /// - Parameter code: What it is where the name leads nowhere: that of a message may lead somewhere again once the hub has its internet back.
    private func address(
        of endpoint: PushEndpoint, by lookup: @Sendable (_ name: String) async -> [String], orElse code: PushError.Code
    ) async throws(PushError) -> String? {
        guard endpoint.address == nil else { return nil }
        let found = await lookup(endpoint.host)
        guard let first = found.first else {
            throw PushError(
                code,
                "The hub does not find the push service \(endpoint.host). Push services are on the internet, and the hub must reach it.")
        }
        // All of them: one that leads into the hub's own network is none by chance.
        for address in found { try PushEndpoint.check(NetworkAddress(address), allowsPrivate: allowsPrivate) }
        return first
    }

    /// - Throws: `PushError`: `endpoint`, `unreachable`.
    func post(_ body: [UInt8], to text: String, fields: (PushEndpoint) throws -> [(name: String, value: String)]) async throws -> Answer {
        let endpoint = try PushEndpoint(text, allowsPrivate: allowsPrivate)
        var request = HTTPClientRequest(url: endpoint.url)
        request.method = .POST
        for field in try fields(endpoint) { request.headers.add(name: field.name, value: field.value) }
        request.headers.add(name: "User-Agent", value: "vigilar-hub/\(Version.text)")
        request.body = .bytes(ByteBuffer(bytes: body))
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(Self.patience), read: .seconds(Self.patience)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        if let address = try await address(of: endpoint, by: lookup, orElse: .unreachable) {
            configuration.dnsOverride = [endpoint.host: address]
        }
        // One for each message: the address is the client's, and messages are few.
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Answer, PushError>
        do throws(PushError) { result = .success(try await Self.send(request, by: client)) } catch { result = .failure(error) }
        try? await client.shutdown()
        return try result.get()
    }

    private static func send(_ request: HTTPClientRequest, by client: HTTPClient) async throws(PushError) -> Answer {
        do {
            let response = try await client.execute(request, timeout: .seconds(patience))
            var text = ""
            // What comes at once is enough: whoever sends byte by byte is not waited for.
            for try await part in response.body {
                text = words(Array(part.readableBytesView.prefix(bodyLimit)))
                break
            }
            let retryAfter = response.headers.first(name: "Retry-After").flatMap { Double($0) } ?? 0
            return Answer(
                status: Int(response.status.code), retryAfter: retryAfter.isFinite ? min(max(retryAfter, 0), 86_400) : 0, words: text)
        } catch {
            throw PushError(.unreachable, words(error))
        }
    }

    /// One line of plain text.
    private static func words(_ bytes: [UInt8]) -> String {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: " "
            default: Character(scalar)
            }
        }
        return String(String(scalars).split(separator: " ").joined(separator: " ").prefix(wordsLimit))
    }

    /// Not the library's own text, which may hold the address.
    private static func words(_ error: any Error) -> String {
        let text = "\(error)"
        if text.localizedCaseInsensitiveContains("timeout") || text.localizedCaseInsensitiveContains("deadline") {
            return "The push service does not answer in time."
        }
        if text.localizedCaseInsensitiveContains("certificate") { return "The push service's certificate is not one that the hub knows." }
        return "The push service cannot be reached: the hub needs the internet for notifications."
    }
}
