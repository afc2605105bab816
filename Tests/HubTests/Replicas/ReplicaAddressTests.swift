import Hub
import Settings
import Testing

/// Where a replica says that the others reach it.
@Suite struct ReplicaAddressTests {
    private func address(port: Int? = 8443, _ overrides: [String: String]) throws -> String? {
        try HubConfiguration.load(path: nil, environment: [:], overrides: overrides).addressForReplicas(port: port)?.description
    }

    @Test("It is that of the listener with TLS, whatever the names, or the configured one")
    func addresses() throws {
        #expect(try address(["listen": "192.0.2.7:8443", "names": "hub.example.org"]) == "192.0.2.7:8443")
        #expect(try address(port: 9, ["tls_listen": "127.0.0.2:0"]) == "127.0.0.2:9")
        #expect(try address(["tls_listen": "[2001:db8::1]:8443"]) == "[2001:db8::1]:8443")
        #expect(try address(["tls_listen": "0.0.0.0:8443", "replica_address": "10.0.0.5:8444"]) == "10.0.0.5:8444")
    }

    @Test("A listener on every address is reached at one of this machine's")
    func everywhere() throws {
        let own = try #require(HubNames(configured: []).announced.first)
        #expect(try address(["listen": "0.0.0.0:8443", "names": "hub.example.org"]) == HostAndPort(host: own, port: 8443).description)
    }

    @Test("Without a listener that speaks TLS, and before it listens, there is none")
    func nowhere() throws {
        #expect(try address(["listen": "127.0.0.1:8080"]) == nil)
        #expect(try address(["listen": "127.0.0.1:8080", "replica_address": "10.0.0.5:8444"]) == nil)
        #expect(try address(port: nil, ["tls_listen": "0.0.0.0:8443"]) == nil)
        #expect(try address(port: nil, ["tls_listen": "0.0.0.0:8443", "replica_address": "10.0.0.5:8444"]) == nil)
    }
}
