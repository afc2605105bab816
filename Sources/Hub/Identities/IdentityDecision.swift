package import Base
package import Protocol

/// Who was seen in an event, by comparing.
package struct IdentityDecision: Sendable, Hashable {
    package var event: EventID
    /// The mark of the portrait that was compared: where it is another by now, nothing is decided.
    package var due: Int64
    package var state: IdentityState
    /// Nil where it is nobody who has a name.
    package var individual: EventID?
    /// How alike they are, -1…1.
    package var score: Double?
    package var time: Timestamp

    package init(_ portrait: StoredPortrait, state: IdentityState, individual: EventID? = nil, score: Double? = nil, time: Timestamp) {
        event = portrait.event
        due = portrait.due
        self.state = state
        self.individual = individual
        self.score = score
        self.time = time
    }
}
