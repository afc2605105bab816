import Base
import Foundation
package import Logging
import Protocol
import Recording

/// Verifies the invariants of a folder of recordings (docs/design/recording.md), for `vigilar-edge check`, and mends what can be mended. Reads
/// every byte of every segment, unless it is to be quick, and decrypts nothing.
package struct RecordingCheck {
    let library: RecordingLibrary
    let isRepairing: Bool
    /// Whether segments are believed where their heads and lengths are right.
    let isQuick: Bool
    /// Whether a node may be at work there meanwhile.
    let isLive: Bool
    /// Whether the table is a new one: that its files have no rows is no fault of theirs.
    let isRebuilding: Bool
    let logger: Logger
    private(set) var findings: [RecordingFinding] = []
    /// By camera and track.
    var coverage: [String: RecordingCoverage] = [:]

    /// - Parameters:
    ///   - continuous: Cameras that are to be recorded without a hole; where the table is lost, nothing else tells.
    ///   - repair: Whether to mend, which is never quick. No node may run then.
    ///   - quick: Whether to look at rows, sidecars, heads and lengths only: damage within a segment is not found.
    /// - Returns: What was found, in no particular order; nothing where all is well.
    /// - Throws: `RecordingError` where the table cannot be used at all, or a node runs and `repair` is asked for; `DurableFile.Failure`.
    package static func run(folder: String, continuous: Set<String>, repair: Bool, quick: Bool = false, logger: Logger) throws
        -> [RecordingFinding]
    {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        let lock = repair ? try RecordingLibrary.lock(folder) : nil
        guard !repair || lock != nil else {
            throw RecordingError(.io, "a node uses the recordings in \(folder): stop it, and run this again")
        }
        return try withExtendedLifetime(lock) {
            // Before the rows: a file whose row was there first has one then.
            let files = RecordingFiles(folder: folder)
            let table = tableFinding(folder: folder, hasFiles: !files.segments.isEmpty, repair: repair)
            if let table, !repair { return [table] }
            if table?.kind == .damagedTable { try moveAside(folder) }
            guard repair || FileManager.default.fileExists(atPath: RecordingLibrary.path(in: folder)) else { return [] }
            let library = try repair ? RecordingLibrary(folder: folder) : RecordingLibrary(reading: folder)
            defer { library.close() }
            var check = RecordingCheck(
                library: library, isRepairing: repair, isQuick: quick && !repair, isLive: !repair && FolderLock.isHeld("\(folder)/lock"),
                isRebuilding: table != nil,
                logger: logger)
            try check.look(files, continuous: table == nil ? [] : continuous)
            return (table.map { [$0] } ?? []) + check.findings
        }
    }

    private init(library: RecordingLibrary, isRepairing: Bool, isQuick: Bool, isLive: Bool, isRebuilding: Bool, logger: Logger) {
        self.library = library
        self.isRepairing = isRepairing
        self.isQuick = isQuick
        self.isLive = isLive
        self.isRebuilding = isRebuilding
        self.logger = logger
    }

    private mutating func look(_ files: RecordingFiles, continuous: Set<String>) throws {
        let rows = try library.allSegments()
        for row in rows { try look(at: row) }
        let known = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for segment in files.segments { try look(at: segment, known[segment.id]) }
        // What the table said of it is gone: from the first segment on it is taken as wanted.
        for camera in continuous.sorted() {
            if let first = try library.allSegments().first(where: { $0.camera == camera && $0.track == .main }) {
                try library.setWanted(camera: camera, track: .main, since: first.start)
            }
        }
        try lookForHoles()
    }

    private static func tableFinding(folder: String, hasFiles: Bool, repair: Bool) -> RecordingFinding? {
        let path = RecordingLibrary.path(in: folder)
        guard FileManager.default.fileExists(atPath: path) else {
            let what = "\(path) is missing: nobody knows of the recordings beside it."
            return hasFiles
                ? finding(.lostTable, what, "it is made anew from them; what was starred is not known until the hub says it again", repair)
                : nil
        }
        do throws(RecordingError) {
            try RecordingLibrary(reading: folder).close()
            return nil
        } catch {
            guard error.code == .malformed else { return nil }
            return finding(
                .damagedTable, "\(path) is damaged: \(error.message).",
                "it is moved aside as library.sqlite.damaged-N and made anew from the recordings; what was starred is not known until the hub says it again",
                repair)
        }
    }

    private static func moveAside(_ folder: String) throws {
        let path = RecordingLibrary.path(in: folder)
        let files = FileManager.default
        var number = 1
        while files.fileExists(atPath: "\(path).damaged-\(number)") { number += 1 }
        // The journal first: a table without it is damaged still, a journal without its table would be taken for the new one's.
        for ending in ["-wal", "-shm", "-journal", ""] where files.fileExists(atPath: path + ending) {
            try files.moveItem(atPath: path + ending, toPath: "\(path).damaged-\(number)\(ending)")
        }
        try DurableFile.synchronizeFolder(folder)
    }

    private static func finding(_ kind: RecordingFinding.Kind, _ what: String, _ remedy: String, _ repair: Bool) -> RecordingFinding {
        RecordingFinding(
            kind: kind, state: repair ? .repaired : .broken, description: "\(what) \(repair ? "Repaired" : "With --repair"): \(remedy).")
    }

    /// Notes what nothing can be done about, or nothing needs to be.
    mutating func note(_ kind: RecordingFinding.Kind, _ what: String, isHarmless: Bool = false) {
        findings.append(RecordingFinding(kind: kind, state: isHarmless ? .harmless : .broken, description: what))
    }

    /// Notes what can be mended, and mends it where that is asked for.
    /// - Parameter remedy: What `repair` does.
    mutating func note(
        _ kind: RecordingFinding.Kind, _ what: String, isHarmless: Bool = false, remedy: String,
        repair: (inout RecordingCheck) throws -> Void
    ) {
        guard isRepairing else {
            let state = isHarmless ? RecordingFinding.State.harmless : .broken
            return findings.append(RecordingFinding(kind: kind, state: state, description: "\(what) With --repair: \(remedy)."))
        }
        do {
            try repair(&self)
            findings.append(RecordingFinding(kind: kind, state: .repaired, description: "\(what) Repaired: \(remedy)."))
        } catch {
            findings.append(RecordingFinding(kind: kind, state: .broken, description: "\(what) It could not be repaired: \(error)"))
        }
    }

    /// - Parameter path: Below the folder of the recordings.
    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(library.folder)/\(path)") }

    /// A segment's name in a line for people.
    static func name(_ row: SegmentRow) -> String { "\(row.file) (\(row.camera), from \(row.start)):" }
}
