package import Settings

/// One address of the web server.
package struct WebListener: Sendable {
    package let address: HostAndPort
    /// Nil for a listener without TLS, which only this machine may reach.
    package let certificate: (any ListenerCertificate)?
    /// Whether its certificate is not one of the hub's authority: nodes and other replicas are not told of it, as they would not trust it.
    package let isForBrowsers: Bool

    package init(_ address: HostAndPort, certificate: (any ListenerCertificate)? = nil, isForBrowsers: Bool = false) {
        self.address = address
        self.certificate = certificate
        self.isForBrowsers = isForBrowsers
    }
}
