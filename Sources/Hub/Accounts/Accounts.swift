package import Base
package import Logging
import Synchronization

/// Who may come in: accounts, passwords, sign-ins and sessions.
package final class Accounts: Sendable {
    /// Name of the administrator of `VIGILAR_ADMIN_PASSWORD`.
    package static let administrator = "admin"
    /// Seconds that a session lasts: 30 days.
    package static let sessionLength = 30.0 * 86_400

    let store: any EventStore & AccountStore
    let clock: any WallClock
    let logger: Logger
    let audit: AuditLog
    let sealing: SecretSealing
    private let hasher: PasswordHasher
    private let cache = Mutex(SessionCache())
    /// Seconds after which it is noted again that a session is used.
    private static let useInterval = 300.0

    package init(
        store: any EventStore & AccountStore, audit: AuditLog, sealing: SecretSealing, clock: any WallClock, logger: Logger,
        hasher: PasswordHasher = PasswordHasher()
    ) {
        self.store = store
        self.audit = audit
        self.sealing = sealing
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
        await audit.add(AuditEntry(at: clock.now, account: "", address: "", action: "administrator", object: record.name))
        logger.notice("the administrator's password was set", metadata: ["account": "\(Self.administrator)", "new": "\(present == nil)"])
    }

    /// Checks a password, and a code where the account has a second factor, and opens a session.
    /// - Parameter code: Of the authenticator app, or a recovery code.
    /// - Throws: `AccountError`: `wrongCredentials` alike for an unknown account and a wrong password; `codeNeeded` where the password is right and
    ///   no code came.
    package func signIn(
        name: String, password: String, code: String? = nil, from origin: SignInOrigin
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        let account = try await confirmed(name: name, password: password, from: origin)
        try await checkCode(code, of: account.name, from: origin)
        let opened = try await open(account.name, account.grants, judgedBy: account.passwordHash, from: origin)
        await note("sign-in", account.name, origin)
        return opened
    }

    /// The account whose password this is. Guessing is slowed down.
    func confirmed(name: String, password: String, from origin: SignInOrigin) async throws(AccountError) -> AccountRecord {
        let name = PasswordRule.written(name)
        guard name.utf8.count <= 256, password.utf8.count <= 1024 else { throw Self.wrong }
        let keys: [SignInThrottle.Key] = [.account(name, from: origin.address), .address(origin.address)]
        // Counted before the slow part, and taken back on success: many guesses sent at once must not share one allowance.
        try await count(keys)
        let (account, matches): (AccountRecord?, Bool)
        do throws(AccountError) {
            (account, matches) = try await judge(name: name, password: password)
        } catch {
            await takeBack(keys)
            throw error
        }
        guard let account, matches else {
            // Of names that nobody has the log keeps none: they are now and then passwords.
            await noteRefusal(account?.name ?? "", origin, account == nil ? "unknown name" : "wrong password")
            throw Self.wrong
        }
        await takeBack(keys, clearing: [keys[0]])
        return account
    }

    /// Checks the code of an account that has a second factor.
    private func checkCode(_ code: String?, of account: String, from origin: SignInOrigin) async throws(AccountError) {
        guard let factor = try await stored({ () throws(StoreError) in try await self.store.secondFactor(of: account) }) else { return }
        guard let code, !code.isEmpty else {
            throw AccountError(.codeNeeded, "The code of the authenticator app is needed as well, or a recovery code.")
        }
        let key: SignInThrottle.Key = RecoveryCode.hash(code) == nil ? .codes(account) : .recovery(account)
        try await count([key])
        guard try await uses(code, of: account, factor) else {
            await noteRefusal(account, origin, "wrong code")
            throw AccountError(.wrongCode, "The code is not right, or was used already: wait for the next one.")
        }
        await takeBack([], clearing: [key])
    }

    /// Whether a code is one of an account's second factor; it is used up then.
    private func uses(_ code: String, of account: String, _ factor: SecondFactor) async throws(AccountError) -> Bool {
        if let hash = RecoveryCode.hash(code) {
            return try await stored { () throws(StoreError) in try await self.store.useRecoveryCode(hash, of: account) }
        }
        guard let secret = sealing.open(factor.sealed, SecretSealing.context(account)) else {
            logger.error(
                "a second factor was sealed to a key that is gone: vigilar-hub account reset lets its account in again",
                metadata: ["account": "\(account)"])
            throw AccountError(.wrongCode, "This second factor cannot be read any more: use a recovery code, or have the account reset.")
        }
        let digits = code.filter { !$0.isWhitespace }
        guard let step = OneTimeCode.step(of: digits, secret, at: clock.now.secondsSince1970, after: factor.usedStep) else { return false }
        return try await stored { () throws(StoreError) in try await self.store.useStep(step, of: account) }
    }

    /// Opens a session.
    /// - Parameter passwordHash: Of the password that was judged: whoever changed it meanwhile wins.
    func open(
        _ account: String, _ grants: [Grant], judgedBy passwordHash: String, from origin: SignInOrigin
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        let (token, now) = (SessionToken(), clock.now)
        let session = SessionRecord(
            tokenHash: token.hash, account: account, grants: grants, label: origin.browser, address: origin.address, createdAt: now,
            expiresAt: now.advanced(bySeconds: Self.sessionLength))
        guard try await stored({ () throws(StoreError) in try await self.store.addSession(session, judgedBy: passwordHash) }) else {
            throw Self.wrong
        }
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
            if let session, now.seconds(since: session.usedAt) > Self.useInterval { try await store.noteUse(of: hash, at: now) }
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

    /// Asks the store itself, and not what was seen a moment ago, whether a session goes on with its rights.
    /// - Throws: `Problem`, `unauthorized`, where it does not; `StoreError`.
    func require(_ session: SessionRecord) async throws {
        guard try await store.session(tokenHash: session.tokenHash, at: clock.now)?.grants == session.grants else {
            throw Problem.unauthorized
        }
    }

    /// Ends one of an account's sessions or tokens.
    /// - Returns: False where it has none of this hash.
    /// - Throws: `StoreError`.
    @discardableResult
    package func end(_ hash: [UInt8], of account: String) async throws(StoreError) -> Bool {
        let isDone = try await store.deleteSession(tokenHash: hash, of: account)
        if isDone { cache.withLock { $0.forget(hash) } }
        return isDone
    }

    /// Ends an account's sessions, and its tokens where they are not spared.
    /// - Throws: `StoreError`.
    package func endAll(of account: String, sparing kept: [UInt8]? = nil, tokensToo: Bool) async throws(StoreError) {
        try await store.deleteSessions(of: account, sparing: kept, tokensToo: tokensToo)
        forget(account)
    }

    /// Asks the store anew about one session.
    func forget(session hash: [UInt8]) { cache.withLock { $0.forget(hash) } }

    /// Asks the store anew about an account's sessions.
    func forget(_ account: String) { cache.withLock { $0.forget(account: account) } }

    // MARK: Judging

    /// Whether the password is the account's. An unknown account takes as long as a known one.
    private func judge(name: String, password: String) async throws(AccountError) -> (AccountRecord?, Bool) {
        let account: AccountRecord?
        do { account = try await store.account(named: name) } catch { throw Self.storeError(error) }
        let hash = account.flatMap { PasswordHash($0.passwordHash) }
        return (account, try await hasher.matches(password, hash ?? hasher.nobody) && hash != nil)
    }

    /// - Throws: `AccountError`, `throttled`, where somebody has to wait.
    func count(_ keys: [SignInThrottle.Key]) async throws(AccountError) {
        let wait = try await stored { () throws(StoreError) in try await self.store.countFailure(keys, at: self.clock.now) }
        if let wait { throw AccountError(.throttled, "too many attempts: wait \(wait) s and try again", retryAfter: wait) }
    }

    /// A count that cannot be taken back costs somebody a wait, and not their sign-in.
    func takeBack(_ keys: [SignInThrottle.Key], clearing cleared: [SignInThrottle.Key] = []) async {
        try? await store.takeFailureBack(keys, clearing: cleared)
    }

    func hash(_ password: String) async throws(AccountError) -> String { try await hasher.hash(password).description }

    /// Adds a line to the audit log.
    func note(_ action: String, _ account: String, _ origin: SignInOrigin, _ detail: String = "") async {
        await audit.add(AuditEntry(at: clock.now, account: account, address: origin.address, action: action, detail: detail))
    }

    /// Adds a line about a sign-in that was refused.
    private func noteRefusal(_ account: String, _ origin: SignInOrigin, _ why: String) async {
        await audit.addOnce(
            AuditEntry(
                at: clock.now, account: account, address: origin.address, action: "sign-in", detail: why, isRefused: true))
    }

    /// What the store says, or that nobody can sign in without it.
    // Not inlined: with optimisation the compiler (6.3.1) fails where an error becomes another within what it inlines.
    @inline(never)
    func stored<Value: Sendable>(
        _ body: @Sendable () async throws(StoreError) -> Value
    ) async throws(AccountError) -> Value {
        do { return try await body() } catch { throw Self.storeError(error) }
    }

    static let wrong = AccountError(.wrongCredentials, "the name or the password is not right")

    static func storeError(_ error: StoreError) -> AccountError {
        AccountError(.store, "the event store does not answer, so nobody can sign in: \(error.message)")
    }
}
