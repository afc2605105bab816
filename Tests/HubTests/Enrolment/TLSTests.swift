import Foundation
@testable import Hub
import MQTT
import TestSupport
import Testing

/// What is spoken on the hub's two TLS ports, as another implementation finds it.
@Suite(.timeLimit(.minutes(5))) struct TLSTests {
    /// A version and a suite that a client insists on.
    struct Offer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let words: [String]
        let isTaken: Bool

        init(_ words: String, isTaken: Bool) {
            testDescription = words
            self.words = words.split(separator: " ").map { String($0) }
            self.isTaken = isTaken
        }
    }

    /// Security level 0, so that it is the hub that refuses, and not the client that does not dare to ask.
    static let offers = [
        Offer("-tls1_3", isTaken: true),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", isTaken: true),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", isTaken: true),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0", isTaken: false),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", isTaken: false),
        Offer("-tls1_2 -cipher AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", isTaken: false),
        Offer("-tls1_2 -cipher aNULL:eNULL:@SECLEVEL=0", isTaken: false),
        Offer("-tls1_1 -cipher ALL:@SECLEVEL=0", isTaken: false),
        Offer("-tls1 -cipher ALL:@SECLEVEL=0", isTaken: false),
    ]

    /// Shakes hands and hangs up; true where the two agreed on a suite.
    private func isTaken(_ offer: Offer, port: Int, more: [String] = []) async throws -> Bool {
        let folder = try TemporaryDirectory("tls")
        let child = try ChildProcess(
            executable: "openssl", arguments: ["s_client", "-connect", "127.0.0.1:\(port)"] + offer.words + more,
            outputFile: folder.path("output"))
        _ = await child.waitForExit()
        let output = try String(contentsOfFile: folder.path("output"), encoding: .utf8)
        #expect(output.contains("CONNECTED"), "\(output)")
        return output.contains("Cipher is ") && !output.contains("Cipher is (NONE)")
    }

    @Test("The web server speaks TLS 1.2 and 1.3 with forward secrecy, and nothing older or weaker", arguments: offers)
    func web(_ offer: Offer) async throws {
        let fixture = try await SecureWebFixture()
        try await fixture.run {
            let taken = try await isTaken(offer, port: fixture.securePort)
            #expect(taken == offer.isTaken)
        }
    }

    @Test("The broker speaks TLS 1.2 and 1.3 with forward secrecy, and nothing older or weaker")
    func broker() async throws {
        let fixture = try BrokerFixture()
        let file = try #require(try fixture.credentials("porch").security.certificateFile)
        try await fixture.withBroker { broker in
            for offer in Self.offers {
                let taken = try await isTaken(offer, port: broker.port, more: ["-cert", file, "-key", file])
                #expect(taken == offer.isTaken, "\(offer.testDescription)")
            }
        }
    }

    @Test("Off loopback the web server speaks TLS alone, whatever it is told")
    func listeners() throws {
        let fixture = try BrokerFixture()
        for (listen, isSecure) in [
            ("127.0.0.1:0", false), ("[::1]:0", false), ("localhost:0", false), ("0.0.0.0:0", true), ("192.0.2.7:1", true),
        ] {
            let overrides = ["listen": listen, "tls_listen": "127.0.0.1:0"]
            let configuration = try HubConfiguration.load(path: nil, environment: [:], overrides: overrides)
            let secure = try HubComposition.listeners(configuration, WebCertificate(fixture.trust)).map { $0.certificate != nil }
            #expect(secure == [isSecure, true], "\(listen)")
        }
    }
}
