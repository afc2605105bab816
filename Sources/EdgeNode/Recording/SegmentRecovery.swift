import Base
import Foundation
import Logging
import Recording

/// Finds out what of a segment counts, and marks one that was cut off.
enum SegmentRecovery {
    typealias Finding = SegmentFinding

    /// Reads sidecar and segment, all of them.
    /// - Returns: Nil where there is no sidecar, or none that can be believed.
    static func examine(_ row: SegmentRow, folder: String) -> Finding? {
        guard let sidecar = FileManager.default.contents(atPath: "\(folder)/\(row.sidecar)") else { return nil }
        let file = FileHandle(forReadingAtPath: "\(folder)/\(row.file)")
        defer { try? file?.close() }
        let bytes = Int64(clamping: (try? file?.seekToEnd()) ?? 0)
        return SegmentFinding(sidecar: [UInt8](sidecar), isEncrypted: row.isEncrypted, bytes: bytes) { range in
            guard let file, (try? file.seek(toOffset: UInt64(range.lowerBound))) != nil else { return nil }
            return (try? file.read(upToCount: range.count)).map { [UInt8]($0) }
        }
    }

    /// Settles a segment whose writer was cut off: what counts of it is kept and marked; one of which nothing counts goes. Where somebody else
    /// does it just now, nothing happens.
    /// - Throws: `RecordingError`, `DurableFile.Failure`.
    static func settle(_ row: SegmentRow, in library: RecordingLibrary, logger: Logger) throws {
        guard library.claim(row.id) else { return }
        defer { library.abandon(row.id) }
        guard let finding = examine(row, folder: library.folder), finding.fragments > 0 || finding.isComplete else {
            _ = try library.remove(row)
            return
        }
        if finding.isComplete { return try library.settle(row.id, .closed, end: finding.end, bytes: finding.bytes) }
        try mark(finding, row, folder: library.folder)
        try library.settle(row.id, .unterminated, end: finding.end, bytes: finding.bytes)
        logger.notice(
            "A recording was cut off; what counts of it is kept",
            metadata: ["camera": "\(row.camera)", "segment": "\(row.id)", "until": "\(finding.end)"])
    }

    /// Marks a segment that was cut off, for good: nobody writes into it again.
    /// - Throws: `DurableFile.Failure`.
    static func mark(_ finding: Finding, _ row: SegmentRow, folder: String) throws(DurableFile.Failure) {
        var sidecar = try DurableFile(appendingTo: "\(folder)/\(row.sidecar)", length: Int64(finding.sidecar.validLength))
        try sidecar.append(SidecarCodec.unterminated(fragments: finding.fragments))
        try sidecar.synchronize()
    }
}
