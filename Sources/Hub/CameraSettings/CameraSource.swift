private import Foundation

/// A camera's address on its way to the node that it is sealed to. It is kept nowhere and prints as nothing.
struct CameraSource: Sendable, CustomStringConvertible {
    /// The address as it is sealed.
    let text: String

    private static let schemes = ["rtsp", "rtsps", "http", "https"]
    private static let longest = 2048

    /// - Returns: Nil for what is not `rtsp://`, `rtsps://`, `http://` or `https://` with a host. A path is no address: nothing that a hub sends
    ///   makes a node open a file.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let colon = text.firstRange(of: "://"),
            Self.schemes.contains(text[..<colon.lowerBound].lowercased())
        else { return nil }
        let authority = text[colon.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard let first = place.first, first != ":" else { return nil }
        self.text = text
    }

    static let rule = "must be rtsp://, rtsps://, http:// or https:// with a host, in ASCII without spaces, of at most 2048 bytes"

    var description: String { "(an address)" }

    /// Whether words repeat the address or the password in it.
    func isQuoted(in words: String) -> Bool {
        let authority = text.firstRange(of: "://").map { text[$0.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" } } ?? ""
        let user = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
        let password = user.firstIndex(of: ":").map { String(user[$0...].dropFirst()) } ?? ""
        let pieces = [text, String(user), password, password.removingPercentEncoding ?? ""]
        return pieces.contains { !$0.isEmpty && words.contains($0) }
    }
}
