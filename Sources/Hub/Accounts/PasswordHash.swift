private import Crypto
private import CryptoExtras
private import Foundation

/// A self-describing scrypt hash, `$scrypt$ln=15,r=8,p=3$SALT$HASH` in unpadded Base64 (the PHC string format), so that the
/// parameters can be raised later without locking anybody out.
package struct PasswordHash: Sendable, Hashable, CustomStringConvertible {
    /// Binary logarithm of scrypt's cost N.
    let logRounds: Int
    let blockSize: Int
    let parallelism: Int
    let salt: [UInt8]
    let key: [UInt8]

    /// N = 2^15, r = 8, p = 3: 32 MiB and about 0.2 s, one of the settings of OWASP's Password Storage Cheat Sheet.
    package static let standard = (logRounds: 15, blockSize: 8, parallelism: 3)

    /// Hashes a password under a new random salt. Slow on purpose: call it on a `PasswordHasher`.
    /// - Throws: `AccountError.unusable` where scrypt refuses.
    init(password: String, logRounds: Int) throws(AccountError) {
        self.logRounds = logRounds
        blockSize = Self.standard.blockSize
        parallelism = Self.standard.parallelism
        salt = unsafe SymmetricKey(size: .bits128).withUnsafeBytes { unsafe Array($0) }
        key = try Self.derive(password, salt: salt, logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
    }

    /// A hash that no password fits, its key being all zeros, and that costs as much to check as any other.
    init(unmatchableWithLogRounds logRounds: Int) {
        self.logRounds = logRounds
        blockSize = Self.standard.blockSize
        parallelism = Self.standard.parallelism
        salt = [UInt8](repeating: 0, count: 16)
        key = [UInt8](repeating: 0, count: 32)
    }

    /// Reads the text form; nil where it is malformed or its parameters lie outside what this program would spend on one sign-in.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        var values: [Substring: Int] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let number = Int(sides[1]) else { return nil }
            values[sides[0]] = number
        }
        guard let logRounds = values["ln"], (10...16).contains(logRounds), let blockSize = values["r"], (1...8).contains(blockSize),
            let parallelism = values["p"], (1...8).contains(parallelism), let salt = Self.decode(parts[3]), salt.count >= 8,
            let key = Self.decode(parts[4]), key.count == 32
        else { return nil }
        self.logRounds = logRounds
        self.blockSize = blockSize
        self.parallelism = parallelism
        self.salt = salt
        self.key = key
    }

    package var description: String {
        "$scrypt$ln=\(logRounds),r=\(blockSize),p=\(parallelism)$\(Self.encode(salt))$\(Self.encode(key))"
    }

    /// Whether a password is the one, compared in constant time. Slow on purpose, as `init(password:)`.
    func matches(_ password: String) throws(AccountError) -> Bool {
        let other = try Self.derive(password, salt: salt, logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        return zip(key, other).reduce(UInt8(key.count == other.count ? 0 : 1)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(
        _ password: String, salt: [UInt8], logRounds: Int, blockSize: Int, parallelism: Int
    ) throws(AccountError) -> [UInt8] {
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << logRounds, blockSize: blockSize,
                parallelism: parallelism, maxMemory: 96 << 20)
            return unsafe key.withUnsafeBytes { unsafe Array($0) }
        } catch {
            throw AccountError(.unusable, "the password could not be hashed: scrypt refused its parameters")
        }
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
    }

    private static func decode(_ text: Substring) -> [UInt8]? {
        Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)).map { Array($0) }
    }
}
