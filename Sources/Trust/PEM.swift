private import SwiftASN1

/// The text form of certificates, requests and lists (RFC 7468), bounded.
enum PEM {
    /// The longest text that is read, in bytes. A certificate with fifty names has some 4 KiB.
    static let limit = 64 << 10

    static func encode(_ type: String, _ der: [UInt8]) -> String {
        // Files of several documents are made by appending one to another, so each ends its last line.
        PEMDocument(type: type, derBytes: der).pemString + "\n"
    }

    /// - Parameters:
    ///   - type: What follows `BEGIN`.
    ///   - what: The thing's name in an error.
    ///   - limit: The longest text in bytes.
    static func decode(_ text: String, type: String, what: String, limit: Int = limit) throws(TrustError) -> [UInt8] {
        guard text.utf8.count <= limit else { throw TrustError(.malformed, "the \(what) is longer than \(limit) bytes: it is not one") }
        let document = try TrustError.wrapping(
            .malformed, "the \(what) is not one PEM document: it must begin with -----BEGIN \(type)----- and be whole"
        ) { try PEMDocument(pemString: text) }
        guard document.discriminator == type else {
            throw TrustError(.malformed, "the \(what) is a PEM document of another kind: it must begin with -----BEGIN \(type)-----")
        }
        return document.derBytes
    }
}
