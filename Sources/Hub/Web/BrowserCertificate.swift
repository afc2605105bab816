package import Base
private import Foundation
package import Logging
package import NIOSSL
private import ServiceLifecycle
private import Synchronization
private import Trust

/// The certificate that is for browsers alone, from two files that somebody else writes: whatever renews it replaces them, and each new
/// connection gets what lies there a minute later.
package final class BrowserCertificate: ListenerCertificate, Service {
    /// What lies in the files.
    private struct Pair {
        let certificate: [UInt8]
        let key: [UInt8]
        /// Of both, so that the key need not be kept to be compared.
        let digest: String
    }

    private struct State: Sendable {
        var context: NIOSSLContext
        /// Of the files that it was made of.
        var digest: String
        /// What is wrong with those that lie there now; nil while nothing is.
        var fault: String?
    }

    /// Seconds between two looks.
    private static let interval = 60.0

    private let files: TrustSettings.PEMFiles
    private let metrics: Metrics
    private let logger: Logger
    private let state: Mutex<State>

    /// - Throws: `HubTrust.Failure` where a file is missing or is not what it should be; it names the key of `hub.toml`.
    package init(_ files: TrustSettings.PEMFiles, metrics: Metrics, logger: Logger) throws {
        let pair = try Self.read(files)
        state = Mutex(State(context: try Self.context(pair, files), digest: pair.digest))
        self.files = files
        self.metrics = metrics
        self.logger = logger
        metrics.declare(
            "vigilar_web_certificate_errors_total", .counter,
            help: "Looks at the certificate for browsers that found none that can be used.")
    }

    package var current: NIOSSLContext { state.withLock { $0.context } }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(Self.interval))
                if !Task.isCancelled { self.look() }
            }
        }
    }

    /// Takes what lies in the files now, if that is something else. What cannot be used is logged once and counted each time, and the
    /// certificate of before stays: of two files one is always replaced first.
    package func look() {
        do {
            let pair = try Self.read(files)
            guard pair.digest != state.withLock({ $0.digest }) else {
                state.withLock { $0.fault = nil }
                return
            }
            let context = try Self.context(pair, files)
            state.withLock { $0 = State(context: context, digest: pair.digest) }
            logger.notice("browsers get another certificate", metadata: ["file": "\(files.certificate)"])
        } catch {
            metrics.add("vigilar_web_certificate_errors_total")
            let fault = "\(error)"
            let isNew = state.withLock { state in
                let isNew = state.fault != fault
                state.fault = fault
                return isNew
            }
            if isNew { logger.error("the certificate for browsers stays the one of before", metadata: ["error": "\(fault)"]) }
        }
    }

    private static func read(_ files: TrustSettings.PEMFiles) throws -> Pair {
        let (certificate, key) = (try bytes(files.certificate, of: "certificate"), try bytes(files.key, of: "key"))
        return Pair(certificate: certificate, key: key, digest: Digest.text(of: certificate) + Digest.text(of: key))
    }

    private static func bytes(_ path: String, of setting: String) throws -> [UInt8] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw HubTrust.Failure(
                description: "web.\(setting): \(path) cannot be read: check that it is there and that this user may read it.")
        }
        return Array(data)
    }

    private static func context(_ pair: Pair, _ files: TrustSettings.PEMFiles) throws -> NIOSSLContext {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(pair.certificate), !chain.isEmpty else {
            throw HubTrust.Failure(
                description: "web.certificate: \(files.certificate) holds no certificate in PEM: check that it is the right file.")
        }
        // Of no bytes at all NIOSSL may not find the first.
        guard !pair.key.isEmpty, let key = try? NIOSSLPrivateKey(bytes: pair.key, format: .pem) else {
            throw HubTrust.Failure(
                description:
                    "web.key: \(files.key) holds no private key in PEM: check that it is the right file, and that it is not encrypted.")
        }
        guard let context = try? NIOSSLContext(configuration: .web(chain: chain, key: key)) else {
            throw HubTrust.Failure(
                description: "web.key: \(files.key) is not the key of the first certificate in \(files.certificate) (web.certificate).")
        }
        return context
    }
}
