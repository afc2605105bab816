/// Somebody who may sign in.
package struct AccountRecord: Sendable, Hashable {
    package var name: String
    /// What they may do, and where; empty for nothing.
    package var grants: [Grant]
    /// A self-describing scrypt hash.
    package var passwordHash: String

    package init(name: String, grants: [Grant], passwordHash: String) {
        self.name = name
        self.grants = grants
        self.passwordHash = passwordHash
    }
}
