private import Crypto
private import Foundation

/// The secret in the session cookie: 32 random bytes. The store keeps only its SHA-256, so that a stolen database opens no session.
package struct SessionToken: Sendable {
    /// URL-safe Base64 without padding, 43 characters.
    package let text: String
    /// SHA-256 of `text`.
    package let hash: [UInt8]

    /// A new token.
    package init() {
        let bytes = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Data($0) }
        self.init(
            checked: bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: ""))
    }

    /// A token that a browser sent; nil for anything that cannot be one.
    package init?(_ text: String) {
        guard text.utf8.count == 43 else { return nil }
        self.init(checked: text)
    }

    /// What stands before a token that a program shows, so that tools which look for leaked secrets know what they have found.
    package static let prefix = "vigilar_"

    /// As a program shows it.
    package var bearer: String { Self.prefix + text }

    /// A token that a program showed; nil for anything that cannot be one.
    package init?(bearer text: some StringProtocol) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        self.init(String(text.dropFirst(Self.prefix.count)))
    }

    private init(checked text: String) {
        self.text = text
        hash = Array(SHA256.hash(data: Data(text.utf8)))
    }
}
