package import Protocol

/// What the uplink wants done.
package enum UplinkAction: Sendable, Hashable {
    case read(UplinkRead)
    case send(UplinkBatch)
    /// These rows are committed at the hub.
    case acknowledge(epoch: String, SequenceRanges)
    /// The hub can never store this row.
    case bury(epoch: String, seq: Int64, why: String)
    /// The hub holds other events under this epoch's numbers. To be answered by `.rewound`.
    case startNewEpoch(stale: String)
}
