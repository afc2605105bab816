import Base
import Foundation
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

    /// Marks a segment that was cut off, for good: nobody writes into it again.
    /// - Throws: `DurableFile.Failure`.
    static func mark(_ finding: Finding, _ row: SegmentRow, folder: String) throws(DurableFile.Failure) {
        var sidecar = try DurableFile(appendingTo: "\(folder)/\(row.sidecar)", length: Int64(finding.sidecar.validLength))
        try sidecar.append(SidecarCodec.unterminated(fragments: finding.fragments))
        try sidecar.synchronize()
    }
}
