import Base
import Foundation
import Recording

/// What is wrong with the segments that the table knows.
extension RecordingCheck {
    mutating func look(at row: SegmentRow) throws {
        switch row.state {
        case .removing:
            cover(row, from: row.start, to: row.end)
            note(
                .removing, "\(Self.name(row)) it is being removed. The node's next start goes on with it.", isHarmless: true,
                remedy: "it is removed"
            ) { _ = try $0.library.remove(row) }
        case .open: lookAtOpen(row)
        case .closed, .unterminated: try lookAtSettled(row)
        }
    }

    private mutating func lookAtOpen(_ row: SegmentRow) {
        if isLive { return cover(row, from: row.start, to: Timestamp(microseconds: .max)) }
        if let finding = SegmentRecovery.examine(row, folder: library.folder, isQuick: isQuick) { cover(row, finding) }
        note(
            .interrupted, "\(Self.name(row)) it was cut off. The node's next start marks it.", isHarmless: true,
            remedy: "what counts of it is kept, and marked"
        ) { try SegmentRecovery.settle(row, in: $0.library, logger: $0.logger) }
    }

    private mutating func lookAtSettled(_ row: SegmentRow) throws {
        guard exists(row.file) else {
            if try isGone(row) { return }
            cover(row, from: row.start, to: row.end)
            return note(
                .rowWithoutFile, "\(Self.name(row)) the table has it, and it is not there.", remedy: "its row goes, and the hole is noted"
            ) { _ = try $0.library.remove(row, cause: .unknown) }
        }
        guard let finding = SegmentRecovery.examine(row, folder: library.folder, isQuick: isQuick) else {
            if try isGone(row) { return }
            cover(row, from: row.start, to: row.end)
            return note(
                .noSidecar,
                "\(Self.name(row)) its .idx is missing or damaged from its beginning on, without which it cannot be played. Delete it on the hub's "
                    + "page, or wait until its time is over.")
        }
        cover(row, finding)
        guard isOfRow(finding, row) else { return }
        lookAtEnd(row, finding)
    }

    private mutating func isOfRow(_ finding: SegmentFinding, _ row: SegmentRow) -> Bool {
        let header = finding.header
        let isOwn =
            header.identity.camera == row.camera && header.identity.segment == row.id && header.track == row.track
            && header.start == row.start && header.keys.isEmpty != row.isEncrypted
        if !isOwn {
            note(
                .otherHeader,
                "\(Self.name(row)) its .idx is another segment's, \(header.identity.segment) of \(header.identity.camera). Files were "
                    + "exchanged: put them back.")
        } else if !finding.hasOwnHead {
            note(
                .otherHeader,
                "\(Self.name(row)) it does not begin as its .idx and the table say. It is damaged, or another file: it cannot be opened."
            )
        }
        return isOwn && finding.hasOwnHead
    }

    private mutating func lookAtEnd(_ row: SegmentRow, _ finding: SegmentFinding) {
        let name = Self.name(row)
        let isMarked =
            switch (row.state, finding.sidecar.state) {
            case (.closed, .closed), (.unterminated, .unterminated): true
            default: false
            }
        if !isMarked {
            return note(
                .otherEnd, "\(name) the table says that it is \(row.state.rawValue), and its .idx does not.",
                remedy: "what counts of it is kept, and both say the same"
            ) { try $0.settleAgain(row) }
        }
        if finding.hasDamage {
            note(
                .damage,
                "\(name) its bytes have changed: of \(finding.claimed) fragments the first \(finding.fragments) are whole, until \(finding.end). "
                    + "The disk may be failing: look at its state.")
        }
        if finding.sidecar.tornLength > 0 {
            note(
                .tornSidecar, "\(name) behind its end its .idx has \(finding.sidecar.tornLength) bytes that are no record.",
                remedy: "they are cut off"
            ) { try SegmentRecovery.mark(finding, row, folder: $0.library.folder) }
        }
        if row.bytes != finding.bytes || abs(row.end.seconds(since: finding.claimedEnd)) > GapLedger.tolerance {
            note(
                .otherEnd,
                "\(name) the table tells \(row.bytes) bytes until \(row.end), and there are \(finding.bytes) until \(finding.claimedEnd).",
                remedy: "the table tells what is there"
            ) { try $0.library.settle(row.id, row.state, end: finding.claimedEnd, bytes: finding.bytes) }
        }
    }

    private func settleAgain(_ row: SegmentRow) throws {
        var open = row
        open.state = .open
        try library.keep(open)
        try SegmentRecovery.settle(open, in: library, logger: logger)
    }

    /// Whether a running node has removed it meanwhile.
    private func isGone(_ row: SegmentRow) throws -> Bool {
        guard isLive else { return false }
        let now = try library.segment(row.id)?.state
        return now == nil || now == .removing
    }
}
