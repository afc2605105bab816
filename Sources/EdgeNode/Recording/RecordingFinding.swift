/// What a check found in a folder of recordings: a line for people, which says what to do.
package struct RecordingFinding: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// The table is not there, or cannot be read.
        case lostTable, damagedTable
        /// A row has no file, or a file no row.
        case rowWithoutFile, unknownFile
        /// Nobody can tell what is in a file.
        case noSidecar
        /// There are bytes behind a sidecar's last record.
        case tornSidecar
        /// A part of a segment is not what its sidecar says.
        case damage
        /// Nobody writes a segment whose row is open.
        case interrupted
        /// A segment's removal has not come to its end.
        case removing
        /// Row and sidecar tell a different end, or a different length.
        case otherEnd
        /// A segment's header is not of its row, or of its place.
        case otherHeader
        /// Pictures are missing, and the ledger does not know.
        case hole
        /// Two segments of a track are of the same time.
        case overlap
    }

    package enum State: Sendable {
        /// The next start of the node settles it, or it is no fault.
        case harmless
        case broken
        case repaired
    }

    package let kind: Kind
    package let state: State
    package let description: String

    /// Whether something is wrong, still.
    package var isBroken: Bool { state == .broken }
}
