import Base
private import Trust

/// What people do with their own account.
extension Accounts {
    /// Gives somebody another password, ends all their sessions and tokens, and opens a session.
    /// - Throws: `AccountError`: `wrongPassword` where the present password is not that.
    package func changePassword(
        of name: String, from present: String, to password: String, from origin: SignInOrigin
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        let account = try await own(name, present, origin)
        try PasswordRule.check(password, of: name, hasSecondFactor: try await hasSecondFactor(name))
        let hash = try await hash(password)
        // Whoever was removed meanwhile stays so, and rights that were changed stay as they are.
        let isChanged = try await stored { () throws(StoreError) in
            try await self.store.changePassword(
                of: name, from: account.passwordHash, to: hash, needsFactor: password.count < PasswordRule.leastCharacters)
        }
        guard isChanged else { throw Self.changedMeanwhile }
        forget(name)
        return try await open(name, account.grants, judgedBy: hash, from: origin)
    }

    /// Whoever has somebody's browser for a moment must not take their account over: changes of it ask for the password once more.
    private func own(_ name: String, _ password: String, _ origin: SignInOrigin) async throws(AccountError) -> AccountRecord {
        do throws(AccountError) { return try await confirmed(name: name, password: password, from: origin) } catch {
            // They are signed in, which an answer that their sign-in is refused would deny.
            guard error.code == .wrongCredentials else { throw error }
            throw AccountError(.wrongPassword, "The present password is not right.")
        }
    }

    // MARK: Second factor

    package func hasSecondFactor(_ account: String) async throws(AccountError) -> Bool { try await recoveryCodesLeft(account) != nil }

    /// Nil where the account has no second factor.
    package func recoveryCodesLeft(_ account: String) async throws(AccountError) -> Int? {
        try await stored { () throws(StoreError) in try await self.store.secondFactor(of: account) }?.recovery.count
    }

    /// Gives somebody a second factor, in place of one that they have.
    /// - Parameters:
    ///   - secret: That their phone has.
    ///   - code: That it shows: proof that it does.
    /// - Returns: Recovery codes, which are told this once.
    /// - Throws: `AccountError`: `wrongPassword`, `wrongCode`.
    package func addSecondFactor(
        _ secret: [UInt8], code: String, of name: String, password: String, from origin: SignInOrigin
    ) async throws(AccountError) -> [String] {
        let account = try await own(name, password, origin)
        let digits = code.filter { !$0.isWhitespace }
        guard let step = OneTimeCode.step(of: digits, secret, at: clock.now.secondsSince1970, after: 0) else {
            throw AccountError(.wrongCode, "The code is not the one that this secret makes now: look whether the phone's clock is right.")
        }
        let codes = RecoveryCode.make()
        guard let sealed = try? sealing.seal(secret, SecretSealing.context(name)) else {
            throw AccountError(.unusable, "The hub's key cannot seal the secret: look at the hub's log.")
        }
        let factor = SecondFactor(sealed: sealed, usedStep: step, recovery: codes.compactMap(RecoveryCode.hash))
        try await set(factor, of: account)
        return codes
    }

    /// Takes somebody's second factor away.
    /// - Throws: `AccountError`: `wrongPassword`; `unusablePassword` where the password is too short to be enough by itself.
    package func removeSecondFactor(of name: String, password: String, from origin: SignInOrigin) async throws(AccountError) {
        let account = try await own(name, password, origin)
        try PasswordRule.check(password, of: name)
        try await set(nil, of: account)
    }

    private func set(_ factor: SecondFactor?, of account: AccountRecord) async throws(AccountError) {
        let isSet = try await stored { () throws(StoreError) in
            try await self.store.setSecondFactor(factor, of: account.name, judgedBy: account.passwordHash)
        }
        guard isSet else { throw Self.changedMeanwhile }
    }

    private static let changedMeanwhile = AccountError(.wrongPassword, "The account was changed at the same moment: try again.")

    // MARK: Sessions and tokens

    /// Open sessions and tokens of an account, newest first.
    package func sessions(of account: String) async throws(StoreError) -> [SessionRecord] {
        try await store.sessions(of: account, at: clock.now)
    }

    /// Tokens that one account may have.
    private static let tokenLimit = 50

    /// Makes a token by which a program asks in somebody's name.
    /// - Parameters:
    ///   - limits: What it may do of what its account may; nil for all of it.
    ///   - days: For which it is good.
    /// - Returns: Nil where the account has as many as it may, or is gone.
    /// - Throws: `StoreError`.
    package func addToken(
        named label: String, limits: [Grant]?, days: Int, of account: String, from origin: SignInOrigin
    ) async throws(StoreError) -> (token: SessionToken, session: SessionRecord)? {
        let now = clock.now
        guard let record = try await store.account(named: account),
            try await store.sessions(of: account, at: now).filter({ $0.kind == .token }).count < Self.tokenLimit
        else { return nil }
        let token = SessionToken()
        let session = SessionRecord(
            tokenHash: token.hash, kind: .token, account: account, grants: record.grants, limits: limits, label: label,
            address: origin.address, createdAt: now, expiresAt: now.advanced(bySeconds: 86_400 * Double(days)))
        return try await store.addSession(session) ? (token, session) : nil
    }
}
