package import Base
package import EdgeNode
package import Protocol
import TestSupport

/// The events that one simulated node makes: the same ones for the same seed, so that a process that was killed goes on where its
/// predecessor stopped, and the end of a run is known before it begins.
package struct EventPlan: Sendable {
    /// One revision of one event.
    package struct Item: Sendable, Hashable {
        package let event: Int
        package let rev: Int64
    }

    package let node: String
    package let site: String
    /// Events; every eighth has a second revision, a few events later.
    package let events: Int
    private let seed: UInt64
    private let start: Timestamp
    /// Revisions in the order of their making.
    package let items: [Item]

    /// - Parameter start: `ts` of the first event; they lie a millisecond apart.
    package init(node: String, site: String = "home", events: Int, seed: UInt64, start: Timestamp) {
        self.node = node
        self.site = site
        self.events = events
        self.seed = node.utf8.reduce(seed) { ($0 &* 0x100_0000_01B3) ^ UInt64($1) }
        self.start = start
        var items: [Item] = []
        items.reserveCapacity(events + events / 8 + 1)
        for event in 0..<(events + Self.delay) {
            if event < events { items.append(Item(event: event, rev: 1)) }
            let earlier = event - Self.delay
            if earlier >= 0, Self.isRevised(earlier) { items.append(Item(event: earlier, rev: 2)) }
        }
        self.items = items
    }

    /// Events between the two revisions of one.
    private static let delay = 3

    private static func isRevised(_ event: Int) -> Bool { event % 8 == 5 }

    /// The revision that the hub must hold in the end.
    package func lastRevision(of event: Int) -> Int64 { Self.isRevised(event) ? 2 : 1 }

    package func id(of event: Int) -> EventID {
        var generator = SeededGenerator(seed: seed &+ UInt64(event))
        return EventID(at: time(of: event), using: &generator)
    }

    private func time(of event: Int) -> Timestamp { start.advanced(bySeconds: Double(event) / 1000) }

    /// What goes into the outbox: about 450 bytes as JSON; every 50th event is urgent.
    /// - Parameter now: Stands in the payload as `at`, microseconds, from which delays are measured.
    package func draft(_ item: Item, now: Timestamp) -> DraftEvent {
        let ts = time(of: item.event)
        let isOver = item.rev == lastRevision(of: item.event)
        let payload = """
            {"at":\(now.microseconds),"score":0.91,"zones":["driveway"],"box":[0.41,0.22,0.12,0.38],\
            "why":{"trigger":"motion","area":0.034,"gate":"packet-size"}}
            """
        return DraftEvent(
            id: id(of: item.event), rev: item.rev, sourceID: "\(node)-cam", type: "motion",
            severity: item.event % 50 == 7 ? .alarm : .notice,
            ts: ts, endTS: isOver ? ts.advanced(bySeconds: 4) : nil, payload: Array(payload.utf8))
    }
}
