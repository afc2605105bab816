/// The text forms of IP addresses. The C library's parser takes pointers, and there is nothing else that needs them here.
package enum IPAddress {
    /// The 4 or 16 bytes of an address in network order; nil for anything else, a zone (`%eth0`) or brackets included.
    package static func bytes(_ text: String) -> [UInt8]? { text.contains(":") ? version6(text) : version4(text) }

    private static func version4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero reads as octal in some programs and as decimal in others: neither is meant.
            guard part.utf8.allSatisfy({ (48...57).contains($0) }), part == "0" || !part.hasPrefix("0"), let byte = UInt8(part) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// RFC 4291, section 2.2.
    private static func version6(_ text: String) -> [UInt8]? {
        guard let gap = text.firstRange(of: "::") else {
            guard let bytes = groups(text[...], isEnd: true), bytes.count == 16 else { return nil }
            return bytes
        }
        guard let head = groups(text[..<gap.lowerBound], isEnd: false), let tail = groups(text[gap.upperBound...], isEnd: true),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// - Parameter isEnd: Whether the last group may be an IPv4 address.
    private static func groups(_ text: Substring, isEnd: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.contains("."), let end = version4(part) {
                bytes += end
            } else {
                guard part.utf8.count <= 4, part.allSatisfy({ $0.isASCII && $0.isHexDigit }), let group = UInt16(part, radix: 16) else {
                    return nil
                }
                bytes += [UInt8(group >> 8), UInt8(group & 255)]
            }
        }
        return bytes
    }
}
