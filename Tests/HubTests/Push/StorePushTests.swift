import Base
import Protocol
import Testing

@testable import Hub

/// The conformance suite, part of browsers that want to be told.
@Suite(.storeTurns) struct StorePushTests {
    private static let start = EventMaker.noon

    private static func hash(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 32) }

    /// Two accounts, each with sessions of its own.
    private static func open(_ kind: StoreKind, annas sessions: Range<Int> = 1..<4) async throws -> StoreFixture {
        let fixture = try await StoreFixture.open(kind)
        for (name, numbers) in [("ann", sessions), ("bob", 100..<102)] {
            try await fixture.store.upsertAccount(AccountRecord(name: name, grants: [Grant(.administrator)], passwordHash: "one"))
            for number in numbers {
                let session = SessionRecord(
                    tokenHash: hash(number), account: name, grants: [], label: "Zoë's \"browser\" \(number)", createdAt: start,
                    expiresAt: start.advanced(bySeconds: 60))
                #expect(try await fixture.store.addSession(session))
            }
        }
        return fixture
    }

    private static func subscription(_ number: Int, endpoint: String? = nil, low: UInt64? = nil) -> PushSubscription {
        PushSubscription(
            id: EventID(high: 0x0192_F6C2_0000_7003, low: low ?? UInt64(number)), session: hash(number),
            endpoint: endpoint ?? "https://push.test/\(number)", publicKey: [UInt8](repeating: 4, count: 65),
            secret: [UInt8](repeating: UInt8(number), count: 16), label: "Zoë's \"browser\" \(number)",
            createdAt: start.advanced(bySeconds: Double(number)))
    }

    @Test(arguments: StoreKind.allCases)
    func `A session has one, which stands as it was added, and an endpoint is of whoever named it last`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let (one, two) = (Self.subscription(1), Self.subscription(2))
        for subscription in [two, one] { #expect(try await store.addPushSubscription(subscription, at: Self.start) == .added) }
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start) == [one, two])
        for nobody in ["bob", "carl", "", "a\0b"] { #expect(try await store.pushSubscriptions(of: nobody, at: Self.start) == []) }

        let again = Self.subscription(1, endpoint: "https://push.test/again", low: 9)
        #expect(try await store.addPushSubscription(again, at: Self.start) == .added)
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start) == [again, two])
        let bobs = Self.subscription(100, endpoint: "https://push.test/again")
        #expect(try await store.addPushSubscription(bobs, at: Self.start) == .added)
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start) == [two])
        #expect(try await store.pushSubscriptions(of: "bob", at: Self.start) == [bobs])

        #expect(try await !store.deletePushSubscription(two.id, of: "bob"))
        #expect(try await store.deletePushSubscription(two.id, of: "ann"))
        #expect(try await !store.deletePushSubscription(two.id, of: "ann"))
        #expect(try await store.deletePushSubscription(bobs.id, of: nil))
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `It goes with its session and its account, and has none without one`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for number in [1, 2, 3, 100] { #expect(try await store.addPushSubscription(Self.subscription(number), at: Self.start) == .added) }
        #expect(try await store.hasPushSubscription(Self.subscription(1).id, at: Self.start))
        #expect(try await store.deleteSession(tokenHash: Self.hash(1), of: "ann"))
        #expect(try await !store.hasPushSubscription(Self.subscription(1).id, at: Self.start))
        #expect(try await store.hasPushSubscription(Self.subscription(2).id, at: Self.start))
        #expect(try await !store.hasPushSubscription(Self.subscription(2).id, at: Self.start.advanced(bySeconds: 60)))
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start) == [Self.subscription(2), Self.subscription(3)])
        #expect(try await store.addPushSubscription(Self.subscription(1), at: Self.start) == .signedOut)
        #expect(try await store.addPushSubscription(Self.subscription(2), at: Self.start.advanced(bySeconds: 60)) == .signedOut)
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start.advanced(bySeconds: 60)) == [])
        try await store.deleteSessions(of: "ann", sparing: Self.hash(2), tokensToo: true)
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start) == [Self.subscription(2)])
        #expect(try await store.deleteAccount("ann") == .done)
        #expect(try await !store.deletePushSubscription(Self.subscription(2).id, of: nil))
        #expect(try await store.pushSubscriptions(of: "bob", at: Self.start) == [Self.subscription(100)])
    }

    @Test(arguments: StoreKind.allCases)
    func `An account has twenty at most, and one that is replaced makes no more`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind, annas: 1..<23)
        defer { fixture.close() }
        let store = fixture.store
        for number in 1...20 { #expect(try await store.addPushSubscription(Self.subscription(number), at: Self.start) == .added) }
        #expect(try await store.addPushSubscription(Self.subscription(21), at: Self.start) == .tooMany)
        #expect(try await store.addPushSubscription(Self.subscription(20, low: 50), at: Self.start) == .added)
        let moved = Self.subscription(21, endpoint: "https://push.test/20", low: 51)
        #expect(try await store.addPushSubscription(moved, at: Self.start) == .added)
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start).count == 20)
        #expect(try await store.addPushSubscription(Self.subscription(100), at: Self.start) == .added)
    }

    @Test(arguments: StoreKind.allCases)
    func `What became of messages is noted with it`(_ kind: StoreKind) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let one = Self.subscription(1)
        #expect(try await store.addPushSubscription(one, at: Self.start) == .added)
        for _ in 0..<2 { try await store.notePush(one.id, sentAt: nil) }
        var seen = try await store.pushSubscriptions(of: "ann", at: Self.start)
        #expect(seen.map(\.failures) == [2] && seen[0].sentAt == nil)
        let time = Self.start.advanced(bySeconds: 5)
        try await store.notePush(one.id, sentAt: time)
        seen = try await store.pushSubscriptions(of: "ann", at: Self.start)
        #expect(seen.map(\.failures) == [0] && seen[0].sentAt == time)
        try await store.notePush(one.id, sentAt: nil)
        seen = try await store.pushSubscriptions(of: "ann", at: Self.start)
        #expect(seen.map(\.failures) == [1] && seen[0].sentAt == time)
        try await store.notePush(EventID(high: 1, low: 1), sentAt: time)
    }

    @Test(arguments: StoreKind.allCases)
    func `Replicas that make a key at once have one, which stays, and one that is made later takes the subscriptions with it`(
        _ kind: StoreKind
    ) async throws {
        let fixture = try await Self.open(kind)
        defer { fixture.close() }
        let (store, other) = (fixture.store, try await fixture.replica())
        #expect(try await store.pushKey() == nil)
        async let first = store.addPushKey([1])
        async let second = other.addPushKey([2])
        let kept = try await [first, second]
        #expect(kept[0] == kept[1])
        #expect(try await store.pushKey() == kept[0])
        #expect(try await store.addPushSubscription(Self.subscription(1), at: Self.start) == .added)
        #expect(try await other.addPushKey([3]) == kept[0])
        #expect(try await store.pushKey() == kept[0])
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start).count == 1)
        try await fixture.execute("DELETE FROM push_key")
        #expect(try await other.addPushKey([3]) == [3])
        #expect(try await store.pushKey() == [3])
        #expect(try await store.pushSubscriptions(of: "ann", at: Self.start) == [])
        if kind == .postgres { await other.close() }
    }
}
