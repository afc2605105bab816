import Base
import Testing

@testable import Hub

/// The conformance suite, part of accounts and their links.
@Suite(.storeTurns) struct StoreAccountTests {
    private static let start = EventMaker.noon
    private static let chief = AccountRecord(name: "chief", grants: [Grant(.administrator)], passwordHash: "one")

    private static func link(_ byte: UInt8, by account: String? = "chief", seconds: Double = 60) -> AccountLink {
        AccountLink(
            hash: [UInt8](repeating: byte, count: 32), grants: [Grant(.viewer, site: "home")], createdBy: account,
            expiresAt: start.advanced(bySeconds: seconds))
    }

    @Test(arguments: StoreKind.allCases)
    func `Open sessions have the rights that their account is given, and go with it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let (store, hash) = (fixture.store, [UInt8](repeating: 7, count: 32))
        try await store.upsertAccount(Self.chief)
        try await store.upsertAccount(AccountRecord(name: "Zoë", grants: [], passwordHash: "two"))
        _ = try await store.addSession(
            SessionRecord(tokenHash: hash, account: "Zoë", grants: [], createdAt: Self.start, expiresAt: Self.start.advanced(bySeconds: 60))
        )
        let grants = [Grant(.operator, site: "home", faces: false), Grant(.viewer, camera: "gate", video: false)]
        #expect(try await store.setGrants(grants, of: "Zoë") == .done)
        #expect(try await store.session(tokenHash: hash, at: Self.start)?.grants == grants)
        #expect(try await store.accounts().map(\.name) == ["Zoë", "chief"])
        #expect(try await store.account(named: "Zoë")?.grants == grants)
        #expect(try await store.deleteAccount("Zoë") == .done)
        #expect(try await store.session(tokenHash: hash, at: Self.start) == nil)
        for name in ["Zoë", "no\0body", ""] {
            #expect(try await store.setGrants(grants, of: name) == .unknown)
            #expect(try await store.deleteAccount(name) == .unknown)
        }
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Somebody who administers everything is always left, also where two take each other's rights at once`(_ kind: StoreKind)
        async throws
    {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.upsertAccount(Self.chief)
        #expect(try await store.setGrants([Grant(.administrator, site: "home")], of: "chief") == .lastAdministrator)
        #expect(try await store.deleteAccount("chief") == .lastAdministrator)
        try await store.upsertAccount(
            AccountRecord(name: "other", grants: [Grant(.viewer, site: "x"), Grant(.administrator)], passwordHash: "h"))
        async let one = store.setGrants([], of: "chief")
        async let two = store.deleteAccount("other")
        let outcomes = [try await one, try await two]
        #expect(Set(outcomes) == [.done, .lastAdministrator])
        #expect(try await store.accounts().filter { $0.grants.areAdministrators }.count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `A link makes one account, once, while it lasts`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.upsertAccount(Self.chief)
        let (link, later) = (Self.link(1), Self.start.advanced(bySeconds: 60))
        try await store.addLink(link, at: Self.start)
        #expect(try await store.link(hash: link.hash, at: Self.start) == link)
        #expect(try await store.link(hash: link.hash, at: later) == nil)
        #expect(try await store.redeem(hash: link.hash, name: "ann", passwordHash: "h", at: later) == .unusable)
        #expect(try await store.redeem(hash: link.hash, name: "chief", passwordHash: "h", at: Self.start) == .nameTaken)
        #expect(try await store.account(named: "chief") == Self.chief)
        async let one = store.redeem(hash: link.hash, name: "ann", passwordHash: "h", at: Self.start)
        async let two = store.redeem(hash: link.hash, name: "bob", passwordHash: "h", at: Self.start)
        let outcomes = [try await one, try await two]
        #expect(Set(outcomes) == [.done, .unusable])
        #expect(try await store.accounts().filter { $0.grants == link.grants }.count == 1)
        #expect(try await store.link(hash: link.hash, at: Self.start) == nil)
        // What is over is forgotten with the next.
        try await store.addLink(Self.link(2, seconds: 5), at: Self.start)
        try await store.addLink(Self.link(3), at: Self.start.advanced(bySeconds: 10))
        #expect(try await store.link(hash: Self.link(2).hash, at: Self.start) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `A link goes with the rights of whoever made it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for name in ["chief", "other"] {
            try await store.upsertAccount(AccountRecord(name: name, grants: [Grant(.administrator)], passwordHash: "h"))
        }
        try await store.addLink(Self.link(1), at: Self.start)
        try await store.addLink(Self.link(2, by: "other"), at: Self.start)
        #expect(try await store.setGrants([Grant(.operator)], of: "chief") == .done)
        #expect(try await store.link(hash: Self.link(1).hash, at: Self.start) == nil)
        #expect(try await store.redeem(hash: Self.link(1).hash, name: "ann", passwordHash: "h", at: Self.start) == .unusable)
        #expect(try await store.link(hash: Self.link(2).hash, at: Self.start) != nil)
        #expect(try await store.setGrants([Grant(.administrator)], of: "chief") == .done)
        #expect(try await store.deleteAccount("other") == .done)
        #expect(try await store.redeem(hash: Self.link(2).hash, name: "ann", passwordHash: "h", at: Self.start) == .unusable)
    }

    @Test(arguments: StoreKind.allCases)
    func `Another password changes nothing else, and comes too late for whoever was removed`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let (store, hash) = (fixture.store, [UInt8](repeating: 7, count: 32))
        try await store.upsertAccount(Self.chief)
        try await store.upsertAccount(AccountRecord(name: "ann", grants: [Grant(.viewer)], passwordHash: "old"))
        _ = try await store.addSession(
            SessionRecord(tokenHash: hash, account: "ann", grants: [], createdAt: Self.start, expiresAt: Self.start.advanced(bySeconds: 60))
        )
        #expect(try await !store.changePassword(of: "ann", from: "other", to: "new", needsFactor: false))
        #expect(try await store.session(tokenHash: hash, at: Self.start) != nil)
        #expect(try await store.changePassword(of: "ann", from: "old", to: "new", needsFactor: false))
        #expect(try await store.session(tokenHash: hash, at: Self.start) == nil)
        #expect(try await store.account(named: "ann") == AccountRecord(name: "ann", grants: [Grant(.viewer)], passwordHash: "new"))
        #expect(try await store.deleteAccount("ann") == .done)
        #expect(try await !store.changePassword(of: "ann", from: "new", to: "newer", needsFactor: false))
        #expect(try await store.account(named: "ann") == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `An installation is set up once, by whichever link comes first`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let links = [Self.link(1, by: nil), Self.link(2, by: nil), Self.link(3, by: nil)]
        for link in links { try await store.addLink(link, at: Self.start) }
        async let one = store.redeem(hash: links[0].hash, name: "ann", passwordHash: "h", at: Self.start)
        async let two = store.redeem(hash: links[1].hash, name: "bob", passwordHash: "h", at: Self.start)
        let outcomes = [try await one, try await two]
        #expect(Set(outcomes) == [.done, .unusable])
        #expect(try await store.redeem(hash: links[2].hash, name: "cat", passwordHash: "h", at: Self.start) == .unusable)
        #expect(try await store.accounts().count == 1)
        // Nor does one that is made after there is somebody.
        try await store.addLink(Self.link(4, by: nil), at: Self.start)
        #expect(try await store.link(hash: Self.link(4).hash, at: Self.start) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `A link is gone with whoever made it, or for whom it was made, and is not the next one's of that name`(_ kind: StoreKind)
        async throws
    {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.upsertAccount(Self.chief)
        let ann = AccountRecord(name: "ann", grants: [Grant(.administrator)], passwordHash: "old")
        try await store.upsertAccount(ann)
        func add() async throws {
            for (byte, account, maker) in [(UInt8(1), nil, "ann"), (2, "ann", "chief"), (3, "ann", nil), (4, nil, "chief")]
                as [(UInt8, String?, String?)]
            {
                var link = Self.link(byte, by: maker)
                link.account = account
                try await store.addLink(link, at: Self.start)
            }
        }
        func left() async throws -> [UInt8] {
            var found: [UInt8] = []
            for byte in UInt8(1)...4 where try await store.link(hash: Self.link(byte).hash, at: Self.start) != nil { found.append(byte) }
            return found
        }
        try await add()
        #expect(try await left() == [1, 2, 3, 4])
        #expect(try await store.changePassword(of: "ann", from: "old", to: "new", needsFactor: false))
        #expect(try await left() == [4])
        #expect(try await store.redeem(hash: Self.link(4).hash, name: "cat", passwordHash: "h", at: Self.start) == .done)
        try await add()
        try await store.upsertAccount(AccountRecord(name: "ann", grants: ann.grants, passwordHash: "new"))
        #expect(try await left() == [1, 2, 3, 4])
        #expect(try await store.deleteAccount("ann") == .done)
        try await store.upsertAccount(ann)
        #expect(try await left() == [4])
        #expect(try await store.redeem(hash: Self.link(4).hash, name: "dan", passwordHash: "h", at: Self.start) == .done)
        try await add()
        try await store.upsertAccount(AccountRecord(name: "ann", grants: ann.grants, passwordHash: "newer"))
        #expect(try await left() == [4])
    }
}
