package import Protocol

/// What happens to the uplink.
package enum UplinkInput: Sendable {
    /// Connected, and subscribed to the acknowledgements.
    case connected
    case disconnected
    /// The outbox has new rows at its end.
    case rowsAdded
    /// Rows wait that were read before: after `resend`, and when a new epoch has begun.
    case rewound
    case page(UplinkRead, OutboxPage)
    case readFailed(UplinkRead)
    case published(batch: Int64, UplinkOutcome)
    case answered(Acknowledgement)
    /// The deadline has passed.
    case tick
}
