import TestSupport

/// A seeded, bounded sequence of faults: every kind in fixed proportions, in random order, on random targets, for random times.
package struct FaultSchedule: Sendable {
    /// Faults that begin together.
    package let steps: [[Fault]]

    package var count: Int { steps.reduce(0) { $0 + $1.count } }

    /// Out of 40 faults.
    private static let weights: [(kind: Fault.Kind, weight: Int, length: ClosedRange<Double>)] = [
        (.nodeKilled, 7, 0.1...2),
        (.nodeStalled, 2, 1...4),
        (.nodeCutOff, 5, 1...6),
        (.hubKilled, 7, 0.1...3),
        // Longer than the sequencer's lease of 2 s.
        (.hubStalled, 5, 2.5...5),
        (.hubCutOff, 4, 2...8),
        (.brokerKilled, 4, 0.1...2),
        (.brokerStalled, 2, 1...5),
        (.databaseKilled, 2, 0.1...2),
        (.databaseStalled, 2, 1...7),
    ]
    /// One and a half times a node's keep-alive of 15 s is 22.5 s: after this the broker and the node have both given the line up.
    private static let beyondKeepAlive = 24.0

    package init(faults: Int, nodes: Int, replicas: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var deck: [Fault] = []
        while deck.count < faults {
            var round: [Fault] = []
            for (kind, weight, length) in Self.weights {
                for number in 0..<weight {
                    let isLong = kind == .nodeCutOff && number == 0
                    let target = Int.random(in: 0..<(kind.isOfNode ? nodes : replicas), using: &generator)
                    let seconds = isLong ? Self.beyondKeepAlive : Double.random(in: length, using: &generator)
                    round.append(Fault(kind: kind, target: target, length: seconds))
                }
            }
            deck += round.shuffled(using: &generator)
        }
        deck = Array(deck.prefix(faults))
        var steps: [[Fault]] = []
        while !deck.isEmpty {
            var step = [deck.removeFirst()]
            // Every fourth step strikes two things at once.
            if let next = deck.first, next.victim != step[0].victim, Int.random(in: 0..<4, using: &generator) == 0 {
                step.append(deck.removeFirst())
            }
            steps.append(step)
        }
        self.steps = steps
    }
}
