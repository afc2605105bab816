package import Base

/// What lets a node of this name join once.
package struct InvitationRecord: Sendable, Hashable {
    /// SHA-256 of the secret, which itself is never stored.
    package var secretHash: [UInt8]
    package var site: String
    package var node: String
    package var createdAt: Timestamp
    /// From this moment on it is of no use.
    package var expiresAt: Timestamp

    package init(secretHash: [UInt8], site: String, node: String, createdAt: Timestamp, expiresAt: Timestamp) {
        self.secretHash = secretHash
        self.site = site
        self.node = node
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
