import Base
import Foundation
import Protocol
import Recording

/// What lies in the folder and is not in the table.
extension RecordingCheck {
    /// - Parameter row: The table's row of this id.
    mutating func look(at segment: RecordingFiles.Segment, _ row: SegmentRow?) throws {
        let places = row.map { [$0.file, $0.sidecar] } ?? []
        let strange = segment.endings.sorted().filter { !places.contains("\(segment.stem).\($0)") }
        guard !strange.isEmpty, strange.contains(where: { exists("\(segment.stem).\($0)") }) else { return }
        let name = "\(segment.stem).\(strange.joined(separator: " and ."))"
        if let row {
            return note(
                .otherHeader, "\(name): the table has it as \(row.file). Files were moved or copied: put them back, or delete this one.")
        }
        guard let media = segment.media else {
            return note(.unknownFile, "\(name): it is alone, and describes a recording that is not there.", remedy: "it is deleted") {
                try DurableFile.remove("\($0.library.folder)/\(segment.stem).idx")
                try DurableFile.synchronizeFolder("\($0.library.folder)/\(segment.camera)/\(segment.day)")
            }
        }
        guard let header = SegmentRecovery.header(at: "\(library.folder)/\(segment.stem).idx") else {
            return note(
                .noSidecar,
                "\(name): the table does not have it, and its .idx is missing or damaged from its beginning on, without which it cannot be "
                    + "played. Delete it by hand.")
        }
        let found = self.row(of: header, ending: media, segment)
        guard found.file == "\(segment.stem).\(media)", header.identity.segment == segment.id else {
            return note(
                .otherHeader,
                "\(name): its .idx is of \(header.identity.camera), from \(header.start). Files were moved or renamed: put them back, or delete it."
            )
        }
        adopt(found, name)
    }

    private mutating func adopt(_ row: SegmentRow, _ name: String) {
        // One line says it for all of a table that is made anew.
        if isRebuilding, (try? take(row)) != nil { return }
        note(.unknownFile, "\(name): the table does not have it.", remedy: "it is taken up, if anything of it counts") { try $0.take(row) }
    }

    private mutating func take(_ row: SegmentRow) throws {
        try library.keep(row)
        if let finding = try SegmentRecovery.settle(row, in: library, logger: logger) { cover(row, finding) }
    }

    private func row(of header: SegmentHeader, ending: String, _ segment: RecordingFiles.Segment) -> SegmentRow {
        var row = SegmentRow(
            id: segment.id, camera: header.identity.camera, track: header.track, start: header.start, isEncrypted: ending == "vge",
            keep: .continuous)
        if row.isEncrypted {
            row.commitment = SegmentRecovery.commitment(at: "\(library.folder)/\(segment.stem).vge", behind: header.encoded.count)
        }
        return row
    }
}
