import Base
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing
import Trust

@testable import Hub

@Suite struct AccountsTests {
    private let store = MemoryStore()
    private let clock = ManualClock()

    private func accounts() -> Accounts {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        // Sealed with a key that is written into the box: what is sealed and for whom is the stores' and the fixtures' business.
        let sealing = SecretSealing(seal: { $1 + $0 }, open: { $0.starts(with: $1) ? Array($0.dropFirst($1.count)) : nil })
        return Accounts(
            store: store, audit: AuditLog(store: store, clock: clock, metrics: Metrics(), logger: logger), sealing: sealing, clock: clock,
            logger: logger, hasher: PasswordHasher(logRounds: 10))
    }

    private static let origin = SignInOrigin(address: "192.0.2.1", browser: "Firefox")
    private static let password = "violet anchor seven lamps"

    private func errorCode(_ body: () async throws(AccountError) -> Void) async -> AccountError.Code? {
        do throws(AccountError) { try await body() } catch { return error.code }
        return nil
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
        _ = try await accounts.signIn(name: "admin", password: "second password", from: Self.origin)
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
        let error = await #expect(throws: AccountError.self) { try await accounts.signIn(name: name, password: "wrong", from: Self.origin) }
        #expect(error?.code == .wrongCredentials)
        #expect(error?.message == "the name or the password is not right")
    }

