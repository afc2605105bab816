package import Base

/// What became of a change of an account.
package enum AccountOutcome: Sendable, Hashable {
    case done
    case unknown
    /// Nobody would be left who may administer the whole installation.
    case lastAdministrator
}

/// What became of a link that somebody has followed.
package enum LinkOutcome: Sendable, Hashable {
    case done
    /// There is none, or it was used, or its time is over, or it was to set up an installation that has an account by now.
    case unusable
    /// Somebody else has this name.
    case nameTaken
}

/// Accounts and the links that make them. Both adapters of `EventStore` have it, and one conformance suite runs over both.
///
/// Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed nothing.
package protocol AccountStore: Sendable {
    /// All of them, by name.
    func accounts() async throws(StoreError) -> [AccountRecord]
    /// Gives an account other rights. Its open sessions have them from then on.
    func setGrants(_ grants: [Grant], of name: String) async throws(StoreError) -> AccountOutcome
    /// Gives an account another password hash, and ends its sessions.
    /// - Returns: False where its hash is another one than `old` by now: then nothing was changed.
    func changePassword(of name: String, from old: String, to hash: String) async throws(StoreError) -> Bool
    /// Takes an account away, with its sessions.
    func deleteAccount(_ name: String) async throws(StoreError) -> AccountOutcome
    /// Adds a link, and forgets those whose time is over.
    func addLink(_ link: AccountLink, at time: Timestamp) async throws(StoreError)
    /// A link that can still be used; nil where there is none, and where whoever made it is gone or administers no more.
    func link(hash: [UInt8], at time: Timestamp) async throws(StoreError) -> AccountLink?
    /// Makes the account that a link is for, and uses the link up.
    func redeem(hash: [UInt8], name: String, passwordHash: String, at time: Timestamp) async throws(StoreError) -> LinkOutcome
}
