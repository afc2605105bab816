import Foundation
@testable import Hub
import MQTT
import TestSupport
import Testing

/// What is spoken on the hub's two TLS ports, as another implementation finds it.
@Suite(.timeLimit(.minutes(10))) struct TLSTests {
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
        Offer("-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256", isTaken: true),
        Offer("-tls1_3 -ciphersuites TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256", isTaken: false),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256", isTaken: true),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", isTaken: true),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", isTaken: true),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0", isTaken: false),
        Offer("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", isTaken: false),
        Offer("-tls1_2 -cipher AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", isTaken: false),
        Offer("-tls1_2 -cipher aNULL:eNULL:@SECLEVEL=0", isTaken: false),
        // Everything that there is, and that is not one of the good ones.
        Offer("-tls1_2 -cipher ALL:COMPLEMENTOFALL:!ECDHE+AESGCM:!ECDHE+CHACHA20:@SECLEVEL=0", isTaken: false),
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

    @Test("With an RSA key of the administrator's own the web server speaks nothing weaker", arguments: offers)
    func webWithRSA(_ offer: Offer) async throws {
        let fixture = try await SecureWebFixture(usesRSA: true)
        // A suite names the kind of key that the server has.
        let own = Offer(offer.testDescription.replacing("ECDHE-ECDSA-", with: "ECDHE-RSA-"), isTaken: offer.isTaken)
        try await fixture.run {
            let taken = try await isTaken(own, port: fixture.securePort)
            #expect(taken == own.isTaken)
        }
    }

    @Test("What the hub refuses is really offered: a server that takes everything takes it", arguments: offers.filter { !$0.isTaken })
    func weakServer(_ offer: Offer) async throws {
        let folder = try TemporaryDirectory("weak")
        var files: [String] = []
        for (kind, option) in [("ec", "ec_paramgen_curve:P-256"), ("rsa", "rsa_keygen_bits:2048")] {
            let file = folder.path("\(kind).pem")
            let child = try ChildProcess(
                executable: "openssl",
                arguments: [
                    "req", "-x509", "-newkey", kind, "-pkeyopt", option, "-nodes", "-subj", "/CN=weak", "-days", "1", "-keyout", file,
                    "-out",
                    file + ".crt",
                ])
            #expect(await child.waitForExit() == 0)
            files.append(file)
        }
        let port = try FreePort.find()
        let server = try ChildProcess(
            executable: "openssl",
            arguments: [
                "s_server", "-www", "-accept", "127.0.0.1:\(port)", "-cert", files[0] + ".crt", "-key", files[0], "-dcert",
                files[1] + ".crt",
                "-dkey", files[1], "-min_protocol", "TLSv1", "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-ciphersuites",
                "TLS_AES_256_GCM_SHA384:TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256",
            ])
        try await eventually("the weak server: \(server.output)") { LoopbackSocket.canConnect(port: port) }
        #expect(try await isTaken(offer, port: port))
        await server.terminate()
    }

    /// A hello of a version that no client at hand speaks any more, with every suite that there ever was for such a key.
    private func hello(minor: UInt8) -> [UInt8] {
        func counted(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes }
        let suites: [UInt8] = [
            0xC0, 0x2B, 0xC0, 0x2C, 0xCC, 0xA9, 0xC0, 0x09, 0xC0, 0x0A, 0xC0, 0x07, 0xC0, 0x08, 0x00, 0x2F, 0x00, 0x35, 0x00, 0x0A, 0x00,
            0x05,
        ]
        // P-256, uncompressed points, ECDSA with SHA-256 and SHA-1 (RFC 8422, RFC 5246).
        let extensions: [UInt8] = [0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 6, 0, 4, 4, 3, 2, 3]
        var body: [UInt8] = [3, minor]
        body += [UInt8](repeating: 7, count: 32)
        body += [0] + counted(suites)
        body += [1, 0] + counted(extensions)
        let message: [UInt8] = [1, 0] + counted(body)
        return [22, 3, min(minor, 1)] + counted(message)
    }

    /// The version that a server chooses; nil where it refuses.
    private func version(minor: UInt8, port: Int) async throws -> [UInt8]? {
        let connection = try await RawConnection.open(port: port, tls: nil)
        await connection.send(hello(minor: minor))
        try await eventually("an answer or the end") { connection.received.count >= 11 || connection.isClosed }
        let answer = connection.received
        await connection.close()
        // A record with a ServerHello: type 22, version, length, then type 2, length and the version chosen.
        return answer.count >= 11 && answer[0] == 22 && answer[5] == 2 ? [answer[9], answer[10]] : nil
    }

    @Test("SSL 3.0, TLS 1.0 and TLS 1.1 are refused on both ports, by the same hello that is welcome with TLS 1.2")
    func oldVersions() async throws {
        let fixture = try await SecureWebFixture()
        let brokers = try BrokerFixture()
        try await fixture.run {
            try await brokers.withBroker { broker in
                for port in [fixture.securePort, broker.port] {
                    let present = try await version(minor: 3, port: port)
                    #expect(present == [3, 3])
                    for minor in UInt8(0)...2 {
                        let old = try await version(minor: minor, port: port)
                        #expect(old == nil, "3.\(minor)")
                    }
                }
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
