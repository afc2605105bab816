import Settings

/// Where a browser on the hub's own machine finds it.
struct LocalAddress: Sendable {
    private let plain: HostAndPort?
    private let secure: HostAndPort?
    private let ports: WebPorts

    init(_ configuration: HubConfiguration, _ ports: WebPorts) {
        plain = configuration.listen.isLoopback ? configuration.listen : nil
        secure = configuration.listen.isLoopback ? configuration.tlsListen : configuration.listen
        self.ports = ports
    }

    /// With the ports that are open by now; before, with those of the configuration.
    var text: String {
        if let plain { return "http://\(Self.host(plain.host)):\(ports.plain ?? plain.port)" }
        return "https://\(Self.host(secure?.host ?? "")):\(ports.secure ?? secure?.port ?? 0)"
    }

    /// - Returns: A name for what a listener is bound to; `localhost` where that is every address.
    static func host(_ bound: String) -> String {
        if ["", "0.0.0.0", "::", "[::]"].contains(bound) { return "localhost" }
        return bound.contains(":") && !bound.hasPrefix("[") ? "[\(bound)]" : bound
    }
}
