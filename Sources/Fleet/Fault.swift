/// Something that goes wrong, and for how long.
package struct Fault: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case nodeKilled = "node killed"
        case nodeStalled = "node stalled"
        case nodeCutOff = "node cut off from the broker"
        case hubKilled = "hub replica killed"
        case hubStalled = "hub replica stalled"
        case hubCutOff = "hub replica cut off from the database"
        case brokerKilled = "broker killed"
        case brokerStalled = "broker stalled"
        case databaseKilled = "database killed"
        case databaseStalled = "database stalled"

        /// Whether it strikes one node, and nothing that is shared.
        package var isOfNode: Bool { self == .nodeKilled || self == .nodeStalled || self == .nodeCutOff }
    }

    package let kind: Kind
    /// Which of the nodes or replicas.
    package let target: Int
    /// Seconds until it is mended: started again, woken, joined again.
    package let length: Double

    /// What it strikes: two faults never strike the same thing at the same time.
    package var victim: String {
        switch kind {
        case .nodeKilled, .nodeStalled, .nodeCutOff: "node \(target)"
        case .hubKilled, .hubStalled, .hubCutOff: "hub \(target)"
        case .brokerKilled, .brokerStalled: "broker"
        case .databaseKilled, .databaseStalled: "database"
        }
    }
}
