extension NetworkAddress {
    /// Of IPv4, what is no address of the internet: RFC 6890 and the registry that goes on with it, with multicast.
    private static let reserved = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        // Of IPv6, within what is: protocols, examples, and addresses that hold one of IPv4.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ].compactMap { AddressRange($0) }

    /// All that is an address of the internet in IPv6: RFC 4291, section 2.4.
    private static let global = AddressRange("2000::/3")
    /// Where a network without IPv4 reaches it: RFC 6052. The last four bytes say where that is.
    private static let translated = AddressRange("64:ff9b::/96")

    /// Whether it is one of the internet, and of no network that only those within it are to reach.
    var isPublic: Bool {
        if Self.reserved.contains(where: { $0.contains(self) }) { return false }
        if bytes.count == 4 { return true }
        if Self.translated?.contains(self) == true {
            return NetworkAddress(bytes.suffix(4).map { String($0) }.joined(separator: "."))?.isPublic ?? false
        }
        return Self.global?.contains(self) ?? false
    }

    /// Whether only this machine can be reached there.
    var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1 }
}
