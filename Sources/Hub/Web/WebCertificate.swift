private import Foundation
package import NIOSSL
private import Synchronization
private import Trust

/// The certificate of the web server, which may be renewed while it runs: every new connection takes the present one.
package final class WebCertificate: ListenerCertificate {
    private struct State: Sendable {
        var context: NIOSSLContext
        var serial: String
    }

    private let state: Mutex<State>

    /// - Throws: What the TLS library says of the files.
    package init(_ trust: HubTrust) throws {
        state = Mutex(State(context: try Self.make(trust), serial: trust.serial))
    }

    /// Takes another certificate from now on.
    /// - Returns: False where it is the present one.
    /// - Throws: What the TLS library says of the files; the one of before then stays.
    package func replace(_ trust: HubTrust) throws -> Bool {
        guard trust.serial != serial else { return false }
        let context = try Self.make(trust)
        state.withLock { $0 = State(context: context, serial: trust.serial) }
        return true
    }

    /// Of the present certificate, in hexadecimal.
    package var serial: String { state.withLock { $0.serial } }

    package var current: NIOSSLContext { state.withLock { $0.context } }

    /// A client certificate is not asked of browsers; one that is shown must be of the authority.
    private static func make(_ trust: HubTrust) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(trust.files.certificate.path)
        let key = try NIOSSLPrivateKey(file: trust.files.key.path, format: .pem)
        var configuration = TLSConfiguration.web(chain: chain, key: key)
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(trust.authority.certificatePEM.utf8)))
        return try NIOSSLContext(configuration: configuration)
    }
}
