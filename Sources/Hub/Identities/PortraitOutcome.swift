import Protocol

/// What became of a portrait that was put into the store.
package enum PortraitOutcome: Sendable, Hashable {
    /// It is the event's portrait now.
    case stored
    /// The event has one of this rank or a higher one, which stays; or it had one that was forgotten, and gets no other.
    case kept
    /// It is a face, and people are not recognised here.
    case unwanted
    /// There is no such event, or not yet.
    case unknownEvent
    /// The event is another node's.
    case foreignEvent

    /// - Parameters:
    ///   - owner: The node of the event; nil where there is no such event.
    ///   - present: The rank of the portrait that it has.
    ///   - isOn: Whether people are recognised.
    init(_ facts: PortraitFacts, owner: String?, present: Int?, isOn: Bool) {
        switch SnapshotOutcome(owner: owner, present: present, node: facts.node, rank: facts.rank) {
        case .unknownEvent: self = .unknownEvent
        case .foreignEvent: self = .foreignEvent
        case .kept: self = .kept
        case .stored: self = facts.kind == .face && !isOn ? .unwanted : .stored
        }
    }
}
