package import Protocol

/// What became of one `IngestBatch`.
package struct IngestOutcome: Sendable {
    /// `seq`s of this batch that are committed now, whether by this call or by an earlier one.
    package var committed = SequenceRanges()
    /// `seq`s that the store itself refused (an id with another `ts`, for instance), beside the batch's own `refused`.
    package var rejected: [Acknowledgement.Rejection] = []
    /// A `seq` is already committed under another id or rev: nothing of this batch was stored.
    package var staleEpoch = false
    /// Feed rows written: the sequencer has work.
    package var feedRows = 0

    package init() {}
}
