import Base

/// Decides which picture is sent when, from what the hub answered: no I/O and no clock of its own.
///
/// - One at a time, the oldest event first. What the hub has not said anything about yet comes before what it put off.
/// - A picture whose event the hub does not know (its event is on the way, over another connection) is put off by itself, longer each time.
/// - A hub that does not answer puts everything off, longer each time; one that does not let the node in, for ten minutes.
package struct SnapshotSchedule: Sendable {
    /// What the hub said.
    package enum Answer: Sendable, Hashable {
        case stored
        case unknownEvent
        /// Not this picture, ever.
        case refused
        /// Not this node.
        case forbidden
        case noAnswer
    }

    /// What is to be done.
    package enum Step: Sendable, Hashable {
        case send(SnapshotName)
        /// Seconds until something is due; infinity where nothing waits.
        case wait(Double)
    }

    /// What becomes of a picture.
    package enum Verdict: Sendable, Hashable {
        case keep, sent, refused
        /// The hub has not known its event for so long that it never will.
        case givenUp
    }

    /// Seconds that a node which is not let in waits.
    package static let exclusion = 600.0
    /// Seconds after the first refusal for want of its event at which a picture is given up.
    package static let patience = 86_400.0

    private struct Postponed {
        var since: Double
        var until: Double
        var backoff = Backoff(base: 2, maximum: 60)
    }

    private var postponed: [SnapshotName: Postponed] = [:]
    private var pausedUntil = -Double.infinity
    private var outage = Backoff(base: 1, maximum: 60)
    /// So that a hub which knows none of thousands of events is asked now and then, not thousands of times a minute.
    private var pace = Backoff(base: 0.1, maximum: 5)

    package init() {}

    /// - Parameter waiting: All that waits, in the order of age.
    package mutating func next(of waiting: [SnapshotName], at uptime: Double) -> Step {
        if postponed.count > waiting.count {
            let known = Set(waiting)
            postponed = postponed.filter { known.contains($0.key) }
        }
        guard !waiting.isEmpty else { return .wait(.infinity) }
        if pausedUntil > uptime { return .wait(pausedUntil - uptime) }
        if let fresh = waiting.first(where: { postponed[$0] == nil }) { return .send(fresh) }
        guard let (name, entry) = postponed.min(by: { ($0.value.until, $0.key) < ($1.value.until, $1.key) }) else {
            return .wait(.infinity)
        }
        return entry.until <= uptime ? .send(name) : .wait(entry.until - uptime)
    }

    package mutating func answered(_ name: SnapshotName, _ answer: Answer, at uptime: Double) -> Verdict {
        if answer != .noAnswer { outage.reset() }
        switch answer {
        case .stored:
            pace.reset()
            postponed[name] = nil
            return .sent
        case .refused:
            postponed[name] = nil
            return .refused
        case .unknownEvent:
            var entry = postponed[name] ?? Postponed(since: uptime, until: uptime)
            guard uptime - entry.since < Self.patience else {
                postponed[name] = nil
                return .givenUp
            }
            entry.until = uptime + entry.backoff.next()
            postponed[name] = entry
            pausedUntil = uptime + pace.next()
        case .forbidden: pausedUntil = uptime + Self.exclusion
        case .noAnswer: pausedUntil = uptime + outage.next()
        }
        return .keep
    }
}
