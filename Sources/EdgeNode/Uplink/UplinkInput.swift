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
    /// A dead letter was not written: its row still waits, and has to be read and sent again.
    case buryFailed
    case page(UplinkRead, OutboxPage)
    case readFailed(UplinkRead)
    case published(batch: Int64, UplinkOutcome)
    case answered(Acknowledgement)
    /// The deadline has passed.
    case tick
}
