import Base
import Protocol
import TestSupport

@testable import Hub

/// Lets a presence machine live through a story, with a clock of its own, and writes down what it wants stored.
struct PresenceScript {
    let clock: ManualClock
    var machine: PresenceMachine
    /// Every event that a row carried for the first time, in order.
    private(set) var events: [PresenceEvent] = []
    /// Epochs of which the store's ranges were asked for.
    private(set) var looks: [String] = []
    private(set) var rows: [String: PresenceRecord] = [:]
    private(set) var unknown: [String] = []
    let start: Timestamp

    init(
        _ nodes: [String] = ["porch"], records: [PresenceRecord] = [], clock: ManualClock = ManualClock(), isListening: Bool = true
    ) {
        self.clock = clock
        start = clock.now
        machine = PresenceMachine(records)
        for record in records { rows[record.node] = record }
        take(.nodes(nodes.map { NodeRecord(name: $0, site: "home", addedAt: clock.now) }))
        if isListening { take(.subscribed) }
    }

    mutating func take(_ input: PresenceInput) {
        for action in machine.handle(input, at: clock.now, uptime: clock.uptime) {
            switch action {
            case .write(let record, _):
                rows[record.node] = record
                events += record.pending.filter { !events.contains($0) }
            case .readCommitted(_, let epoch): looks.append(epoch)
            case .unknown(let node): unknown.append(node)
            }
        }
    }

    /// Lets seconds pass, with a tick in each.
    mutating func wait(_ seconds: Int) {
        for _ in 0..<seconds {
            clock.advance(by: 1)
            take(.tick)
        }
    }

    mutating func health(_ node: String = "porch", _ change: (inout NodeHealth) -> Void = { _ in }) {
        var health = NodeHealth(ts: clock.now)
        change(&health)
        take(.health(node: node, health))
    }

    /// A report about an outbox.
    mutating func health(last: Int64, waiting: Int = 0, dead: Int = 0, epoch: String = "e1") {
        health {
            $0.epoch = epoch
            $0.lastSeq = last
            $0.outbox = .init(waiting: waiting, kept: 0, deadLetters: dead)
        }
    }

    mutating func committed(_ ranges: ClosedRange<Int64>..., epoch: String = "e1") {
        var all = SequenceRanges()
        for range in ranges { all.insert(range) }
        take(.committed(node: "porch", epoch: epoch, all))
    }

    mutating func state(_ presence: NodeState.Presence, isRetained: Bool = false, cameras: [NodeCamera]? = nil, instance: String? = nil) {
        let state = NodeState(state: presence, version: "1.2", cameras: cameras, instance: instance)
        take(.state(node: "porch", state, isRetained: isRetained))
    }

    /// Events as `type rev` and their end's presence.
    var told: [String] { events.map { "\($0.type) \($0.rev)\($0.endTS == nil ? "" : " ended")" } }
    func seconds(_ time: Timestamp) -> Double { time.seconds(since: start) }
    var porch: PresenceRecord { rows["porch"]! }
}
