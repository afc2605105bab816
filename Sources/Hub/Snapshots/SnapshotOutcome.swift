/// What became of a picture that was put into the store.
package enum SnapshotOutcome: Sendable, Hashable {
    /// It is the event's picture now.
    case stored
    /// The event has one of this rank or a higher one, which stays, or had one that was erased.
    case kept
    /// There is no such event, or not yet.
    case unknownEvent
    /// The event is another node's.
    case foreignEvent

    /// The rank of a picture that was erased: the event gets no other.
    static let erased = 0

    /// - Parameters:
    ///   - owner: The node of the event; nil where there is no such event.
    ///   - present: The rank of the picture that it has.
    init(owner: String?, present: Int?, node: String, rank: Int) {
        if owner == nil {
            self = .unknownEvent
        } else if owner != node {
            self = .foreignEvent
        } else {
            self = present != Self.erased && rank > present ?? 0 ? .stored : .kept
        }
    }
}
