import Testing

@testable import Settings

@Suite struct HostAndPortTests {
    @Test(
        "Reads an address and writes it back",
        arguments: ["127.0.0.1:8080", "[::1]:8080", "localhost:0", "0.0.0.0:65535", "hub-1.example:80"]
    )
    func roundTrip(text: String) {
        #expect(HostAndPort(text)?.description == text)
    }

    @Test(
        "Refuses what is none",
        arguments: [
            "", ":", ":80", "host", "host:", "host:-1", "host:65536", "host:99999999999999999999", "::1:80", "[::1]", "[::1]80", "[]:80",
            "ho st:80",
            "host:8o", "host:+80", "höst:80", "host:８０",
        ]
    )
    func bad(text: String) {
        #expect(HostAndPort(text) == nil)
    }
}
