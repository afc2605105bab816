import Foundation

/// Where an MQTT broker is and who one is there: `mqtt://user:password@host:1883`, or `mqtts://…:8883` over TLS.
package struct BrokerURL: Sendable, Equatable, CustomStringConvertible {
    package var host: String
    package var port: Int
    package var username: String?
    package var password: Redacted?
    /// Whether the connection is made over TLS.
    package var isSecure = false

    package init(host: String, port: Int, username: String? = nil, password: Redacted? = nil) {
        self.host = host
        self.port = port
        self.username = username
        self.password = password
    }

    /// Parses an address; user and password may be percent-encoded. Nil where it is none, or has a path, a query or a fragment.
    package init?(_ text: String) {
        guard let scheme = ["mqtt://", "mqtts://"].first(where: { text.hasPrefix($0) }) else { return nil }
        isSecure = scheme == "mqtts://"
        var rest = text.dropFirst(scheme.count)
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap({ String($0).removingPercentEncoding }), !name.isEmpty else { return nil }
            username = name
            if parts.count == 2 {
                guard let secret = String(parts[1]).removingPercentEncoding else { return nil }
                password = Redacted(secret)
            }
            rest = rest[rest.index(after: at)...]
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let address = HostAndPort(String(rest), standardPort: isSecure ? 8883 : 1883), address.port > 0 else { return nil }
        host = address.host
        port = address.port
    }

    /// Without user and password.
    package var description: String { "\(isSecure ? "mqtts" : "mqtt")://\(HostAndPort(host: host, port: port))" }
}
