/// What the broker said to a batch. Nothing of it means that an event is stored.
package enum UplinkOutcome: Sendable, Hashable {
    case delivered
    /// Reason 0x10: no hub is subscribed.
    case noSubscribers
    /// Not sent, or the connection ended before the answer.
    case failed
}
