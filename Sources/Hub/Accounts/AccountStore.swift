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
    /// Gives an account another password hash. Its sessions and tokens end, and links that it made, or that were made for it, are gone.
    /// - Parameter needsFactor: Whether the password is enough beside a second factor alone.
    /// - Returns: False where its hash is another one than `old` by now, or it has no second factor that it needs: then nothing was changed.
    func changePassword(of name: String, from old: String, to hash: String, needsFactor: Bool) async throws(StoreError) -> Bool
    /// Takes an account away, with its sessions and tokens, and with the links that it made or that were made for it.
    func deleteAccount(_ name: String) async throws(StoreError) -> AccountOutcome
    /// Adds a link, and forgets those whose time is over.
    func addLink(_ link: AccountLink, at time: Timestamp) async throws(StoreError)
    /// A link that can still be used; nil where there is none, and where whoever made it is gone or administers no more.
    func link(hash: [UInt8], at time: Timestamp) async throws(StoreError) -> AccountLink?
    /// Makes the account that a link is for, and uses the link up. Where it is for an account that is there, that one gets the password, loses its
    /// second factor, and its sessions and tokens end.
    /// - Parameter name: Of the account; that of the link where it has one.
    func redeem(hash: [UInt8], name: String, passwordHash: String, at time: Timestamp) async throws(StoreError) -> LinkOutcome

    // MARK: Sessions and tokens

    /// - Parameters:
    ///   - session: Its `tokenHash` is a SHA-256; the token itself is never stored.
    ///   - passwordHash: That of the account, as it was when the password was judged; nil where no password was asked for.
    /// - Returns: False where the account is gone, or has another password by now: then nothing was added.
    func addSession(_ session: SessionRecord, judgedBy passwordHash: String?) async throws(StoreError) -> Bool
    /// A session, a token or a screen; nil where there is none or it has expired.
    func session(tokenHash: [UInt8], at time: Timestamp) async throws(StoreError) -> SessionRecord?
    /// Those of an account that have not expired, newest first.
    func sessions(of account: String, at time: Timestamp) async throws(StoreError) -> [SessionRecord]
    /// Notes when one was used.
    func noteUse(of tokenHash: [UInt8], at time: Timestamp) async throws(StoreError)
    /// Ends one of an account's.
    /// - Returns: False where the account has none of this hash.
    func deleteSession(tokenHash: [UInt8], of account: String) async throws(StoreError) -> Bool
    /// Ends all of an account's, tokens as well where they are not spared.
    /// - Parameter kept: Of one that goes on.
    func deleteSessions(of account: String, sparing kept: [UInt8]?, tokensToo: Bool) async throws(StoreError)

    // MARK: Second factor

    /// Nil where the account has none.
    func secondFactor(of account: String) async throws(StoreError) -> SecondFactor?
    /// Gives an account a second factor in place of its own, or takes it away.
    /// - Parameter passwordHash: That of the account, as it was when the password was judged.
    /// - Returns: False where it is another one by now: then nothing was changed.
    func setSecondFactor(
        _ factor: SecondFactor?, of account: String, judgedBy passwordHash: String
    ) async throws(StoreError) -> Bool
    /// Notes that a code was used.
    /// - Returns: False where one of this step or of a later one was used already.
    func useStep(_ step: Int64, of account: String) async throws(StoreError) -> Bool
    /// Takes a recovery code away.
    /// - Returns: False where there is none of this hash.
    func useRecoveryCode(_ hash: String, of account: String) async throws(StoreError) -> Bool

    // MARK: Guessing

    /// Counts a failure for each key, unless one of them has to wait; then none is counted.
    /// - Returns: Whole seconds to wait; nil where it was counted.
    func countFailure(_ keys: [SignInThrottle.Key], at time: Timestamp) async throws(StoreError) -> Int?
    /// Takes one failure back of each of `keys`, and all of `cleared`.
    func takeFailureBack(_ keys: [SignInThrottle.Key], clearing cleared: [SignInThrottle.Key]) async throws(StoreError)
}

extension AccountStore {
    /// For what asks for no password.
    func addSession(_ session: SessionRecord) async throws(StoreError) -> Bool { try await addSession(session, judgedBy: nil) }
}
