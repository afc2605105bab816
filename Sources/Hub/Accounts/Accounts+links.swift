package import Base

/// All accounts, and the links by which they are made.
extension Accounts {
    /// Seconds for which the link that sets an installation up can be used, one that somebody was invited by, and one that lets somebody in again.
    private static let setupLength = 3600.0
    private static let invitationLength = 7 * 86_400.0
    private static let resetLength = 86_400.0

    /// A link, and until when it can be used.
    package typealias Link = (token: SessionToken, expiresAt: Timestamp)

    /// A link by which the first administrator is set up; nil where there is an account already.
    /// - Throws: `StoreError`.
    package func setUp() async throws(StoreError) -> SessionToken? {
        guard try await store.accounts().isEmpty else { return nil }
        return try await link([Grant(.administrator)], seconds: Self.setupLength).token
    }

    /// A link by which somebody gets an account.
    /// - Throws: `StoreError`.
    package func invite(_ grants: [Grant], by account: String) async throws(StoreError) -> Link {
        try await link(grants, by: account, seconds: Self.invitationLength)
    }

    /// A link by which somebody who cannot come in any more chooses another password. Their second factor goes with the old one.
    /// - Parameter account: Who made it; nil on the hub's own machine.
    /// - Returns: Nil where there is nobody of this name.
    /// - Throws: `StoreError`.
    package func reset(_ name: String, by account: String?) async throws(StoreError) -> Link? {
        guard let record = try await store.account(named: PasswordRule.written(name)) else { return nil }
        return try await link(record.grants, to: record.name, by: account, seconds: Self.resetLength)
    }

    private func link(
        _ grants: [Grant], to name: String? = nil, by account: String? = nil, seconds: Double
    ) async throws(StoreError) -> Link {
        let (token, now) = (SessionToken(), clock.now)
        let link = AccountLink(
            hash: token.hash, grants: grants, account: name, createdBy: account, expiresAt: now.advanced(bySeconds: seconds))
        try await store.addLink(link, at: now)
        return (token, link.expiresAt)
    }

    /// What a link is for; nil where it cannot be used.
    package func link(_ token: SessionToken) async throws(StoreError) -> AccountLink? {
        try await store.link(hash: token.hash, at: clock.now)
    }

    /// Makes the account that a link is for, or gives it another password, and signs it in.
    /// - Parameter name: That somebody chose; without a say where the link is for an account that is there.
    /// - Throws: `AccountError`: `unusableLink`, `unusableName`, `unusablePassword` say what to do.
    package func redeem(
        _ token: SessionToken, name: String, password: String, from origin: SignInOrigin
    ) async throws(AccountError) -> (token: SessionToken, session: SessionRecord) {
        let found = try await stored { () throws(StoreError) in try await self.link(token) }
        guard let link = found else { throw Self.unusableLink }
        let name = link.account ?? PasswordRule.written(name)
        if link.account == nil { try await checkNew(name) }
        try PasswordRule.check(password, of: name)
        let hash = try await hash(password)
        let outcome = try await stored { () throws(StoreError) in
            try await self.store.redeem(hash: token.hash, name: name, passwordHash: hash, at: self.clock.now)
        }
        switch outcome {
        case .unusable: throw Self.unusableLink
        case .nameTaken: throw Self.nameTaken
        case .done: break
        }
        forget(name)
        await note(
            link.account == nil ? "account-made" : "account-reset", name, origin,
            link.createdBy.map { "link of \($0)" } ?? "link of the hub")
        // Rights that were changed while the link lay about are those of the account.
        let account = try await stored { () throws(StoreError) in try await self.store.account(named: name) }
        return try await open(name, account?.grants ?? [], judgedBy: hash, from: origin)
    }

    private func checkNew(_ name: String) async throws(AccountError) {
        try PasswordRule.check(name: name)
        // Two who are told apart by capitals alone are taken for one another.
        let others = try await stored { () throws(StoreError) in try await self.store.accounts() }
        if others.contains(where: { $0.name.lowercased() == name.lowercased() }) { throw Self.nameTaken }
    }

    /// All accounts, by name.
    package func all() async throws(StoreError) -> [AccountRecord] { try await store.accounts() }

    /// Gives an account other rights. They hold at once here, and within 5 s everywhere, streams included.
    package func setGrants(_ grants: [Grant], of name: String) async throws(StoreError) -> AccountOutcome {
        let outcome = try await store.setGrants(grants, of: name)
        forget(name)
        return outcome
    }

    /// Takes an account away, with its sessions and tokens.
    package func delete(_ name: String) async throws(StoreError) -> AccountOutcome {
        let outcome = try await store.deleteAccount(name)
        forget(name)
        return outcome
    }

    private static let nameTaken = AccountError(.unusableName, "Somebody else has this name already: choose another one.")

    static let unusableLink = AccountError(
        .unusableLink, "This link was used already, or its time is over. Ask for another one; the hub prints one when it starts anew.")
}
