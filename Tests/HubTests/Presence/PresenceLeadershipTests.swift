import Base
import Logging
import Protocol
import TestSupport
import Testing

@testable import Hub

/// One leadership over a store, with a clock of its own.
@Suite(.storeTurns) struct PresenceLeadershipTests {
    private let clock = ManualClock(now: SystemClock().now)
    private let fixture: StoreFixture
    private let metrics = Metrics()
    private var leadership: PresenceLeadership

    init() async throws {
        fixture = try await StoreFixture.open(.sqlite)
        let lease = try #require(try await fixture.store.acquireLease("presence", holder: "test", seconds: 600))
        leadership = try await PresenceLeadership(
            store: fixture.store, lease: lease, clock: clock, settings: PresenceSettings(), metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onCommit: {})
    }

    private func state(_ presence: NodeState.Presence, cameras: [NodeCamera]? = nil) -> PresenceArrival {
        PresenceArrival(
            .state(node: "shed", NodeState(state: presence, version: "1.2", cameras: cameras), isRetained: false), clock)
    }

    private func add(_ node: String) async throws {
        try await fixture.store.upsertNode(NodeRecord(name: node, site: "garden", addedAt: clock.now))
    }

    /// Another step once the store may be asked again.
    private mutating func later() async throws {
        clock.advance(by: 1)
        _ = try await leadership.step([])
    }

    @Test mutating func `A node that comes and goes before its site was looked up is known as away, with all that it said`() async throws {
        try await add("shed")
        let begin = clock.now
        _ = try await leadership.step([state(.online, cameras: [NodeCamera(id: "shed-cam", name: "Shed", online: true)])])
        clock.advance(by: 0.2)
        _ = try await leadership.step([PresenceArrival(.health(node: "shed", NodeHealth(ts: clock.now)), clock)])
        let last = clock.now
        clock.advance(by: 0.2)
        _ = try await leadership.step([state(.offline)])
        #expect(try await fixture.store.presence() == [])
        try await later()
        let row = try #require(try await fixture.store.presence().first)
        #expect(!row.isOnline && row.why == NodePresence.Cause.left.text)
        #expect(row.since == last && row.lastSeen == last && row.since > begin)
        #expect(row.state?.cameras?.map(\.name) == ["Shed"])
        #expect(row.health?.ts == last)
        var query = EventQuery(.everything)
        query.types = ["node_offline"]
        #expect(try await fixture.store.events(query).map(\.event.ts) == [last])
        #expect(metrics.value("vigilar_presence_ignored_total", labels: [("reason", "unknown")]) == 0)
    }

    @Test mutating func `What strangers say waits for one look only, and no more of it than has room`() async throws {
        let reports = PresenceLeadership.strangersBound + 3
        _ = try await leadership.step((0..<reports).map { _ in state(.online) })
        func ignored() -> Double { metrics.value("vigilar_presence_ignored_total", labels: [("reason", "unknown")]) }
        #expect(ignored() == 3)
        try await later()
        #expect(ignored() == Double(reports))
        try await add("shed")
        try await later()
        #expect(try await fixture.store.presence() == [])
    }
}
