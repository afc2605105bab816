package import Base
import Protocol

/// A repeatable stream of events as a busy node makes them: moments, and events that go on for some revisions.
package struct SimulatedEvents: Sendable {
    private let node: String
    private var dice: SplitMix64
    private var open: [DraftEvent] = []

    /// - Parameter seed: The same seed makes the same severities, lengths and payloads; ids are always new.
    package init(node: String, seed: UInt64) {
        self.node = node
        dice = SplitMix64(state: seed)
    }

    /// The next revision: of a new event, or of one that goes on.
    package mutating func next(at now: Timestamp) -> DraftEvent {
        if !open.isEmpty, open.count >= 5 || Int.random(in: 0..<3, using: &dice) == 0 {
            let index = Int.random(in: 0..<open.count, using: &dice)
            open[index].rev += 1
            open[index].payload = payload()
            if Bool.random(using: &dice) { return open[index] }
            var last = open.remove(at: index)
            last.endTS = max(last.ts, now)
            return last
        }
        let roll = Int.random(in: 0..<100, using: &dice)
        let severity: Severity = roll < 40 ? .info : roll < 75 ? .notice : roll < 95 ? .warning : .alarm
        let goesOn = roll % 4 == 0
        let draft = DraftEvent(
            id: EventID(at: now), sourceID: "\(node)-cam", type: roll % 3 == 0 ? "person" : "motion", severity: severity, ts: now,
            endTS: goesOn ? nil : now, payload: payload())
        if goesOn { open.append(draft) }
        return draft
    }

    private mutating func payload() -> [UInt8] {
        let score = Double(Int.random(in: 100...999, using: &dice)) / 1000
        let padding = String(repeating: "0123456789", count: Int.random(in: 0...12, using: &dice))
        let text = """
            {"score":\(score),"zones":["driveway"],"box":[0.41,0.22,0.12,0.38],"objects":[],\
            "why":{"trigger":"simulation","area":0.034,"note":"\(padding)"}}
            """
        return Array(text.utf8)
    }
}
