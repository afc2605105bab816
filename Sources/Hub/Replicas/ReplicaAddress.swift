package import Settings

extension HubConfiguration {
    /// Where the other replicas reach this one: its listener with TLS, at the configured address or at its own. `names` does not count here:
    /// those may be what all replicas are reached by.
    /// - Parameter port: On which that listener listens by now; nil before it does.
    /// - Returns: Nil where no listener speaks TLS, or none listens yet.
    package func addressForReplicas(port: Int?) -> HostAndPort? {
        guard let listener = secureListener, let port else { return nil }
        if let replicaAddress { return replicaAddress }
        guard ["0.0.0.0", "::"].contains(listener.host) else { return HostAndPort(host: listener.host, port: port) }
        return HubNames(configured: []).announced.first.map { HostAndPort(host: $0, port: port) }
    }

    /// The first listener that speaks TLS.
    package var secureListener: HostAndPort? { listen.isLoopback ? tlsListen : listen }
}
