package import Protocol

/// What happens to the hub's knowledge of its nodes.
package enum PresenceInput: Sendable {
    /// The nodes that the installation has.
    case nodes([NodeRecord])
    /// The broker delivers what nodes say from now on.
    case subscribed
    case disconnected
    /// Messages were lost on this side: silence proves nothing.
    case missed
    case health(node: String, NodeHealth)
    /// - isRetained: Kept by the broker from an earlier time, so no sign of life.
    case state(node: String, NodeState, isRetained: Bool)
    /// What the store has of an epoch, as asked for.
    case committed(node: String, epoch: String, SequenceRanges)
    /// These events are stored.
    case stored(node: String, [PresenceEvent])
    case tick
}
