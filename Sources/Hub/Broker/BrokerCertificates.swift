package import Foundation

/// The PEM files with which the embedded broker proves who it is, and judges who connects.
package struct BrokerCertificates: Sendable {
    /// The authority whose certificates nodes have.
    package let authority: URL
    /// The broker's own certificate and those above it.
    package let certificate: URL
    package let key: URL

    package init(authority: URL, certificate: URL, key: URL) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }
}
