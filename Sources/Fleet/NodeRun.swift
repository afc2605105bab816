import Base
import EdgeNode
import Foundation
import Protocol

/// Feeds a simulated node with the events of its plan and stays until the hub has acknowledged all of them. One that was killed is
/// started again and goes on.
package struct NodeRun: Sendable {
    package let node: SimulatedNode
    package let plan: EventPlan
    package let log: AcceptedLog
    /// Revisions a second; nil as fast as the outbox takes them.
    package let rate: Double?
    /// Until this file exists the last tenth of the plan trickles, so that there is traffic as long as there are faults.
    package let release: String?

    package init(node: SimulatedNode, plan: EventPlan, log: AcceptedLog, rate: Double?, release: String? = nil) {
        self.node = node
        self.plan = plan
        self.log = log
        self.rate = rate
        self.release = release
    }

    /// Revisions a second of the trickle.
    private static let trickle = 4.0

    /// Runs to the end.
    package func run() async throws {
        try await node.run {
            try await fill()
            try await node.waitUntilDrained()
        }
    }

    /// Puts what is left of the plan into the outbox.
    package func fill() async throws {
        let clock = SystemClock()
        var position = try log.read().count
        var credit = 1.0
        var last = clock.uptime
        while position < plan.items.count {
            var count = min(500, plan.items.count - position)
            if let rate = presentRate(at: position) {
                try await Task.sleep(for: .milliseconds(20))
                let now = clock.uptime
                // What a stalled process missed is not made up for at once: the schedule counts on its length.
                credit = min(credit + (now - last) * rate, max(1, rate / 2))
                last = now
                count = min(count, Int(credit))
                credit -= Double(count)
            }
            if count == 0 { continue }
            let drafts = plan.items[position..<position + count].map { plan.draft($0, now: clock.now) }
            let results = try await node.outbox.append(drafts)
            try log.append(
                zip(drafts, results).map { draft, result in
                    guard let seq = result.seq else { throw FleetError("the outbox refused an event: \(result)") }
                    return AcceptedLog.Entry(id: draft.id, rev: draft.rev, seq: seq)
                })
            position += count
        }
    }

    private func presentRate(at position: Int) -> Double? {
        if let release, position >= plan.items.count * 9 / 10, !FileManager.default.fileExists(atPath: release) { return Self.trickle }
        return rate
    }
}
