package import Base

/// What a link lets somebody do once: choose a password, and be let in.
package struct AccountLink: Sendable, Hashable {
    /// SHA-256 of the secret in it; the secret itself is never stored.
    package var hash: [UInt8]
    /// What the account will be that it makes.
    package var grants: [Grant]
    /// Who made it; nil for the one by which the first administrator is set up.
    package var createdBy: String?
    package var expiresAt: Timestamp

    package init(hash: [UInt8], grants: [Grant], createdBy: String?, expiresAt: Timestamp) {
        self.hash = hash
        self.grants = grants
        self.createdBy = createdBy
        self.expiresAt = expiresAt
    }
}
