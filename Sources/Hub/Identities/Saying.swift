package import Protocol

/// What somebody says of who was seen.
package enum Saying: Sendable, Hashable {
    /// Nobody who has a name.
    case nobody
    case individual(EventID)
    /// Somebody who has had no name until now.
    case new(Individual)

    /// What became of it.
    package enum Outcome: Sendable, Hashable {
        case done
        /// One of the events shows nobody by whom somebody could be known; nothing was changed.
        case noPortrait
        case unknownIndividual
        /// A person was called a pet, or the other way round; nothing was changed.
        case wrongKind
    }
}
