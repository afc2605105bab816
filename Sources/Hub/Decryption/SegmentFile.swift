import Foundation
import Recording

/// An encrypted segment on a disk: read a piece at a time, and never written.
struct SegmentFile {
    private let handle: FileHandle
    /// Bytes of the file when it was opened.
    let length: Int64
    let header: SegmentHeader
    /// Salt and commitment, behind the header; shorter where the file ends before.
    let preamble: [UInt8]

    /// - Throws: `RecordingError` for what is no segment; `AdministrationError` for what cannot be read.
    init(_ url: URL) throws {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
        // A pipe would keep this process waiting.
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular,
            let handle = try? FileHandle(forReadingFrom: url), let length = try? handle.seekToEnd()
        else { throw AdministrationError("cannot be read. Check that it is a file, and that this user may read it.") }
        self.handle = handle
        self.length = Int64(clamping: length)
        header = try Self.header(handle)
        let start = Int64(header.encoded.count)
        preamble = try Self.read(handle, start..<start + Int64(ChunkedEncryption.preambleLength))
    }

    private static func header(_ handle: FileHandle) throws -> SegmentHeader {
        var prefix: [UInt8] = []
        while true {
            switch try SegmentHeader.parse(prefix) {
            case .header(let header): return header
            case .incomplete(let needed):
                let more = try read(handle, 0..<Int64(needed))
                guard more.count > prefix.count else { throw RecordingError(.truncated, "the recording ends within its header") }
                prefix = more
            }
        }
    }

    /// The bytes at places in the file; fewer where it ends before.
    /// - Throws: `AdministrationError` where the disk does not give them.
    func read(_ range: Range<Int64>) throws -> [UInt8] { try Self.read(handle, range) }

    private static func read(_ handle: FileHandle, _ range: Range<Int64>) throws -> [UInt8] {
        do {
            try handle.seek(toOffset: UInt64(clamping: range.lowerBound))
            return [UInt8](try handle.read(upToCount: range.count) ?? Data())
        } catch {
            throw AdministrationError("cannot be read at byte \(range.lowerBound). The disk may be failing: try a copy of it.")
        }
    }
}
