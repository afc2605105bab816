/// An address to listen on or to connect to: `127.0.0.1:8080`, `[::1]:8080`, `hub.example:8080`.
package struct HostAndPort: Sendable, Equatable, CustomStringConvertible {
    /// A name or an IP address, IPv6 without its brackets.
    package var host: String
    /// 0–65535; 0 asks for a free one where one listens.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// - Parameter standardPort: For an address without a port; nil where the port is required.
    package init?(_ text: String, standardPort: Int? = nil) {
        var host = text[...]
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            if !rest.isEmpty { portText = rest.dropFirst() }
            guard host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }), host.contains(":") else { return nil }
        } else {
            if let colon = text.lastIndex(of: ":") {
                host = text[..<colon]
                portText = text[text.index(after: colon)...]
            }
            guard host.allSatisfy({ $0.isASCIILetterOrDigit || $0 == "-" || $0 == "." || $0 == "_" }), !host.isEmpty, host.utf8.count <= 253
            else { return nil }
        }
        if let portText {
            guard (1...5).contains(portText.utf8.count), portText.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(portText),
                number <= 65535
            else { return nil }
            port = number
        } else {
            guard let standardPort else { return nil }
            port = standardPort
        }
        self.host = String(host)
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "::1" || (octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil })
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Character {
    fileprivate var isASCIILetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
