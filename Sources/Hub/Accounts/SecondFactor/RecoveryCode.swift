private import Crypto
private import Foundation
private import Trust

/// Codes on paper for whoever has lost their phone. Each is good once.
package enum RecoveryCode {
    /// How many are given out at once.
    package static let count = 10
    /// No letters that are taken for one another.
    private static let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
    private static let length = 16

    /// New ones, as people write them down: four groups of four.
    static func make() -> [String] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in
            let all = (0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] }
            return stride(from: 0, to: length, by: 4).map { String(all[$0..<$0 + 4]) }.joined(separator: "-")
        }
    }

    /// What the store keeps of one: with almost 80 random bits nobody finds the code by trying. Blanks, dashes and capitals do not count.
    /// - Returns: SHA-256 as text; nil for what cannot be one.
    static func hash(_ typed: String) -> String? {
        let code = typed.lowercased().filter { $0 != "-" && !$0.isWhitespace }
        guard code.count == length, code.allSatisfy(letters.contains) else { return nil }
        return Hexadecimal.encode(SHA256.hash(data: Data(code.utf8)))
    }
}
