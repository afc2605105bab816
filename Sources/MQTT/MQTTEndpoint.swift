/// Where a broker listens.
package struct MQTTEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Name or address.
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
