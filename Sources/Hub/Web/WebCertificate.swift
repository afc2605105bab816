private import Foundation
package import NIOSSL
private import Synchronization
private import Trust

/// The certificate of the web server, which may be renewed while it runs: every new connection takes the present one.
package final class WebCertificate: Sendable {
    private let context: Mutex<NIOSSLContext>

    /// - Throws: What the TLS library says of the files.
    package init(_ trust: HubTrust) throws {
        context = Mutex(try Self.make(trust))
    }

    /// Takes another certificate from now on.
    /// - Throws: What the TLS library says of the files; the one of before then stays.
    package func replace(_ trust: HubTrust) throws {
        let new = try Self.make(trust)
        context.withLock { $0 = new }
    }

    package var current: NIOSSLContext { context.withLock { $0 } }

    /// TLS 1.2 and 1.3 with forward secrecy. A client certificate is not asked of browsers; one that is shown must be of the authority.
    private static func make(_ trust: HubTrust) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(trust.files.certificate.path)
        let key = try NIOSSLPrivateKey(file: trust.files.key.path, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(trust.authority.certificatePEM.utf8)))
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
