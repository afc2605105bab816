package import NIOSSL

/// The certificate of a listener, which may become another one while it listens.
package protocol ListenerCertificate: Sendable {
    /// What a new connection uses.
    var current: NIOSSLContext { get }
}
