import Base
import Hub
import Logging
import TestSupport
import Testing

@Suite struct AccountsTests {
    private let store = MemoryStore()
    private let clock = ManualClock()

    private func accounts() -> Accounts {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return Accounts(store: store, clock: clock, logger: logger, hasher: PasswordHasher(logRounds: 10))
    }

    @Test("The administrator's password is stored as a salted hash and changed when another is given")
    func administrator() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let first = try #require(try await store.account(named: "admin"))
        #expect(first.passwordHash.hasPrefix("$scrypt$ln=10,r=8,p=3$"))
        try await accounts.ensureAdministrator(password: "first password")
        #expect(try await store.account(named: "admin") == first)
        try await accounts.ensureAdministrator(password: "second password")
        #expect(try await store.account(named: "admin") != first)
        _ = try await accounts.signIn(name: "admin", password: "second password", address: "a")
    }

    @Test("A password that is too short is refused")
    func short() async throws {
        let error = await #expect(throws: AccountError.self) { try await accounts().ensureAdministrator(password: "short") }
        #expect(error?.code == .unusable)
    }

    @Test("An unknown account and a wrong password get the same answer", arguments: ["admin", "nobody"])
    func wrong(_ name: String) async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let error = await #expect(throws: AccountError.self) { try await accounts.signIn(name: name, password: "wrong", address: "a") }
        #expect(error?.code == .wrongCredentials)
        #expect(error?.message == "the name or the password is not right")
    }

    @Test("A session is found by its token's hash until it ends")
    func session() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", address: "a")
        #expect(try await accounts.session(tokenHash: token.hash)?.account == "admin")
        try await accounts.signOut(tokenHash: token.hash)
        #expect(try await accounts.session(tokenHash: token.hash) == nil)
    }

    @Test("A session that another replica ended is gone within five seconds")
    func revoked() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", address: "a")
        try await store.deleteSession(tokenHash: token.hash)
        clock.advance(by: 5)
        #expect(try await accounts.session(tokenHash: token.hash) == nil)
    }

    @Test("Another password ends the sessions that the old one opened; the same one does not")
    func passwordChanged() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", address: "a")
        try await accounts.ensureAdministrator(password: "first password")
        #expect(try await accounts.session(tokenHash: token.hash) != nil)
        try await accounts.ensureAdministrator(password: "second password")
        #expect(try await accounts.session(tokenHash: token.hash) == nil)
        await #expect(throws: AccountError.self) { try await accounts.signIn(name: "admin", password: "first password", address: "a") }
    }

    @Test("Attempts while the store is away do not count against the account")
    func undecided() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        store.isAway = true
        for _ in 0..<30 {
            let error = await #expect(throws: AccountError.self) {
                try await accounts.signIn(name: "admin", password: "first password", address: "a")
            }
            #expect(error?.code == .store)
        }
        store.isAway = false
        _ = try await accounts.signIn(name: "admin", password: "first password", address: "a")
    }

    @Test("Who was signed in stays so while the store is away")
    func storeAway() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", address: "a")
        store.isAway = true
        clock.advance(by: 60)
        #expect(try await accounts.session(tokenHash: token.hash)?.account == "admin")
        await #expect(throws: StoreError.self) { try await accounts.session(tokenHash: SessionToken().hash) }
    }
}
