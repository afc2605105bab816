package import Base
package import Protocol

/// Who was seen in an event, by comparing or by somebody's word.
package struct IdentityDecision: Sendable, Hashable {
    package var state: IdentityState
    /// Nil where it is nobody who has a name.
    package var individual: EventID?
    /// How alike they are, -1…1; nil where somebody said so.
    package var score: Double?
    /// The account that said so; nil where pictures were compared. What somebody says stands.
    package var account: String?
    package var time: Timestamp

    package init(state: IdentityState, individual: EventID? = nil, score: Double? = nil, account: String? = nil, time: Timestamp) {
        self.state = state
        self.individual = individual
        self.score = score
        self.account = account
        self.time = time
    }
}
