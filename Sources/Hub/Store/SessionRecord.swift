package import Base

/// An open sign-in.
package struct SessionRecord: Sendable, Hashable {
    package var tokenHash: [UInt8]
    package var account: String
    /// What the account may do, as the store had it when the session was read.
    package var grants: [Grant]
    package var createdAt: Timestamp
    package var expiresAt: Timestamp

    package init(tokenHash: [UInt8], account: String, grants: [Grant], createdAt: Timestamp, expiresAt: Timestamp) {
        self.tokenHash = tokenHash
        self.account = account
        self.grants = grants
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
