package import Settings

/// One address of the web server.
package struct WebListener: Sendable {
    package let address: HostAndPort
    /// Nil for a listener without TLS, which only this machine may reach.
    package let certificate: WebCertificate?

    package init(_ address: HostAndPort, certificate: WebCertificate? = nil) {
        self.address = address
        self.certificate = certificate
    }
}
