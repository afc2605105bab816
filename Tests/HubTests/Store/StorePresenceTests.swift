import Base
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, fifth part: which nodes are there.
@Suite(.storeTurns) struct StorePresenceTests {
    private static let noon = EventMaker.noon

    private func full(_ node: String = "porch") -> PresenceRecord {
        var record = PresenceRecord(node: node, isOnline: false, since: Self.noon, lastSeen: Self.noon.advanced(bySeconds: 0.123_456))
        record.transition = 7
        record.why = "no sign of life"
        record.state = NodeState(
            state: .online, version: "1.2", started: Self.noon, cameras: [NodeCamera(id: "a", name: "Tür\u{0} \"x\" <b>", online: true)])
        var health = NodeHealth(ts: Self.noon, cameras: [.init(id: "a", online: true, fps: 14.9, bitrate: 2e6, decodeShare: 0.1, gaps: 3)])
        health.epoch = "e1"
        health.lastSeq = 9
        health.outbox = .init(waiting: 1, kept: 2, deadLetters: 3)
        health.cpu = 0.25
        health.memory = 1 << 27
        record.health = health
        record.clockOffset = -0.25
        record.epoch = "e1"
        record.committed = 8
        record.missing = MissingEvents(epoch: "e1", count: 2, since: Self.noon, rev: 3, isOpen: true)
        record.pending = [.offline(record, site: "home", end: nil), .missing(record.missing!, node: node, site: "home", end: Self.noon)]
        return record
    }

    @Test(arguments: StoreKind.allCases)
    func `A row is read back as it was written, and written over`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let lease = try #require(try await store.acquireLease("presence", holder: "a", seconds: 60))
        #expect(try await store.presence() == [])
        #expect(try await store.savePresence([], lease))
        let bare = PresenceRecord(node: "yard", isOnline: true, since: Self.noon, lastSeen: Self.noon)
        #expect(try await store.savePresence([bare, full()], lease))
        #expect(try await store.presence() == [full(), bare])
        #expect(try await store.presence(of: ["yard", "nobody"]) == [bare])
        #expect(try await store.presence(of: [full().node, "yard"]) == [full(), bare])
        #expect(try await store.presence(of: []) == [])
        var changed = bare
        changed.isOnline = false
        changed.transition = 1
        #expect(try await store.savePresence([changed], lease))
        #expect(try await store.presence() == [full(), changed])
        var emptied = full()
        emptied.pending = []
        emptied.missing = nil
        emptied.health = nil
        #expect(try await store.savePresence([emptied], lease))
        #expect(try await store.presence() == [emptied, changed])
    }

    @Test(arguments: StoreKind.allCases)
    func `A holder whose lease has run out or passed on writes nothing`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let first = try #require(try await store.acquireLease("presence", holder: "a", seconds: 0))
        #expect(try await store.savePresence([full()], first) == false)
        let second = try #require(try await store.acquireLease("presence", holder: "b", seconds: 60))
        #expect(try await store.savePresence([full()], first) == false)
        #expect(try await store.presence() == [])
        #expect(try await store.savePresence([full()], second))
        #expect(try await store.presence() == [full()])
    }

    @Test(arguments: StoreKind.allCases)
    func `What of a row cannot be read is left out, and the rest is there`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let lease = try #require(try await fixture.store.acquireLease("presence", holder: "a", seconds: 60))
        #expect(try await fixture.store.savePresence([full()], lease))
        try await fixture.execute("UPDATE presence SET pending = '{', state = 'x', health = '{}', missing = '[]'")
        var expected = full()
        expected.pending = []
        expected.state = nil
        expected.health = nil
        expected.missing = nil
        #expect(try await fixture.store.presence() == [expected])
    }

    @Test(arguments: StoreKind.allCases)
    func `The ranges of an epoch that a node still reports outlive its silence`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for epoch in ["e1", "e2"] {
            var maker = EventMaker(epoch: epoch)
            _ = try await store.ingest(maker.batch([try maker.event()]))
        }
        let lease = try #require(try await store.acquireLease("presence", holder: "a", seconds: 60))
        #expect(try await store.savePresence([full()], lease))
        let later = SystemClock().now.advanced(bySeconds: 200 * 86_400)
        _ = try await store.maintain(now: later, eventDays: 30, feedDays: 7)
        #expect(try await store.committed(node: "porch", epoch: "e1").count == 1)
        #expect(try await store.committed(node: "porch", epoch: "e2").count == 0)
    }
}
