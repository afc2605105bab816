/// Where video comes from: the address of a camera or a file. Prints without credentials.
package struct MediaSource: Sendable, Equatable, CustomStringConvertible {
    /// How the source is reached.
    package enum Kind: String, Sendable {
        case rtsp, rtsps, http, https, file
    }

    package let kind: Kind
    /// The address as libavformat takes it; it may hold a password, so it never leaves this module.
    let address: String
    /// The address without user, password, query and whatever in its path looks like a parameter.
    package let description: String

    /// Whether the source runs on its own clock and has no end.
    package var isLive: Bool { kind != .file }

    /// - Parameter text: `rtsp://`, `rtsps://`, `http://`, `https://` with a host, `file:` with a path, or a path.
    /// - Throws: `MediaError` with code `invalidSource`; it does not repeat the text, which may hold a password.
    package init(_ text: String) throws(MediaError) {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.count <= 2048 else {
            throw MediaError(.invalidSource, "a source needs an address of 1 to 2048 bytes")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw MediaError(.invalidSource, "a source's address must not hold control characters")
        }
        guard let scheme = Self.scheme(of: text) else {
            self.init(file: text)
            return
        }
        let rest = text.dropFirst(scheme.count + 1)
        if scheme == "file" {
            let path = rest.hasPrefix("//") ? rest.dropFirst(2) : rest
            guard !path.isEmpty else { throw MediaError(.invalidSource, "file: needs a path") }
            self.init(file: String(path))
            return
        }
        guard let kind = Kind(rawValue: scheme), rest.hasPrefix("//") else {
            throw MediaError(.invalidSource, "a source is rtsp://, rtsps://, http://, https:// or a file; \(scheme): is none of them")
        }
        try self.init(kind: kind, remainder: rest.dropFirst(2))
    }

    private init(file path: String) {
        kind = .file
        // With its scheme spelt out, no part of a path is taken for another protocol.
        address = "file:\(path)"
        description = path
    }

    private init(kind: Kind, remainder: Substring) throws(MediaError) {
        let authority = remainder.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = remainder.dropFirst(authority.count)
        let at = authority.lastIndex(of: "@")
        let place = at.map { authority[authority.index(after: $0)...] } ?? authority
        guard Self.isHostAndPort(place) else {
            throw MediaError(.invalidSource, "a \(kind.rawValue):// source needs a host, and a port from 1 to 65535 if it names one")
        }
        guard remainder.utf8.allSatisfy({ $0 != 0x20 && $0 < 0x80 }) else {
            throw MediaError(.invalidSource, "spaces and letters beyond ASCII in an address are written in percent notation")
        }
        self.kind = kind
        address = "\(kind.rawValue)://\(remainder)"
        let open = path.prefix { $0 != "?" && $0 != "=" && $0 != "&" && $0 != ";" && $0 != "#" }
        description = "\(kind.rawValue)://\(at == nil ? "" : "***@")\(place)\(open)\(open.count < path.count ? "…" : "")"
    }

    /// The lower-case scheme, nil for a plain path.
    private static func scheme(of text: String) -> String? {
        let head = text.prefix { $0 != ":" }
        guard head.count < text.count, let first = head.utf8.first, head.count > 1 else { return nil }
        func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) }
        guard isLetter(first),
            head.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || [0x2b, 0x2d, 0x2e, 0x2c].contains($0) })
        else { return nil }
        return head.lowercased()
    }

    private static func isHostAndPort(_ text: Substring) -> Bool {
        var host = text
        var port: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":") else { return false }
                port = rest.dropFirst()
            }
            guard host.utf8.allSatisfy({ $0 == 0x3a || $0 == 0x2e || $0 == 0x25 || Self.isAlphanumeric($0) }) else { return false }
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                port = text[text.index(after: colon)...]
            }
            guard host.utf8.allSatisfy({ $0 == 0x2d || $0 == 0x2e || $0 == 0x5f || Self.isAlphanumeric($0) }) else { return false }
        }
        if let port {
            guard let number = Int(port), (1...65_535).contains(number), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return false
            }
        }
        return !host.isEmpty
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// What libavformat may open for this source; nothing else, wherever a server or a file points.
    var protocolWhitelist: String {
        switch kind {
        case .rtsp: "rtsp,tcp"
        case .rtsps: "rtsps,rtsp,tls,tcp"
        case .http: "http,tcp"
        case .https: "https,tls,tcp"
        case .file: "file"
        }
    }

    /// Containers that libavformat may take this source for: none that points to other files or addresses.
    var formatWhitelist: String {
        switch kind {
        case .rtsp, .rtsps: "rtsp"
        case .http, .https, .file: "mov,mp4,matroska,webm,mpegts,avi,flv,h264,hevc,mpjpeg,mjpeg"
        }
    }
}
