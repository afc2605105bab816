package import Base

package struct SessionRecord: Sendable, Hashable {
    package var tokenHash: [UInt8]
    package var account: String
    package var role: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp

    package init(tokenHash: [UInt8], account: String, role: String, createdAt: Timestamp, expiresAt: Timestamp) {
        self.tokenHash = tokenHash
        self.account = account
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
