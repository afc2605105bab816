package import Base
package import Protocol

/// What has become part of somebody: another individual, with all that is theirs, or a group of events that got the name at once.
package struct Merge: Sendable, Hashable {
    /// Of the other individual, or of the naming.
    package var id: EventID
    /// Whom they are now: an individual, or one that was merged into another itself.
    package var into: EventID
    /// As they were before; nil for a group of events.
    package var individual: Individual?
    /// Pictures of their own by which `into` is known now.
    package var pictures: Int
    package var time: Timestamp
    /// The account.
    package var account: String

    /// What became of it.
    package enum Outcome: Sendable, Hashable {
        case done
        /// There is nobody of one of the ids, or they are merged into another already; nothing was changed.
        case unknownIndividual
        /// A person and a pet; nothing was changed.
        case wrongKind
    }
}
