import Hub
import Settings
import Testing

@Suite struct HubNamesTests {
    @Test(
        "Off loopback nodes are told the configured names, on loopback the listener's own address and the configured ones of this machine")
    func reaching() {
        let names = HubNames(configured: ["hub.example.org", "127.0.0.3", "127.0.0.2", "192.0.2.7", "localhost"])
        func told(_ listener: String) -> [String] {
            names.reaching(HostAndPort(listener, standardPort: 1)!, port: 8443).map(\.description)
        }
        #expect(told("0.0.0.0") == ["hub.example.org:8443", "127.0.0.3:8443", "127.0.0.2:8443", "192.0.2.7:8443"])
        #expect(told("127.0.0.2") == ["127.0.0.2:8443", "127.0.0.3:8443"])
        #expect(
            HubNames(configured: ["hub.example.org"]).reaching(HostAndPort(host: "127.0.0.1", port: 0), port: 1).map(\.host) == [
                "127.0.0.1"
            ])
    }

    @Test(
        "Services that want to know whom to turn to are told a name that is known elsewhere, and an address where there is none",
        arguments: [
            (["192.0.2.7", "hub", "hub.local", "hub.example.org"], "https://hub.example.org"), (["192.0.2.7", "hub"], "https://192.0.2.7"),
            (["2001:db8::7"], "https://[2001:db8::7]"),
        ])
    func contact(_ configured: [String], _ contact: String) { #expect(HubNames(configured: configured).contact == contact) }
}
