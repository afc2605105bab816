private import Settings

/// Where a browser's push service takes messages for it. Anybody with an account names one, so that it must lead to the internet and not into
/// the hub's own network.
struct PushEndpoint: Sendable, Hashable {
    /// The whole address, which is a secret of the browser's.
    let url: String
    /// The push service's origin.
    let audience: String
    /// A name or an IP address, without brackets.
    let host: String
    /// Nil where the host is a name.
    let address: NetworkAddress?

    private static let longest = 2048
    /// What no address has, and what some programs read in another way than others.
    private static let forbidden = Set("\"\\<>^`{|}#".utf8)

    /// - Parameter allowsPrivate: Whether private addresses are taken, and plain HTTP on loopback: for tests.
    /// - Throws: `PushError`, `endpoint`, that says what is wrong.
    init(_ text: String, allowsPrivate: Bool) throws(PushError) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.forbidden.contains($0) }) else {
            throw PushError(.endpoint, "The address of the push service is too long, or no address.")
        }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || allowsPrivate && text.hasPrefix("http://") else {
            throw PushError(.endpoint, "The address of a push service begins with https://.")
        }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end].lowercased()
        let standardPort = isSecure ? 443 : 80
        // No name and no password: neither is among what a host can be made of.
        guard let place = HostAndPort(authority, standardPort: standardPort), place.port > 0 else {
            throw PushError(.endpoint, "The address of the push service has no host, or one that cannot be.")
        }
        let address = NetworkAddress(place.host)
        guard address != nil || Self.isName(place.host) else {
            throw PushError(.endpoint, "The push service's host is neither a name nor an address.")
        }
        if let address { try Self.check(address, allowsPrivate: allowsPrivate) }
        guard isSecure || address?.isLoopback == true else {
            throw PushError(.endpoint, "Plain HTTP is taken for tests on this machine alone.")
        }
        let scheme = isSecure ? "https" : "http"
        let bare = place.host.contains(":") ? "[\(place.host)]" : place.host
        url = "\(scheme)://\(authority)\(rest[end...])"
        audience = "\(scheme)://\(bare)" + (place.port == standardPort ? "" : ":\(place.port)")
        host = place.host
        self.address = address
    }

    /// - Throws: `PushError`, `endpoint`, for an address where nothing is sent to.
    static func check(_ address: NetworkAddress?, allowsPrivate: Bool) throws(PushError) {
        guard let address, allowsPrivate || address.isPublic else {
            throw PushError(.endpoint, "The push service is in a private network, where the hub sends nothing.")
        }
    }

    /// Whether a host is read as a name everywhere: one that ends in a number is an address in some way of writing it (`127.1`,
    /// `0x7f000001`; WHATWG URL, "ends in a number").
    private static func isName(_ host: String) -> Bool {
        guard !host.contains(":"),
            let last = (host.hasSuffix(".") ? host.dropLast() : host[...]).split(separator: ".", omittingEmptySubsequences: false).last
        else { return false }
        return !last.isEmpty && !last.hasPrefix("0x") && !last.utf8.allSatisfy { (48...57).contains($0) }
    }
}
