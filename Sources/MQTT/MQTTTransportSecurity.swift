/// How a client and a broker prove to each other over TLS who they are. Paths of PEM files, which libmosquitto reads at each connection, so
/// that a renewed certificate is used from the next one on.
package struct MQTTTransportSecurity: Sendable, Hashable {
    /// Certificates of the authorities that may have issued the broker's; nil for those of the system.
    package var authorityFile: String?
    /// The client's own certificate; nil where the broker asks for none.
    package var certificateFile: String?
    /// Its private key.
    package var keyFile: String?

    package init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
