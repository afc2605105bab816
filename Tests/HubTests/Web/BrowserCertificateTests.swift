import Base
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOSSL
import Settings
import TestSupport
import Testing
import Trust

@testable import Hub

/// The listener with a certificate of the administrator's own.
@Suite(.timeLimit(.minutes(10))) struct BrowserCertificateTests {
    /// A certificate of an authority that is not the hub's, and its key.
    private struct Issued {
        let authority: CertificateAuthority
        let certificate: String
        let key: String

        init() throws {
            let (key, now) = (KeyPair(), SystemClock().now)
            authority = try CertificateAuthority.make(name: "Another authority", now: now)
            certificate = try authority.issueServer(names: ["localhost", "127.0.0.1"], publicKey: key.publicKey, now: now, days: 30).pem
            self.key = key.privateKeyPEM
        }

        /// What a browser that trusts this authority is answered; nil where it does not trust the listener.
        func status(_ port: Int) async throws -> Int? {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.certificatePEM.utf8)))
            let connection = try await RawConnection.open(port: port, tls: tls)
            let status = try await connection.request("GET", "/healthz")?.status
            await connection.close()
            return status
        }
    }

    private static func files(_ folder: TemporaryDirectory) -> TrustSettings.PEMFiles {
        .init(certificate: folder.path("fullchain.pem"), key: folder.path("privkey.pem"))
    }

    private static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func `Browsers get what lies in the files; a pair that does not fit is counted, and the one of before stays`() async throws {
        let (fixture, folder) = (try await WebFixture(), try TemporaryDirectory("certificate"))
        let (files, log) = (Self.files(folder), fixture.log)
        let (first, second) = (try Issued(), try Issued())
        try Self.write(first.certificate, to: files.certificate)
        try Self.write(first.key, to: files.key)
        let certificate = try BrowserCertificate(files, metrics: fixture.metrics, logger: Logger(label: "test") { _ in log.handler })
        let listener = WebListener(HostAndPort(host: "127.0.0.1", port: 0), certificate: certificate, isForBrowsers: true)
        try await WebApplication.application(fixture.dependencies, listener: listener).test(.live) { client in
            let port = try #require(client.port)
            func errors() -> Double { fixture.metrics.value("vigilar_web_certificate_errors_total") }
            certificate.look()
            #expect(try await first.status(port) == 200)
            #expect(try await second.status(port) == nil)
            #expect(errors() == 0 && !log.text.contains("browsers get"))
            // Half of the new pair.
            try Self.write(second.certificate, to: files.certificate)
            certificate.look()
            certificate.look()
            #expect(try await first.status(port) == 200)
            #expect(errors() == 2)
            #expect(log.text.matches(of: /stays the one of before/).count == 1)
            try FileManager.default.removeItem(atPath: files.key)
            certificate.look()
            #expect(try await first.status(port) == 200)
            #expect(errors() == 3 && log.text.matches(of: /stays the one of before/).count == 2)
            // All of it.
            try Self.write(second.key, to: files.key)
            certificate.look()
            #expect(try await second.status(port) == 200)
            #expect(try await first.status(port) == nil)
            #expect(errors() == 3)
            #expect(!log.text.contains("PRIVATE KEY"))
        }
    }

    @Test func `A link that leads to another file is followed`() async throws {
        let folder = try TemporaryDirectory("certificate")
        let (one, two) = (try Issued(), try Issued())
        for (number, issued) in [one, two].enumerated() {
            try Self.write(issued.certificate + issued.key, to: folder.path("\(number).pem"))
        }
        let link = folder.path("live.pem")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path("0.pem"))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let certificate = try BrowserCertificate(.init(certificate: link, key: link), metrics: Metrics(), logger: logger)
        let before = certificate.current
        certificate.look()
        #expect(certificate.current === before)
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path("1.pem"))
        certificate.look()
        #expect(certificate.current !== before)
    }

    @Test func `At the start what is wrong names the key of the configuration`() throws {
        let folder = try TemporaryDirectory("certificate")
        let files = Self.files(folder)
        let (own, other) = (try Issued(), try Issued())
        for (certificate, key, words) in [
            (nil, own.key, "web.certificate: \(files.certificate) cannot be read"),
            ("", own.key, "web.certificate: \(files.certificate) holds no certificate"),
            (own.key, own.key, "web.certificate: \(files.certificate) holds no certificate"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", own.key, "web.certificate: \(files.certificate) holds no"),
            (own.certificate, nil, "web.key: \(files.key) cannot be read"),
            (own.certificate, "", "web.key: \(files.key) holds no private key"),
            (own.certificate, own.certificate, "web.key: \(files.key) holds no private key"),
            (own.certificate, other.key, "web.key: \(files.key) is not the key of the first certificate"),
            (other.certificate + own.certificate, own.key, "web.key: \(files.key) is not the key of the first certificate"),
        ] as [(String?, String?, String)] {
            for (text, path) in [(certificate, files.certificate), (key, files.key)] {
                try? FileManager.default.removeItem(atPath: path)
                if let text { try Self.write(text, to: path) }
            }
            do {
                _ = try BrowserCertificate(files, metrics: Metrics(), logger: Logger(label: "test"))
                Issue.record("is taken: \(words)")
            } catch {
                #expect("\(error)".hasPrefix(words))
            }
        }
    }

    @Test func `Nodes are not told of the listener for browsers`() throws {
        let (fixture, folder) = (try BrokerFixture(), try TemporaryDirectory("certificate"))
        let (files, issued) = (Self.files(folder), try Issued())
        try Self.write(issued.certificate, to: files.certificate)
        try Self.write(issued.key, to: files.key)
        let configuration = try HubConfiguration.load(
            path: nil, environment: [:],
            overrides: ["web.listen": "127.0.0.1:8444", "web.certificate": files.certificate, "web.key": files.key])
        #expect(configuration.web.browsers?.files == files)
        let certificate = try BrowserCertificate(files, metrics: Metrics(), logger: fixture.logger)
        let listeners = HubComposition.listeners(configuration, try WebCertificate(fixture.trust), certificate)
        #expect(listeners.map(\.isForBrowsers) == [false, true])
        #expect(listeners.map { $0.certificate != nil } == [false, true])
        #expect(listeners.map(\.address.port) == [8080, 8444])
        let ports = WebPorts()
        ports.opened(8444, by: listeners[1])
        #expect(ports.secure == nil && ports.plain == nil && ports.browsers == 8444)
    }
}
