/// What a fault run came to.
package struct FaultReport: Sendable {
    /// Faults that were done, by kind.
    package var faults: [Fault.Kind: Int] = [:]
    /// Events that the outboxes accepted, and their revisions.
    package var accepted = 0
    package var revisions = 0
    /// Accepted events that the store does not hold at their last revision.
    package var lost = 0
    /// Stored events that nobody made.
    package var foreign = 0
    /// Whatever else is wrong: of the streams, the store's own check, the outboxes.
    package var broken: [String] = []
    /// Seconds from a replica's death until an event that was accepted after it was seen on another replica.
    package var replicaCover: [Double] = []
    /// Seconds from the broker's return until an event that was accepted after it was seen on every replica.
    package var brokerCover: [Double] = []
    /// Seconds that the whole run took.
    package var seconds = 0.0
    /// Connections that each client of the event stream has made.
    package var connections: [String: Int] = [:]

    package init() {}

    package var faultCount: Int { faults.values.reduce(0, +) }
    package var isClean: Bool { lost == 0 && foreign == 0 && broken.isEmpty }

    /// The result as a table.
    package var table: String {
        var lines = ["fault | times", "--- | ---"]
        for kind in Fault.Kind.allCases { lines.append("\(kind.rawValue) | \(faults[kind, default: 0])") }
        lines += [
            "", "figure | value", "--- | ---", "faults | \(faultCount)", "events accepted | \(accepted)",
            "revisions accepted | \(revisions)",
            "lost | \(lost)", "not made by any node | \(foreign)", "other faults found | \(broken.count)",
            "a killed replica covered, s (p50 / p99 / n) | \(Self.quantiles(replicaCover))",
            "a restarted broker covered, s (p50 / p99 / n) | \(Self.quantiles(brokerCover))",
            "stream connections | \(connections.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))",
            "seconds | \(Int(seconds))",
        ]
        return (lines + broken.prefix(50).map { "BROKEN: \($0)" }).joined(separator: "\n")
    }

    private static func quantiles(_ values: [Double]) -> String {
        "\(Quantiles.text(values, 0.5)) / \(Quantiles.text(values, 0.99)) / \(values.count)"
    }
}
