/// A network, `10.0.0.0/8` or `2001:db8::/32`, or one address alone.
package struct AddressRange: Sendable, Equatable {
    private let base: NetworkAddress
    /// Leading bits that an address must share with `base`.
    private let length: Int

    /// - Parameter text: An address, or a network in the notation of RFC 4632 and RFC 4291; anything else
    ///   is nil. Bits behind the length do not matter.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first, parts.count <= 2, let base = NetworkAddress(String(address)) else { return nil }
        let all = base.bytes.count * 8
        var length = all
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits) else {
                return nil
            }
            // The first 96 bits of an IPv4 network that is written as one of IPv6 only say that it is one.
            length = all == 32 && address.contains(":") ? number - 96 : number
        }
        guard (0...all).contains(length) else { return nil }
        self.base = base
        self.length = length
    }

    /// Whether an address lies in it. Those of IPv4 lie in no network of IPv6, and the other way round.
    package func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        let (whole, rest) = length.quotientAndRemainder(dividingBy: 8)
        guard address.bytes.prefix(whole) == base.bytes.prefix(whole) else { return false }
        return rest == 0 || (address.bytes[whole] ^ base.bytes[whole]) >> UInt8(8 - rest) == 0
    }
}
