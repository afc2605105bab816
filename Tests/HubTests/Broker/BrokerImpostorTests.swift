import Base
import Foundation
import MQTT
import TestSupport
import Testing
import Trust

/// Who answers at the broker's address in its place.
@Suite(.timeLimit(.minutes(10))) struct BrokerImpostorTests {
    enum Impostor: String, CaseIterable {
        /// The right one, which shows that the others are refused for what they are.
        case nobody
        case otherAuthority, sameNamedAuthority
        /// A server of the installation, at another address than its own.
        case otherAddress
        /// A node of the installation, whose certificate is no server's.
        case node
        case expired
    }

    @Test("A node goes on with nobody but a broker of its authority with the address that it asked for", arguments: Impostor.allCases)
    func impostors(_ impostor: Impostor) async throws {
        let fixture = try BrokerFixture()
        let (now, key) = (SystemClock().now, KeyPair())
        func server(_ authority: CertificateAuthority, _ names: [String] = ["127.0.0.1"], at time: Timestamp? = nil) throws -> String {
            try authority.issueServer(names: names, publicKey: key.publicKey, now: time ?? now, days: 1).pem
        }
        let certificate: String
        switch impostor {
        case .nobody: certificate = try server(fixture.authority)
        case .otherAuthority: certificate = try server(CertificateAuthority.make(name: "Other", now: now))
        case .sameNamedAuthority:
            let name = try #require(fixture.authority.facts.commonName)
            certificate = try server(CertificateAuthority.make(name: name, now: now))
        case .otherAddress: certificate = try server(fixture.authority, ["hub.test", "127.0.0.2"])
        case .node:
            let request = try SigningRequest(pem: key.signingRequest(name: "localhost"))
            certificate = try fixture.authority.issueNode(request: request, node: "localhost", now: now, days: 1).pem
        case .expired: certificate = try server(fixture.authority, at: now.advanced(bySeconds: -3 * 86_400))
        }
        let file = fixture.folder.path("impostor.pem")
        try PrivateFile.write(certificate + key.privateKeyPEM, to: URL(filePath: file))
        let port = try FreePort.find()
        // It takes everybody, as one would that wants to hear what they say.
        let broker = try await MosquittoServer(
            port: port,
            configuration: [
                "listener \(port) 127.0.0.1", "certfile \(file)", "keyfile \(file)", "allow_anonymous true", "user \(NSUserName())",
            ])
        var configuration = MQTTConfiguration(host: impostor == .node ? "localhost" : "127.0.0.1", port: port, clientID: "porch")
        configuration.security = try fixture.credentials("porch").security
        try await fixture.withClient(configuration) { client, seen in
            if impostor == .nobody {
                try await eventually("a connection") { client.isConnected }
            } else {
                try await eventually("a refusal") { !seen.errors.isEmpty }
                #expect(seen.errors.allSatisfy { if case .security = $0 { true } else { false } }, "\(seen.errors)")
                #expect(client.statistics.connections == 0)
            }
        }
        await broker.stop()
    }
}
