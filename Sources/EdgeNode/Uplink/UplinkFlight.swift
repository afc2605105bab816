import Base

/// A batch from its first sending to the acknowledgement of its last row.
struct UplinkFlight: Sendable {
    enum Phase: Sendable, Hashable {
        /// The broker has not answered yet.
        case publishing
        /// With the hub; sent again after `until` (seconds of uptime).
        case open(until: Double)
        /// To be sent (again) from `due` on.
        case held(due: Double)
    }

    let number: Int64
    let lane: OutboxLane
    let epoch: String
    var rows: [OutboxRow]
    var phase: Phase
    var sentAt = 0.0
    var sendings = 0
    var strikes = 0
    var backoff: Backoff

    /// Whether the hub may be working on it.
    var isOutstanding: Bool {
        if case .held = phase { false } else { true }
    }
}
