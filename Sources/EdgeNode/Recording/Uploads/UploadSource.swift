import Base
import Foundation
import Recording

/// Reads bytes of a segment's file, a piece at a time, and only when somebody asks for the next. On a thread of its own, since disks block.
actor UploadSource {
    /// The reading was ended.
    struct Ended: Error {}

    private let path: String
    private let range: Range<Int64>
    private let pace: UploadPace
    private let executor: ThreadExecutor
    private var file: FileHandle?
    private var at: Int64
    private var hasEnded = false
    /// Whether the file had not what it should have.
    private(set) var hasFailed = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - range: Bytes of the file; they are there.
    ///   - pace: Says when the next piece may go.
    init(path: String, range: Range<Int64>, pace: UploadPace, executor: ThreadExecutor) {
        self.path = path
        self.range = range
        self.pace = pace
        self.executor = executor
        at = range.lowerBound
    }

    /// Bytes that were read so far, all of which are on their way.
    var sent: Int64 { at - range.lowerBound }
    var isDone: Bool { at == range.upperBound }

    /// Nil at the end.
    /// - Throws: `Ended`; `RecordingError` where the file has not what it should have.
    func next() async throws -> [UInt8]? {
        guard !hasEnded else { throw Ended() }
        guard at < range.upperBound else { return nil }
        let length = Int(min(Int64(pace.piece), range.upperBound - at))
        try await pace.wait(for: length)
        guard !hasEnded else { throw Ended() }
        if file == nil {
            file = FileHandle(forReadingAtPath: path)
            guard (try? file?.seek(toOffset: UInt64(at))) != nil else {
                hasFailed = true
                throw RecordingError(.io, "the segment's file cannot be read")
            }
        }
        guard let bytes = try? file?.read(upToCount: length), bytes.count == length else {
            hasFailed = true
            throw RecordingError(.truncated, "the segment's file is shorter than it should be")
        }
        at += Int64(length)
        pace.note(sent: length)
        return [UInt8](bytes)
    }

    /// Nothing more is read.
    func end() {
        hasEnded = true
        try? file?.close()
        file = nil
    }

    /// What is read, as a sequence for one reader.
    nonisolated var pieces: UploadPieces { UploadPieces { try await self.next() } }
}
