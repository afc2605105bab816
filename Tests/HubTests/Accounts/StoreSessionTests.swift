import Base
import Testing

@testable import Hub

/// The conformance suite, part of sessions, tokens, second factors, guessing and the audit log.
@Suite(.storeTurns) struct StoreSessionTests {
    private static let start = EventMaker.noon

    private static func hash(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    private static func session(
        _ byte: UInt8, _ kind: SessionRecord.Kind = .browser, of account: String = "ann", limits: [Grant]? = nil, after seconds: Double = 0
    ) -> SessionRecord {
        let time = start.advanced(bySeconds: seconds)
        return SessionRecord(
            tokenHash: hash(byte), kind: kind, account: account, grants: [Grant(.operator)], limits: limits, label: "Zoë's \"browser\"",
            address: "2001:db8::1", createdAt: time, expiresAt: start.advanced(bySeconds: 60))
    }

    private static func open(_ kind: StoreKind) async throws -> StoreFixture {
        let fixture = try await StoreFixture.open(kind)
        for name in ["ann", "bob"] {
            try await fixture.store.upsertAccount(AccountRecord(name: name, grants: [Grant(.operator)], passwordHash: "one"))
        }
        return fixture
    }

    @Test(arguments: StoreKind.allCases)
    func `Sessions and tokens are told as they were opened, and a token has what both give`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let browser = Self.session(1)
        let token = Self.session(2, .token, limits: [Grant(.viewer, site: "home", faces: true)], after: 1)
        for one in [browser, token, Self.session(3, of: "bob")] { #expect(try await store.addSession(one)) }
        #expect(try await store.sessions(of: "ann", at: Self.start) == [token, browser])
        #expect(try await store.session(tokenHash: token.tokenHash, at: Self.start) == token)
        #expect(token.grants == [Grant(.viewer, site: "home", faces: true)])
        #expect(try await store.setGrants([Grant(.viewer, site: "farm")], of: "ann") == .done)
        #expect(try await store.session(tokenHash: token.tokenHash, at: Self.start)?.grants == [])
        #expect(try await store.session(tokenHash: browser.tokenHash, at: Self.start)?.grants == [Grant(.viewer, site: "farm")])
        #expect(try await store.sessions(of: "ann", at: browser.expiresAt) == [])
        for nobody in ["", "carl", "a\0b"] { #expect(try await store.sessions(of: nobody, at: Self.start) == []) }
        // Notes when it was used, and never an earlier time than before.
        for seconds in [5.0, 3] { try await store.noteUse(of: browser.tokenHash, at: Self.start.advanced(bySeconds: seconds)) }
        #expect(
            try await store.session(tokenHash: browser.tokenHash, at: Self.start)?.usedAt == Self.start.advanced(bySeconds: 5))
    }

    @Test(arguments: StoreKind.allCases)
    func `A session is opened by the password that the account has, and for accounts that are there`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        #expect(try await !store.addSession(Self.session(1), judgedBy: "two"))
        #expect(try await !store.addSession(Self.session(1, of: "carl")))
        #expect(try await store.sessions(of: "ann", at: Self.start) == [])
        #expect(try await store.addSession(Self.session(1), judgedBy: "one"))
    }

