/// Rows are read in two lanes, so that an alarm never stands behind a backlog.
package enum OutboxLane: Sendable, Hashable, CaseIterable {
    /// `alarm` and above.
    case urgent
    /// Everything else, in the order of its acceptance.
    case ordinary
}
