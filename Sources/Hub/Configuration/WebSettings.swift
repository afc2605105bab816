package import Settings

/// How browsers reach the web server: the table `[web]` of `hub.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `trusted_proxies` | up to 20 addresses and networks | none |
/// | `listen` | `HOST:PORT` of a listener for browsers, with a certificate of its own | none |
/// | `certificate`, `key` | paths of PEM files, for `listen` | none |
/// | `push_contact` | `mailto:` or `https://` address that push services are told | the hub's name |
/// | `push_private_endpoints` | boolean, for tests | false |
package struct WebSettings: Sendable, Equatable {
    /// A listener with a certificate that browsers know already.
    package struct BrowserListener: Sendable, Equatable {
        package let address: HostAndPort
        package let files: TrustSettings.PEMFiles
    }

    /// Whose word counts on where a request comes from.
    package let trustedProxies: TrustedProxies
    /// Nil where browsers use the same listeners as nodes.
    package let browsers: BrowserListener?
    /// Where a push service reaches whoever runs this hub; nil for the hub's own name.
    package let pushContact: String?
    /// Whether browsers may name push services in private networks, and without TLS on this machine: for tests.
    package let takesPrivatePush: Bool

    static let keys = [
        KeyDescription("web.trusted_proxies", "array of addresses and networks", standard: "none"),
        KeyDescription("web.listen", "HOST:PORT", standard: "none"),
        KeyDescription("web.certificate", "path", standard: "none"),
        KeyDescription("web.key", "path", standard: "none"),
        KeyDescription("web.push_contact", "mailto: or https: address", standard: "the hub's name"),
        KeyDescription("web.push_private_endpoints", "boolean", standard: "false"),
    ]

    init(_ table: TableReader) {
        let ranges = table.strings("trusted_proxies", atMost: 20).map { AddressRange($0) }
        if ranges.contains(nil) {
            table.fail("trusted_proxies", "must hold addresses and networks, such as 127.0.0.1, 10.0.0.0/8 or 2001:db8::/32")
        }
        trustedProxies = TrustedProxies(ranges.compactMap(\.self))
        browsers = Self.browsers(table)
        pushContact = table.string("push_contact")
        if let pushContact, !Self.isContact(pushContact) {
            table.fail("push_contact", "must be an address such as mailto:somebody@example.org or https://example.org")
        }
        takesPrivatePush = table.boolean("push_private_endpoints") ?? false
    }

    private static func isContact(_ text: String) -> Bool {
        let rest = ["mailto:", "https://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) } ?? ""
        return !rest.isEmpty && text.utf8.count <= 256
            && rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
    }

    private static func browsers(_ table: TableReader) -> BrowserListener? {
        let (address, certificate, key) = (HubConfiguration.address(table, "listen"), table.path("certificate"), table.path("key"))
        let missing = [
            ("listen", "HOST:PORT at which browsers are shown certificate"),
            ("certificate", "certificate that browsers are shown at listen"), ("key", "private key of certificate"),
        ].filter { !table.has($0.0) }
        if missing.count < 3 { for (name, what) in missing { table.fail(name, "is missing: name the \(what)") } }
        if let address, let certificate, let key {
            return BrowserListener(address: address, files: TrustSettings.PEMFiles(certificate: certificate, key: key))
        }
        return nil
    }
}
