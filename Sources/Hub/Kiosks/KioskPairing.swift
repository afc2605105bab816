package import Base

/// A code that a screen shows until an administrator has approved it. Of code and secret the store has hashes.
package struct KioskPairing: Sendable, Hashable {
    /// Of the secret that the screen alone has, by which it asks what became of its code.
    package var secretHash: [UInt8]
    /// Of the code that everybody before the screen sees. It says which screen is meant, and opens nothing.
    package var codeHash: [UInt8]
    package var expiresAt: Timestamp
    /// SHA-256 by which codes that one network asked for are told from those of others.
    package var networkHash: [UInt8]

    /// Seconds for which a code can be approved and fetched.
    static let length = 600.0
    /// Codes that are open at once. Beyond that networks lose theirs that have the most: one alone cannot push out those of others.
    static let limit = 100

    package init(secretHash: [UInt8], codeHash: [UInt8], expiresAt: Timestamp, networkHash: [UInt8]) {
        self.secretHash = secretHash
        self.codeHash = codeHash
        self.expiresAt = expiresAt
        self.networkHash = networkHash
    }
}
