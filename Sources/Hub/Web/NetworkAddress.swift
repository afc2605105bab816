private import Trust

/// An IP address as one value, however it was written: an IPv4 address inside an IPv6 one (`::ffff:192.0.2.7`) is the IPv4 address.
package struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16, in network order.
    let bytes: [UInt8]

    /// RFC 4291, section 2.5.5.2.
    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// - Parameter text: Without brackets, port and zone; anything else is nil.
    package init?(_ text: String) {
        guard let bytes = IPAddress.bytes(text) else { return nil }
        self.bytes = bytes.starts(with: Self.mapped) ? Array(bytes.suffix(4)) : bytes
    }

    /// As RFC 5952 has it, so that one address has one text.
    package var description: String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        // The longest run of zeros, the first of equal ones.
        var longest = 0..<0
        var run = 0
        for (index, group) in groups.enumerated() {
            run = group == 0 ? run + 1 : 0
            if run > longest.count { longest = (index + 1 - run)..<(index + 1) }
        }
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if longest.count < 2 { return text(groups[...]) }
        return "\(text(groups[..<longest.lowerBound]))::\(text(groups[longest.upperBound...]))"
    }
}
