package struct AccountRecord: Sendable, Hashable {
    package var name: String
    /// `administrator`; further roles come with the accounts page.
    package var role: String
    /// A self-describing scrypt hash.
    package var passwordHash: String

    package init(name: String, role: String, passwordHash: String) {
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
    }
}
