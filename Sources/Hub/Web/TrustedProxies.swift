private import Foundation
private import Settings

/// The proxies whose word counts on where a request comes from and whether it came over TLS. The same words of anybody else are nothing:
/// whoever asks may write what they like into a request.
package struct TrustedProxies: Sendable, Equatable {
    private let ranges: [AddressRange]

    package init(_ ranges: [AddressRange]) { self.ranges = ranges }

    /// Nobody's word counts.
    package static let nobody = TrustedProxies([])

    /// Who sends a request, as text that is the same for each way to write the address; `unknown` where the connection has no address.
    /// - Parameters:
    ///   - peer: Address of the connection's other end.
    ///   - forwardedFor: Values of `X-Forwarded-For`, in their order. Each proxy appends where it had the request from, so that the last
    ///     one is the trusted proxy's own word, and the one before it counts only if that is another trusted proxy. What cannot be read
    ///     there leaves the peer.
    package func client(peer: String?, forwardedFor: [String]) -> String {
        guard let peer else { return "unknown" }
        guard let sender = NetworkAddress(peer) else { return peer }
        guard isTrusted(sender) else { return sender.description }
        var client = sender
        for element in forwardedFor.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }).reversed() {
            guard let address = Self.address(element) else { return sender.description }
            client = address
            if !isTrusted(address) { break }
        }
        return client.description
    }

    /// Whether a request came over TLS.
    /// - Parameters:
    ///   - isSecure: Whether the connection to the hub did.
    ///   - peer: Address of the connection's other end.
    ///   - forwardedProto: Values of `X-Forwarded-Proto`. What a trusted proxy says of the connection before it counts, either way: a
    ///     browser that came to it without TLS would not send a cookie back that is for TLS alone.
    package func isSecure(_ isSecure: Bool, peer: String?, forwardedProto: [String]) -> Bool {
        guard let sender = peer.flatMap({ NetworkAddress($0) }), isTrusted(sender),
            let said = forwardedProto.last?.split(separator: ",").last
        else { return isSecure }
        return said.trimmingCharacters(in: .whitespaces).lowercased() == "https"
    }

    private func isTrusted(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// With or without a port, an IPv6 address with or without brackets.
    private static func address(_ element: Substring) -> NetworkAddress? {
        let text = element.trimmingCharacters(in: .whitespaces)
        return NetworkAddress(text) ?? HostAndPort(text, standardPort: 0).flatMap { NetworkAddress($0.host) }
    }
}
