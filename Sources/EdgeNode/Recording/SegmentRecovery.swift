import Base
import Foundation
import Logging
import Recording

/// Finds out what of a segment counts, and marks one that was cut off.
enum SegmentRecovery {
    /// Reads sidecar and segment, all of them.
    /// - Parameter isQuick: Whether of the segment only the head and the length are looked at.
    /// - Returns: Nil where there is no sidecar, or none that can be believed.
    static func examine(_ row: SegmentRow, folder: String, isQuick: Bool = false) -> SegmentFinding? {
        guard let sidecar = FileManager.default.contents(atPath: "\(folder)/\(row.sidecar)") else { return nil }
        let file = FileHandle(forReadingAtPath: "\(folder)/\(row.file)")
        defer { try? file?.close() }
        let bytes = Int64(clamping: (try? file?.seekToEnd()) ?? 0)
        return SegmentFinding(
            sidecar: [UInt8](sidecar), isEncrypted: row.isEncrypted, commitment: row.commitment, bytes: bytes, isQuick: isQuick
        ) { range in
            guard let file, (try? file.seek(toOffset: UInt64(range.lowerBound))) != nil else { return nil }
            return (try? file.read(upToCount: range.count)).map { [UInt8]($0) }
        }
    }

    /// Settles a segment whose writer was cut off: what counts of it is kept and marked; one of which nothing counts goes. Where somebody else
    /// does it just now, nothing happens.
    /// - Returns: What is in it; nil where it goes, or is somebody else's.
    /// - Throws: `RecordingError`, `DurableFile.Failure`.
    @discardableResult
    static func settle(_ row: SegmentRow, in library: RecordingLibrary, logger: Logger) throws -> SegmentFinding? {
        guard library.claim(row.id) else { return nil }
        defer { library.abandon(row.id) }
        let finding = examine(row, folder: library.folder)
        guard let finding, finding.claimed > 0 || finding.isComplete else {
            _ = try library.remove(row)
            return nil
        }
        try mark(finding, row, folder: library.folder)
        guard case .closed = finding.sidecar.state else {
            try library.settle(row.id, .unterminated, end: finding.claimedEnd, bytes: finding.bytes)
            logger.notice(
                "A recording was cut off; what counts of it is kept",
                metadata: ["camera": "\(row.camera)", "segment": "\(row.id)", "until": "\(finding.claimedEnd)"])
            return finding
        }
        // Where chunks of it were damaged later, the rest of it plays still; `vigilar-edge check` names it.
        try library.settle(row.id, .closed, end: finding.claimedEnd, bytes: finding.bytes)
        return finding
    }

    /// Marks a segment that was cut off, for good: nobody writes into it again. One that has an end keeps it; it may be that its writer was
    /// killed before that was on the disk, and it is now.
    /// - Throws: `DurableFile.Failure`.
    static func mark(_ finding: SegmentFinding, _ row: SegmentRow, folder: String) throws(DurableFile.Failure) {
        // What does not count of it, too: its length is told from now on.
        try DurableFile.synchronizeFile("\(folder)/\(row.file)")
        var sidecar = try DurableFile(appendingTo: "\(folder)/\(row.sidecar)", length: Int64(finding.sidecar.validLength))
        if finding.sidecar.state == .open { try sidecar.append(SidecarCodec.unterminated(fragments: finding.fragments)) }
        try sidecar.synchronize()
    }

    /// The header that a sidecar names; nil where it has none.
    static func header(at path: String) -> SegmentHeader? {
        sidecar(at: path).flatMap { SegmentFinding.header($0.head) }
    }

    /// What a sidecar says; nil where there is none, or none that can be believed.
    static func sidecar(at path: String) -> Sidecar? {
        FileManager.default.contents(atPath: path).flatMap { SegmentFinding.sidecar([UInt8]($0)) }
    }

    /// The commitment in a segment's file; empty where it is too short.
    static func commitment(at path: String, behind header: Int) -> [UInt8] {
        let file = FileHandle(forReadingAtPath: path)
        defer { try? file?.close() }
        guard let file, (try? file.seek(toOffset: UInt64(header + ChunkedEncryption.saltLength))) != nil,
            let data = try? file.read(upToCount: ChunkedEncryption.commitmentLength), data.count == ChunkedEncryption.commitmentLength
        else { return [] }
        return [UInt8](data)
    }
}
