package import Base

/// What a link lets somebody do once: choose a password, and be let in.
package struct AccountLink: Sendable, Hashable {
    /// SHA-256 of the secret in it; the secret itself is never stored.
    package var hash: [UInt8]
    /// What the account will be that it makes.
    package var grants: [Grant]
    /// An account that is there, which gets another password and loses its second factor; nil where the link makes one.
    package var account: String?
    /// Who made it; nil for the one by which the first administrator is set up, and for one that was made on the hub's own machine.
    package var createdBy: String?
    package var expiresAt: Timestamp

    package init(hash: [UInt8], grants: [Grant], account: String? = nil, createdBy: String?, expiresAt: Timestamp) {
        self.hash = hash
        self.grants = grants
        self.account = account
        self.createdBy = createdBy
        self.expiresAt = expiresAt
    }
}
