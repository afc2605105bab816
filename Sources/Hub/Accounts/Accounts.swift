package import Base
package import Logging
private import Synchronization

/// Who may come in: passwords, sign-ins and sessions. One administrator for now; an account carries a role, so that more can follow.
package final class Accounts: Sendable {
    /// Name of the first administrator.
    package static let administrator = "admin"
    /// Role of the first administrator.
    package static let administratorRole = "administrator"
    /// Seconds that a session lasts: 30 days.
    package static let sessionLength = 30.0 * 86_400

    private let store: any EventStore
    private let clock: any WallClock
    private let logger: Logger
    private let hasher: PasswordHasher
    private let throttle = Mutex(SignInThrottle())
    private let cache = Mutex(SessionCache())

    package init(store: any EventStore, clock: any WallClock, logger: Logger, hasher: PasswordHasher = PasswordHasher()) {
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
        let record = AccountRecord(name: Self.administrator, role: Self.administratorRole, passwordHash: hash.description)
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
        let now = clock.now
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
        let token = SessionToken()
        let session = SessionRecord(
            tokenHash: token.hash, account: account.name, role: account.role, createdAt: now,
            expiresAt: now.advanced(bySeconds: Self.sessionLength))
        do { try await store.addSession(session) } catch { throw Self.storeError(error) }
        cache.withLock { $0.keep(session, uptime: clock.uptime) }
        logger.info("signed in", metadata: ["account": "\(account.name)", "address": "\(address)"])
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

    /// Ends a session.
    /// - Throws: `StoreError`.
    package func signOut(tokenHash hash: [UInt8]) async throws(StoreError) {
        try await store.deleteSession(tokenHash: hash)
        cache.withLock { $0.forget(hash) }
    }

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
