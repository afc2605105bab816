/// What became of one draft that was given to the outbox.
package enum OutboxResult: Sendable, Hashable {
    /// A committed row with this `seq`.
    case stored(seq: Int64)
    /// No room for this severity: counted, and reported by a tombstone.
    case full
    /// The event's JSON would be larger than `Limits.event`: refused and counted.
    case tooLarge(bytes: Int)
    /// The draft breaks a rule of the contract: refused and counted.
    case invalid(String)

    /// The row's number, nil for what was refused.
    package var seq: Int64? {
        if case .stored(let seq) = self { seq } else { nil }
    }
}
