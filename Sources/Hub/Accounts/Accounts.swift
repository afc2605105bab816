package import Base
package import Logging
private import Synchronization

/// Who may come in: accounts, passwords, sign-ins and sessions.
package final class Accounts: Sendable {
    /// Name of the administrator of `VIGILAR_ADMIN_PASSWORD`.
    package static let administrator = "admin"
    /// Seconds that a session lasts: 30 days.
    package static let sessionLength = 30.0 * 86_400

    private let store: any EventStore & AccountStore
    private let clock: any WallClock
    private let logger: Logger
    private let hasher: PasswordHasher
    private let throttle = Mutex(SignInThrottle())
    private let cache = Mutex(SessionCache())

    package init(store: any EventStore & AccountStore, clock: any WallClock, logger: Logger, hasher: PasswordHasher = PasswordHasher()) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.hasher = hasher
    }

    /// Makes the first administrator, or gives it this password where it has another one; its sessions of the old one then end.
    /// - Parameter password: Of `VIGILAR_ADMIN_PASSWORD`. There is no default.
    /// - Throws: `AccountError`.
    package func ensureAdministrator(password: String) async throws(AccountError) {
        guard password.utf8.count >= 8, password.utf8.count <= 1024 else {
            throw AccountError(
                .unusable, "the administrator's password must have 8 to 1024 bytes: set VIGILAR_ADMIN_PASSWORD to a longer one")
        }
        let present: AccountRecord?
        do { present = try await store.account(named: Self.administrator) } catch { throw Self.storeError(error) }
        if let present, let hash = PasswordHash(present.passwordHash), try await hasher.matches(password, hash) { return }
        let hash = try await hasher.hash(password)
        let record = AccountRecord(name: Self.administrator, grants: [Grant(.administrator)], passwordHash: hash.description)
        do { try await store.upsertAccount(record) } catch { throw Self.storeError(error) }
        cache.withLock { $0.forget(account: record.name) }
        logger.notice("the administrator's password was set", metadata: ["account": "\(Self.administrator)", "new": "\(present == nil)"])
    }

    /// Checks a password and opens a session.
    /// - Parameter address: The peer's IP address, for the throttle.
    /// - Throws: `AccountError`: `wrongCredentials` alike for an unknown account and a wrong password.
    package func signIn(
        name: String, password: String, address: String
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        let (name, now) = (PasswordRule.written(name), clock.now)
        if let wait = throttle.withLock({ $0.wait(account: name, address: address, now: now) }) {
            throw AccountError(.throttled, "too many attempts: wait \(wait) s and try again", retryAfter: wait)
        }
        guard name.utf8.count <= 256, password.utf8.count <= 1024 else { throw failed(name: name, address: address) }
        // Counted before the slow part, and taken back on success: many guesses sent at once must not share one allowance.
        throttle.withLock { $0.failed(account: name, address: address, now: now) }
        let (account, matches): (AccountRecord?, Bool)
        do throws(AccountError) {
            (account, matches) = try await judge(name: name, password: password)
        } catch {
            throttle.withLock { $0.undecided(account: name, address: address) }
            throw error
        }
        guard let account, matches else {
            logger.warning("a sign-in was refused", metadata: ["account": "\(name.prefix(64))", "address": "\(address)"])
            throw Self.wrong
        }
        throttle.withLock { $0.succeeded(account: name, address: address) }
        let opened = try await open(account.name, account.grants)
        logger.info("signed in", metadata: ["account": "\(account.name)", "address": "\(address)"])
        return opened
    }

    private func open(
        _ account: String, _ grants: [Grant]
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        let (token, now) = (SessionToken(), clock.now)
        let session = SessionRecord(
            tokenHash: token.hash, account: account, grants: grants, createdAt: now, expiresAt: now.advanced(bySeconds: Self.sessionLength))
        do { try await store.addSession(session) } catch { throw Self.storeError(error) }
        cache.withLock { $0.keep(session, uptime: clock.uptime) }
        return (token, session)
    }

    /// The session of a token's hash; nil where there is none, or where it has ended.
    /// - Throws: `StoreError` when the store does not answer and the session was not seen lately.
    package func session(tokenHash hash: [UInt8]) async throws(StoreError) -> SessionRecord? {
        let now = clock.now
        let uptime = clock.uptime
        if let fresh = cache.withLock({ $0.session(hash, within: SessionCache.freshness, now: now, uptime: uptime) }) { return fresh }
        do {
            let session = try await store.session(tokenHash: hash, at: now)
            cache.withLock { cache in
                if let session { cache.keep(session, uptime: uptime) } else { cache.forget(hash) }
            }
            return session
        } catch {
            if let kept = cache.withLock({ $0.session(hash, within: SessionCache.grace, now: now, uptime: uptime) }) { return kept }
            throw error
        }
    }

    /// Whether a session goes on with the rights that it had. Where the store does not answer it does.
    package func goesOn(_ session: SessionRecord) async -> Bool {
        do { return try await self.session(tokenHash: session.tokenHash)?.grants == session.grants } catch { return true }
    }

    /// Ends a session.
    /// - Throws: `StoreError`.
    package func signOut(tokenHash hash: [UInt8]) async throws(StoreError) {
        try await store.deleteSession(tokenHash: hash)
        cache.withLock { $0.forget(hash) }
    }

    // MARK: Accounts

    /// Seconds for which the link that sets an installation up can be used, and one that somebody was invited by.
    private static let setupLength = 3600.0
    private static let invitationLength = 7 * 86_400.0

    /// A link by which the first administrator is set up; nil where there is an account already.
    /// - Throws: `StoreError`.
    package func setUp() async throws(StoreError) -> SessionToken? {
        guard try await store.accounts().isEmpty else { return nil }
        return try await link([Grant(.administrator)], by: nil, seconds: Self.setupLength).token
    }

    /// A link by which somebody gets an account.
    /// - Throws: `StoreError`.
    package func invite(_ grants: [Grant], by account: String) async throws(StoreError) -> (token: SessionToken, expiresAt: Timestamp) {
        let link = try await link(grants, by: account, seconds: Self.invitationLength)
        logger.notice("somebody was invited", metadata: ["by": "\(account)"])
        return link
    }

    private func link(
        _ grants: [Grant], by account: String?, seconds: Double
    ) async throws(StoreError) -> (token: SessionToken, expiresAt: Timestamp) {
        let (token, now) = (SessionToken(), clock.now)
        let link = AccountLink(hash: token.hash, grants: grants, createdBy: account, expiresAt: now.advanced(bySeconds: seconds))
        try await store.addLink(link, at: now)
        return (token, link.expiresAt)
    }

    /// Whether a link can still be used.
    package func isUsable(_ token: SessionToken) async throws(StoreError) -> Bool {
        try await store.link(hash: token.hash, at: clock.now) != nil
    }

    /// Makes the account that a link is for, and signs it in.
    /// - Throws: `AccountError`: `unusableLink`, `unusableName`, `unusablePassword` say what to do.
    package func redeem(
        _ token: SessionToken, name: String, password: String, address: String
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        let found: AccountLink?
        do { found = try await store.link(hash: token.hash, at: clock.now) } catch { throw Self.storeError(error) }
        guard let link = found else { throw Self.unusableLink }
        let name = PasswordRule.written(name)
        try PasswordRule.check(name: name)
        try PasswordRule.check(password, of: name)
        // Two who are told apart by capitals alone are taken for one another.
        let others: [AccountRecord]
        do { others = try await store.accounts() } catch { throw Self.storeError(error) }
        if others.contains(where: { $0.name.lowercased() == name.lowercased() }) { throw Self.nameTaken }
        let hash = try await hasher.hash(password)
        let outcome: LinkOutcome
        do { outcome = try await store.redeem(hash: token.hash, name: name, passwordHash: hash.description, at: clock.now) } catch {
            throw Self.storeError(error)
        }
        switch outcome {
        case .unusable: throw Self.unusableLink
        case .nameTaken: throw Self.nameTaken
        case .done: break
        }
        logger.notice("an account was made", metadata: ["account": "\(name)", "address": "\(address)"])
        return try await open(name, link.grants)
    }

    /// Gives somebody another password, ends all their sessions, and opens one.
    /// - Throws: `AccountError`: `wrongCredentials` where the present password is not that.
    package func changePassword(
        of name: String, from present: String, to password: String, address: String
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        // As a sign-in, so that guessing is slowed down here, too.
        let (old, _) = try await signIn(name: name, password: present, address: address)
        do { try await signOut(tokenHash: old.hash) } catch { throw Self.storeError(error) }
        try PasswordRule.check(password, of: name)
        let hash = try await hasher.hash(password)
        let (account, isChanged): (AccountRecord?, Bool)
        do throws(StoreError) {
            account = try await store.account(named: name)
            // Whoever was removed meanwhile stays so, and rights that were changed stay as they are.
            isChanged = try await store.changePassword(of: name, from: account?.passwordHash ?? "", to: hash.description)
        } catch { throw Self.storeError(error) }
        guard let account, isChanged else { throw Self.wrong }
        cache.withLock { $0.forget(account: name) }
        logger.notice("a password was changed", metadata: ["account": "\(name)"])
        return try await open(name, account.grants)
    }

    /// All accounts, by name.
    package func all() async throws(StoreError) -> [AccountRecord] { try await store.accounts() }

    /// Gives an account other rights. They hold at once here, and within 5 s everywhere, streams included.
    package func setGrants(_ grants: [Grant], of name: String, by account: String) async throws(StoreError) -> AccountOutcome {
        let outcome = try await store.setGrants(grants, of: name)
        cache.withLock { $0.forget(account: name) }
        if outcome == .done { logger.notice("an account's rights were changed", metadata: ["account": "\(name)", "by": "\(account)"]) }
        return outcome
    }

    /// Takes an account away, with its sessions.
    package func delete(_ name: String, by account: String) async throws(StoreError) -> AccountOutcome {
        let outcome = try await store.deleteAccount(name)
        cache.withLock { $0.forget(account: name) }
        if outcome == .done { logger.notice("an account was removed", metadata: ["account": "\(name)", "by": "\(account)"]) }
        return outcome
    }

    private static let nameTaken = AccountError(.unusableName, "Somebody else has this name already: choose another one.")

    static let unusableLink = AccountError(
        .unusableLink, "This link was used already, or its time is over. Ask for another one; the hub prints one when it starts anew.")

    // MARK: Judging

    /// Whether the password is the account's. An unknown account takes as long as a known one.
    private func judge(name: String, password: String) async throws(AccountError) -> (AccountRecord?, Bool) {
        let account: AccountRecord?
        do { account = try await store.account(named: name) } catch { throw Self.storeError(error) }
        let hash = account.flatMap { PasswordHash($0.passwordHash) }
        return (account, try await hasher.matches(password, hash ?? hasher.nobody) && hash != nil)
    }

    private func failed(name: String, address: String) -> AccountError {
        throttle.withLock { $0.failed(account: String(name.prefix(256)), address: address, now: clock.now) }
        return Self.wrong
    }

    private static let wrong = AccountError(.wrongCredentials, "the name or the password is not right")

    private static func storeError(_ error: StoreError) -> AccountError {
        AccountError(.store, "the event store does not answer, so nobody can sign in: \(error.message)")
    }
}
