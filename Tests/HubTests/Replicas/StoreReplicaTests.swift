import Testing

@testable import Hub

/// The conformance suite: which replicas run, and where.
@Suite(.storeTurns) struct StoreReplicaTests {
    private let first = ReplicaRecord(id: "0123456789ab", name: "hub-1", address: "192.0.2.1:8443")
    private let second = ReplicaRecord(id: "ba9876543210", name: "hub-2", address: "[2001:db8::2]:8443")

    /// Moves a replica's last word, as if it had been that many seconds earlier.
    private func age(_ id: String, by seconds: Int, _ fixture: StoreFixture) async throws {
        switch fixture.kind {
        case .sqlite: try await fixture.execute("UPDATE replicas SET seen_at = seen_at - \(seconds) * 1000000 WHERE id = '\(id)'")
        case .postgres:
            try await fixture.execute("UPDATE replicas SET seen_at = seen_at - make_interval(secs => \(seconds)) WHERE id = '\(id)'")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A replica is found by its id where it said last that it is, until it goes`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let (store, other) = (fixture.store, try await fixture.replica())
        #expect(try await store.replica(first.id) == nil)
        try await store.announceReplica(first)
        try await other.announceReplica(second)
        #expect(try await other.replica(first.id) == first)
        #expect(try await store.replica(second.id) == second)
        #expect(try await store.replica("0123456789a") == nil)
        var moved = first
        moved.address = "192.0.2.9:443"
        try await store.announceReplica(moved)
        #expect(try await other.replica(first.id) == moved)
        // A word counts for 30 s, and a busy machine may have stood still for longer since the first one.
        try await other.announceReplica(second)
        try await store.withdrawReplica(first.id)
        #expect(try await other.replica(first.id) == nil)
        #expect(try await other.replica(second.id) == second)
    }

    @Test(arguments: StoreKind.allCases)
    func `One that has not said so for a while does not count, and is forgotten by the others' next word`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.announceReplica(first)
        try await age(first.id, by: 20, fixture)
        #expect(try await store.replica(first.id) == first, "one word may be missed")
        try await age(first.id, by: 20, fixture)
        #expect(try await store.replica(first.id) == nil)
        try await store.announceReplica(second)
        // Were the row still there, it would count again.
        try await age(first.id, by: -40, fixture)
        #expect(try await store.replica(first.id) == nil)
        try await store.announceReplica(first)
        #expect(try await store.replica(first.id) == first)
        // As one that was written before a clock was set back.
        try await age(first.id, by: -3600, fixture)
        #expect(try await store.replica(first.id) == nil)
    }
}