    @Test(arguments: StoreKind.allCases)
    func `One ends by itself and all together, tokens too where they are meant, and nobody else's`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for byte in UInt8(1)...3 { _ = try await store.addSession(Self.session(byte)) }
        _ = try await store.addSession(Self.session(4, .token))
        _ = try await store.addSession(Self.session(5, of: "bob"))
        func left(_ name: String = "ann") async throws -> Set<UInt8> {
            Set(try await store.sessions(of: name, at: Self.start).map { $0.tokenHash[0] })
        }
        #expect(try await !store.deleteSession(tokenHash: Self.hash(5), of: "ann"))
        #expect(try await store.deleteSession(tokenHash: Self.hash(1), of: "ann"))
        #expect(try await !store.deleteSession(tokenHash: Self.hash(1), of: "ann"))
        #expect(try await left() == [2, 3, 4])
        try await store.deleteSessions(of: "ann", sparing: Self.hash(2), tokensToo: false)
        #expect(try await left() == [2, 4])
        try await store.deleteSessions(of: "ann", sparing: nil, tokensToo: true)
        #expect(try await left() == [])
        #expect(try await left("bob") == [5])
    }

    @Test(arguments: StoreKind.allCases)
    func `A code is used once, whoever else uses it at the same moment`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let (store, other) = (fixture.store, try await fixture.replica())
        #expect(try await store.secondFactor(of: "ann") == nil)
        let factor = SecondFactor(sealed: [0, 1, 255], usedStep: 7, recovery: ["aa", "bb", "cc"])
        #expect(try await store.setSecondFactor(factor, of: "ann", judgedBy: "one"))
        #expect(try await store.secondFactor(of: "ann") == factor)
        #expect(try await store.secondFactor(of: "bob") == nil)
        #expect(try await !store.useStep(7, of: "ann"))
        async let one = store.useStep(8, of: "ann")
        async let two = other.useStep(8, of: "ann")
        #expect(Set([try await one, try await two]) == [true, false])
        async let three = store.useRecoveryCode("bb", of: "ann")
        async let four = other.useRecoveryCode("bb", of: "ann")
        #expect(Set([try await three, try await four]) == [true, false])
        for wrong in ["", "a", "aa bb", "bb"] { #expect(try await !store.useRecoveryCode(wrong, of: "ann")) }
        #expect(try await store.secondFactor(of: "ann")?.recovery == ["aa", "cc"])
        for (hash, isDone) in [("two", false), ("one", true)] {
            #expect(try await store.setSecondFactor(nil, of: "ann", judgedBy: hash) == isDone)
        }
        #expect(try await store.secondFactor(of: "ann") == nil)
        #expect(try await !store.useRecoveryCode("aa", of: "ann"))
    }

    @Test(arguments: StoreKind.allCases)
    func `A link to an account gives it another password and takes its second factor and sessions`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let factor = SecondFactor(sealed: [1], usedStep: 1, recovery: ["aa"])
        #expect(try await !store.changePassword(of: "ann", from: "one", to: "short", needsFactor: true))
        #expect(try await store.setSecondFactor(factor, of: "ann", judgedBy: "one"))
        #expect(try await store.changePassword(of: "ann", from: "one", to: "short", needsFactor: true))
        _ = try await store.addSession(Self.session(1))
        _ = try await store.addSession(Self.session(2, of: "bob"))
        func link(_ byte: UInt8, _ account: String) -> AccountLink {
            AccountLink(
                hash: Self.hash(byte), grants: [], account: account, createdBy: nil, expiresAt: Self.start.advanced(bySeconds: 60))
        }
        for one in [link(1, "ann"), link(2, "ann"), link(3, "bob"), link(4, "carl")] { try await store.addLink(one, at: Self.start) }
        #expect(try await store.link(hash: Self.hash(1), at: Self.start) == link(1, "ann"))
        #expect(try await store.link(hash: Self.hash(4), at: Self.start) == nil)
        #expect(try await store.redeem(hash: Self.hash(1), name: "ann", passwordHash: "two", at: Self.start) == .done)
        #expect(try await store.account(named: "ann")?.passwordHash == "two")
        #expect(try await store.secondFactor(of: "ann") == nil)
        #expect(try await store.sessions(of: "ann", at: Self.start) == [])
        #expect(try await store.sessions(of: "bob", at: Self.start).count == 1)
        // One that was used takes its like with it, and no other.
        #expect(try await store.redeem(hash: Self.hash(2), name: "ann", passwordHash: "three", at: Self.start) == .unusable)
        #expect(try await store.link(hash: Self.hash(3), at: Self.start) != nil)
        #expect(try await store.accounts().count == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func `Failures are counted once for all replicas, however many come at once`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let (store, other) = (fixture.store, try await fixture.replica())
        let keys: [SignInThrottle.Key] = [.account("ann", from: "192.0.2.1"), .address("192.0.2.1")]
        let waits = try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<12 {
                group.addTask { try await (number.isMultiple(of: 2) ? store : other).countFailure(keys, at: Self.start) }
            }
            return try await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(waits.filter { $0 == nil }.count == 5 && waits.compactMap(\.self).allSatisfy { $0 == 1 })
        // Whoever waited in vain made nothing worse.
        #expect(try await store.countFailure(keys, at: Self.start.advanced(bySeconds: 1)) == nil)
        #expect(try await store.countFailure(keys, at: Self.start.advanced(bySeconds: 1)) == 2)
        try await store.takeFailureBack(keys, clearing: [keys[0]])
        #expect(try await store.countFailure([keys[0]], at: Self.start.advanced(bySeconds: 1)) == nil)
        for _ in 0..<14 { _ = try await store.countFailure([keys[1]], at: Self.start.advanced(bySeconds: 1)) }
        #expect(try await store.countFailure([keys[1]], at: Self.start.advanced(bySeconds: 1)) == nil)
        #expect(try await store.countFailure([keys[1]], at: Self.start.advanced(bySeconds: 1)) == 1)
        try await store.takeFailureBack([keys[1]], clearing: [])
        #expect(try await store.countFailure([keys[1]], at: Self.start.advanced(bySeconds: 1)) == nil)
        #expect(try await store.countFailure([keys[1]], at: Self.start.advanced(bySeconds: 7300)) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `The audit log is read from the newest on, and the database refuses to change it`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let now = SystemClock().now
        func entry(_ number: Int, _ account: String, daysAgo: Double = 0) -> AuditEntry {
            AuditEntry(
                at: now.advanced(bySeconds: -86_400 * daysAgo), account: account, address: "::1", action: "PUT /x", object: "a \"b\" ë",
                detail: "\(number)", isRefused: number.isMultiple(of: 2))
        }
        for (number, account) in ["ann", "bob", "ann", ""].enumerated() { try await store.addAudit(entry(number, account)) }
        let all = try await store.audit(of: nil, before: nil, limit: 10)
        #expect(all.map(\.detail) == ["3", "2", "1", "0"] && all.map(\.account) == ["", "ann", "bob", "ann"])
        #expect(all.map(\.isRefused) == [false, true, false, true] && all[0].object == "a \"b\" ë" && all[0].at == now)
        #expect(try await store.audit(of: "ann", before: nil, limit: 10).map(\.detail) == ["2", "0"])
        #expect(try await store.audit(of: nil, before: all[1].id, limit: 1).map(\.detail) == ["1"])
        #expect(try await store.audit(of: "a\0b", before: nil, limit: 10) == [])
        for change in ["UPDATE audit SET account = 'eve'", "DELETE FROM audit", "DELETE FROM audit WHERE account = 'ann'"] {
            await #expect(throws: (any Error).self, "\(change)") { try await fixture.execute(change) }
        }
        if kind == .postgres { await #expect(throws: (any Error).self) { try await fixture.execute("TRUNCATE audit") } }
        #expect(try await store.audit(of: nil, before: nil, limit: 10) == all)
        // What is old goes by itself.
        try await store.addAudit(entry(4, "ann", daysAgo: 400))
        try await store.addAudit(entry(5, "ann", daysAgo: 740))
        _ = try await store.maintain(now: now, eventDays: 30, feedDays: 7)
        #expect(try await store.audit(of: nil, before: nil, limit: 2).map(\.detail) == ["4", "3"])
    }
}