    @Test("A session is found by its token's hash until it ends")
    func session() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", from: Self.origin)
        #expect(try await accounts.session(tokenHash: token.hash)?.account == "admin")
        #expect(try await accounts.end(token.hash, of: "admin"))
        #expect(try await accounts.session(tokenHash: token.hash) == nil)
    }

    @Test("A session that another replica ended is gone within five seconds")
    func revoked() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", from: Self.origin)
        #expect(try await store.deleteSession(tokenHash: token.hash, of: "admin"))
        clock.advance(by: 5)
        #expect(try await accounts.session(tokenHash: token.hash) == nil)
    }

    @Test("Another password ends the sessions that the old one opened; the same one does not")
    func passwordChanged() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", from: Self.origin)
        try await accounts.ensureAdministrator(password: "first password")
        #expect(try await accounts.session(tokenHash: token.hash) != nil)
        try await accounts.ensureAdministrator(password: "second password")
        #expect(try await accounts.session(tokenHash: token.hash) == nil)
        await #expect(throws: AccountError.self) { try await accounts.signIn(name: "admin", password: "first password", from: Self.origin) }
    }

    @Test("Attempts while the store is away do not count against the account")
    func undecided() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        store.isAway = true
        for _ in 0..<30 {
            let error = await #expect(throws: AccountError.self) {
                try await accounts.signIn(name: "admin", password: "first password", from: Self.origin)
            }
            #expect(error?.code == .store)
        }
        store.isAway = false
        _ = try await accounts.signIn(name: "admin", password: "first password", from: Self.origin)
    }

    @Test("Who was signed in stays so while the store is away")
    func storeAway() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: "first password")
        let (token, _) = try await accounts.signIn(name: "admin", password: "first password", from: Self.origin)
        store.isAway = true
        clock.advance(by: 60)
        #expect(try await accounts.session(tokenHash: token.hash)?.account == "admin")
        await #expect(throws: StoreError.self) { try await accounts.session(tokenHash: SessionToken().hash) }
    }

    // MARK: Second factor

    private func code(_ secret: [UInt8], _ steps: Int64 = 0) -> String {
        OneTimeCode.code(secret, step: Int64(clock.now.secondsSince1970) / 30 + steps)
    }

    /// An account with a second factor, and its recovery codes.
    private func secured(_ accounts: Accounts) async throws -> (secret: [UInt8], recovery: [String]) {
        try await accounts.ensureAdministrator(password: Self.password)
        let secret = [UInt8](1...20)
        let recovery = try await accounts.addSecondFactor(
            secret, code: code(secret), of: "admin", password: Self.password, from: Self.origin)
        clock.advance(by: 60)
        return (secret, recovery)
    }

    @Test func `With a second factor nobody comes in by the password alone, and no code is good twice`() async throws {
        let accounts = accounts()
        let (secret, recovery) = try await secured(accounts)
        func signIn(_ code: String?, _ password: String = Self.password) async -> AccountError.Code? {
            await errorCode { () throws(AccountError) in
                _ = try await accounts.signIn(name: "admin", password: password, code: code, from: Self.origin)
            }
        }
        #expect(await signIn(nil) == .codeNeeded)
        #expect(await signIn("") == .codeNeeded)
        // Whether a code is needed is not told to who does not know the password.
        #expect(await signIn(nil, "wrong") == .wrongCredentials)
        #expect(await signIn(code(secret), "wrong") == .wrongCredentials)
        #expect(await signIn("000000") == .wrongCode)
        for steps in [Int64(2), -2] { #expect(await signIn(code(secret, steps)) == .wrongCode) }
        #expect(await signIn(code(secret, -1)) == nil)
        #expect(await signIn(code(secret)) == nil)
        for steps in [Int64(0), -1] { #expect(await signIn(code(secret, steps)) == .wrongCode) }
        #expect(recovery.count == 10 && Set(recovery).count == 10)
        #expect(await signIn(recovery[3].uppercased().replacing("-", with: " ")) == nil)
        #expect(await signIn(recovery[3]) == .wrongCode)
        #expect(try await accounts.recoveryCodesLeft("admin") == 9)
        // The store keeps neither codes nor the secret as it is.
        let factor = try #require(try await store.secondFactor(of: "admin"))
        #expect(!factor.recovery.contains { recovery.contains($0) } && factor.sealed != secret)
    }

    @Test func `Guessing codes is slowed down from wherever it comes`() async throws {
        let accounts = accounts()
        let (secret, _) = try await secured(accounts)
        func signIn(_ code: String, _ address: String) async -> AccountError.Code? {
            await errorCode { () throws(AccountError) in
                _ = try await accounts.signIn(
                    name: "admin", password: Self.password, code: code, from: SignInOrigin(address: address))
            }
        }
        for number in 0..<10 { #expect(await signIn("000000", "192.0.2.\(number)") == .wrongCode) }
        #expect(await signIn(code(secret), "198.51.100.1") == .throttled)
        clock.advance(by: 2)
        #expect(await signIn(code(secret, 1), "198.51.100.1") == nil)
        for _ in 0..<9 { #expect(await signIn("000000", "192.0.2.1") == .wrongCode) }
    }

    @Test func `A second factor comes and goes with the password alone, and lets it be shorter`() async throws {
        let accounts = accounts()
        let (secret, _) = try await secured(accounts)
        func change(_ present: String, _ password: String) async -> AccountError.Code? {
            await errorCode { () throws(AccountError) in
                _ = try await accounts.changePassword(of: "admin", from: present, to: password, from: Self.origin)
            }
        }
        func remove(_ password: String) async -> AccountError.Code? {
            await errorCode { () throws(AccountError) in
                try await accounts.removeSecondFactor(of: "admin", password: password, from: Self.origin)
            }
        }
        func add(_ code: String, _ password: String) async -> AccountError.Code? {
            await errorCode { () throws(AccountError) in
                _ = try await accounts.addSecondFactor(secret, code: code, of: "admin", password: password, from: Self.origin)
            }
        }
        #expect(await add(code(secret), "wrong") == .wrongPassword)
        #expect(await add("000000", Self.password) == .wrongCode)
        #expect(await remove("wrong") == .wrongPassword)
        #expect(await change("wrong", "tulip-42x") == .wrongPassword)
        for weak in ["tulip-4", "sunshine"] { #expect(await change(Self.password, weak) == .unusablePassword) }
        #expect(await change(Self.password, "tulip-42x") == nil)
        #expect(await remove("tulip-42x") == .unusablePassword)
        #expect(await change("tulip-42x", Self.password) == nil)
        #expect(await remove(Self.password) == nil)
        #expect(await change(Self.password, "tulip-42x") == .unusablePassword)
        _ = try await accounts.signIn(name: "admin", password: Self.password, from: Self.origin)
    }

    @Test func `A second factor that cannot be opened any more still has its recovery codes`() async throws {
        let accounts = accounts()
        let (secret, recovery) = try await secured(accounts)
        store.contents.withLock { $0.factors["admin"]?.sealed = [1, 2, 3] }
        let error = await #expect(throws: AccountError.self) {
            try await accounts.signIn(name: "admin", password: Self.password, code: code(secret), from: Self.origin)
        }
        #expect(error?.message.contains("cannot be read any more") == true)
        _ = try await accounts.signIn(name: "admin", password: Self.password, code: recovery[0], from: Self.origin)
    }

    @Test func `A sign-in that is judged while the password changes opens nothing`() async throws {
        let accounts = accounts()
        try await accounts.ensureAdministrator(password: Self.password)
        let old = try #require(try await store.account(named: "admin"))
        try await accounts.ensureAdministrator(password: "another password")
        let error = await #expect(throws: AccountError.self) {
            try await accounts.open("admin", old.grants, judgedBy: old.passwordHash, from: Self.origin)
        }
        #expect(error?.code == .wrongCredentials)
        #expect(try await accounts.sessions(of: "admin") == [])
    }

    // MARK: What is written down

    @Test func `Sign-ins and those that were refused are in the audit log, without passwords or what was typed for a name`() async throws {
        let accounts = accounts()
        let (secret, _) = try await secured(accounts)
        for (name, password, code) in [
            ("admin", "wrong one", nil), ("my secret password", "x", nil), ("admin", Self.password, nil),
            ("admin", Self.password, "000000"),
            ("admin", Self.password, self.code(secret)),
        ] { _ = try? await accounts.signIn(name: name, password: password, code: code, from: Self.origin) }
        let lines = try await accounts.audit.entries(of: nil, before: nil, limit: 4)
        #expect(lines.map(\.action) == ["sign-in", "sign-in", "sign-in", "sign-in"])
        #expect(lines.map(\.detail) == ["", "wrong code", "unknown name", "wrong password"])
        #expect(lines.map(\.account) == ["admin", "admin", "", "admin"])
        #expect(lines.map(\.isRefused) == [false, true, true, true] && lines.allSatisfy { $0.address == "192.0.2.1" })
        #expect(!"\(lines)".contains("secret") && !"\(lines)".contains("wrong one"))
    }

    // MARK: Links that let somebody in again

    @Test func `A link gives an account another password once, and takes its second factor and sessions away`() async throws {
        let accounts = accounts()
        let (secret, _) = try await secured(accounts)
        let opened = try await accounts.signIn(name: "admin", password: Self.password, code: code(secret), from: Self.origin)
        let links = [try await accounts.reset("admin", by: nil), try await accounts.reset("admin", by: nil)].compactMap(\.self)
        #expect(try await accounts.reset("nobody", by: nil) == nil)
        #expect(try await accounts.link(links[0].token)?.account == "admin")
        let again = try await accounts.redeem(links[0].token, name: "mallory", password: "seven other lamps", from: Self.origin)
        #expect(again.session.account == "admin" && again.session.grants == [Grant(.administrator)])
        #expect(try await accounts.session(tokenHash: opened.token.hash) == nil)
        _ = try await accounts.signIn(name: "admin", password: "seven other lamps", from: Self.origin)
        #expect(
            await errorCode { () throws(AccountError) in
                _ = try await accounts.redeem(links[0].token, name: "", password: Self.password, from: Self.origin)
            } == .unusableLink)
        #expect(try await accounts.all().count == 1)
    }
}
