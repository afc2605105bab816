private import Crypto
private import Foundation

/// The code that a screen shows: `XXXX-XXXX`, of letters and digits that are not taken for one another.
package struct KioskCode: Sendable {
    private static let letters = Array("ABCDEFGHJKMNPQRSTUVWXYZ23456789")
    private static let length = 8

    /// As it is shown.
    package let text: String
    /// SHA-256 of the letters.
    package let hash: [UInt8]

    /// A new one.
    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(letters: (0..<Self.length).map { _ in Self.letters[Int.random(in: 0..<Self.letters.count, using: &generator)] })
    }

    /// One that somebody typed; blanks, dashes and capitals do not count. Nil for what cannot be one.
    package init?(_ typed: String) {
        let letters = typed.uppercased().filter { $0 != "-" && !$0.isWhitespace }
        guard letters.count == Self.length, letters.allSatisfy(Self.letters.contains) else { return nil }
        self.init(letters: Array(letters))
    }

    private init(letters: [Character]) {
        text = String(letters.prefix(Self.length / 2)) + "-" + String(letters.suffix(Self.length / 2))
        hash = Array(SHA256.hash(data: Data(String(letters).utf8)))
    }
}
