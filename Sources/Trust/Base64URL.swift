private import Foundation

/// URL-safe Base64 without padding (RFC 4648, section 5), in its one canonical spelling.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// Nil for what is no such text.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let standard = String(text).replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/") + padding
        // The bits that the last character has to spare could say anything: only text that encodes back to itself is read, so that
        // a mistyped last character is noticed.
        guard let data = Data(base64Encoded: standard), encode(Array(data)) == text else { return nil }
        return Array(data)
    }
}
