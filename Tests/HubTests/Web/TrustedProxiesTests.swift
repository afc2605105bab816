import Testing

@testable import Hub

/// Where a request comes from, by what the connection and trusted proxies say.
@Suite struct TrustedProxiesTests {
    private static let proxies = TrustedProxies(
        ["127.0.0.1", "10.0.0.0/8", "192.0.2.128/25", "2001:db8:1::/48"].compactMap { AddressRange($0) })

    @Test(
        "The rightmost address that is no trusted proxy's counts, and only where a trusted proxy says it",
        arguments: [
            // Nobody forwards.
            ("198.51.100.7", [], "198.51.100.7"),
            ("10.0.0.2", [], "10.0.0.2"),
            ("2001:DB8:0:0:0:0:0:7", [], "2001:db8::7"),
            ("::ffff:198.51.100.7", [], "198.51.100.7"),
            // Whoever is no proxy says what they like.
            ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
            ("198.51.100.7", ["10.0.0.2"], "198.51.100.7"),
            ("192.0.2.127", ["203.0.113.9"], "192.0.2.127"),
            ("2001:db8:2::1", ["203.0.113.9"], "2001:db8:2::1"),
            // Trusted ones.
            ("10.0.0.2", ["203.0.113.9"], "203.0.113.9"),
            ("192.0.2.128", ["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.2", ["203.0.113.9"], "203.0.113.9"),
            ("2001:db8:1::5", ["2001:db8:9::1"], "2001:db8:9::1"),
            ("127.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
            // What the browser wrote itself stands on the left.
            ("10.0.0.2", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.2", ["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.2", ["junk, 203.0.113.9"], "203.0.113.9"),
            // One proxy behind another, in one field or several.
            ("127.0.0.1", ["1.1.1.1, 203.0.113.9, 10.4.4.4"], "203.0.113.9"),
            ("127.0.0.1", ["1.1.1.1,203.0.113.9", "10.4.4.4"], "203.0.113.9"),
            ("127.0.0.1", ["203.0.113.9 ,\t2001:db8:1::7"], "203.0.113.9"),
            // Somebody in the proxies' own network.
            ("127.0.0.1", ["10.0.0.50"], "10.0.0.50"),
            ("127.0.0.1", ["10.0.0.50, 10.0.0.2"], "10.0.0.50"),
            // Ports and brackets.
            ("10.0.0.2", ["203.0.113.9:51234"], "203.0.113.9"),
            ("10.0.0.2", ["[2001:db8:9::1]:51234"], "2001:db8:9::1"),
            ("10.0.0.2", ["[2001:db8:9::1]"], "2001:db8:9::1"),
            ("10.0.0.2", ["2001:db8:9::1"], "2001:db8:9::1"),
            // What cannot be read leaves the peer.
            ("10.0.0.2", [""], "10.0.0.2"),
            ("10.0.0.2", ["unknown"], "10.0.0.2"),
            ("10.0.0.2", ["203.0.113.9, "], "10.0.0.2"),
            ("10.0.0.2", ["203.0.113.9, junk, 10.0.0.3"], "10.0.0.2"),
            ("10.0.0.2", ["203.0.113.256"], "10.0.0.2"),
            ("10.0.0.2", ["203.0.113.09"], "10.0.0.2"),
            ("10.0.0.2", ["[203.0.113.9]:80"], "10.0.0.2"),
            ("10.0.0.2", ["[2001:db8:9::1"], "10.0.0.2"),
            ("10.0.0.2", ["203.0.113.9:http"], "10.0.0.2"),
            ("10.0.0.2", ["fe80::1%eth0"], "10.0.0.2"),
            ("10.0.0.2", ["proxy.example"], "10.0.0.2"),
            ("10.0.0.2", ["\"203.0.113.9\""], "10.0.0.2"),
        ] as [(String, [String], String)]
    )
    func client(peer: String, forwarded: [String], client: String) {
        #expect(Self.proxies.client(peer: peer, forwardedFor: forwarded) == client)
    }

    @Test("Without an address of the peer nothing is believed")
    func unknown() {
        #expect(Self.proxies.client(peer: nil, forwardedFor: ["203.0.113.9"]) == "unknown")
        #expect(Self.proxies.client(peer: "/run/socket", forwardedFor: ["203.0.113.9"]) == "/run/socket")
        #expect(TrustedProxies.nobody.client(peer: "127.0.0.1", forwardedFor: ["203.0.113.9"]) == "127.0.0.1")
        #expect(!Self.proxies.isSecure(false, peer: nil, forwardedProto: ["https"]))
    }

    @Test(
        "Of TLS the last proxy's word counts, where it is trusted",
        arguments: [
            ("10.0.0.2", ["https"], false, true), ("10.0.0.2", ["HTTPS "], false, true), ("10.0.0.2", ["http"], false, false),
            ("10.0.0.2", [], false, false), ("10.0.0.2", [""], false, false), ("10.0.0.2", ["https, http"], false, false),
            ("10.0.0.2", ["http", "https"], false, true), ("10.0.0.2", ["wss"], false, false),
            ("198.51.100.7", ["https"], false, false), ("198.51.100.7", ["http"], true, true),
            // TLS from the proxy to the hub is not TLS from the browser to the proxy.
            ("10.0.0.2", ["http"], true, false), ("10.0.0.2", [], true, true),
        ] as [(String, [String], Bool, Bool)]
    )
    func secure(peer: String, said: [String], connection: Bool, isSecure: Bool) {
        #expect(Self.proxies.isSecure(connection, peer: peer, forwardedProto: said) == isSecure)
    }

    @Test(
        "A network holds what begins like it",
        arguments: [
            ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false), ("10.1.2.3/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/9", "10.127.255.255", true), ("10.0.0.0/9", "10.128.0.0", false),
            ("10.0.0.4/31", "10.0.0.5", true), ("10.0.0.4/31", "10.0.0.6", false), ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("::/0", "203.0.113.9", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
            ("2001:db8::1/128", "2001:db8::1", true), ("::ffff:10.0.0.0/104", "10.9.9.9", true), ("::1", "::1", true),
            ("10.0.0.0/8", "::ffff:10.9.9.9", true),
        ] as [(String, String, Bool)]
    )
    func networks(range: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(try #require(NetworkAddress(address))) == isInside)
    }

    @Test(
        "What is no network is none",
        arguments: [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0/8", "2001:db8::/129",
            "::ffff:10.0.0.0/95", "proxy.example", "[::1]", "10.0.0.1:80", "localhost", "10.0.0.0/255.0.0.0", "10.0.0.0/８",
        ])
    func noNetworks(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        "An address has one text",
        arguments: [
            ("0:0:0:0:0:0:0:0", "::"), ("0::1", "::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("fe80:0:0:0:1::", "fe80::1:0:0:0"), ("1:0:0:0:0:0:0:0", "1::"),
            ("::FFFF:C000:0207", "192.0.2.7"), ("192.0.2.7", "192.0.2.7"),
        ])
    func texts(written: String, text: String) {
        #expect(NetworkAddress(written)?.description == text)
    }

    @Test(
        "Only a name is told to stay with TLS",
        arguments: [
            ("hub.example.org", true), ("hub.example.org:8443", true), ("HUB", true), ("hub.local.", true), ("localhost", false),
            ("LocalHost:8443", false), ("localhost.", false), ("x.localhost:1", false), ("127.0.0.1", false), ("192.0.2.7:8443", false),
            ("[::1]:8443", false), ("[2001:db8::1]", false), ("", false), ("a b", false), (nil, false),
        ] as [(String?, Bool)]
    )
    func names(authority: String?, isName: Bool) {
        #expect(SecurityHeadersMiddleware.isName(authority) == isName)
    }
}
