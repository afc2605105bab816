package import Base
import GRDB
package import Protocol
package import Recording
import Synchronization

extension RecordingLibrary {
    /// Keeps a segment's files for as long as something reads them.
    /// - Returns: False where they are going already.
    package func hold(_ id: EventID) throws(RecordingError) -> Bool {
        beingRead.withLock { $0[id, default: 0] += 1 }
        // After it is held: whoever removes looks at the holds after the row says so.
        if let row = try segment(id), row.state != .removing { return true }
        release(id)
        return false
    }

    /// Ends a `hold`.
    package func release(_ id: EventID) {
        beingRead.withLock { held in
            let count = (held[id] ?? 0) - 1
            held[id] = count > 0 ? count : nil
        }
    }

    /// Bytes of all segments that do not go already.
    package func totalBytes() throws(RecordingError) -> Int64 {
        try read { db in try Int64.fetchOne(db, sql: "SELECT COALESCE(SUM(bytes), 0) FROM segment WHERE state != 'removing'") ?? 0 }
    }

    /// The oldest segments of a class, those being written left out.
    /// - Parameter before: Only those that ended by then; nil for all.
    package func oldest(_ keep: SegmentRow.Class, before: Timestamp?, atMost limit: Int) throws(RecordingError) -> [SegmentRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM segment WHERE keep = ? AND "end" <= ? AND state IN ('closed', 'unterminated') ORDER BY start LIMIT ?
                    """, arguments: [keep.rawValue, before?.microseconds ?? .max, limit]
            ).compactMap(Self.row)
        }
    }

    /// Removes a segment: the row says so, the files go, then the row, and what is missing now is in the ledger. What reads it keeps it: it
    /// goes at the next call.
    /// - Parameter cause: What is noted of the hole that it leaves, unless somebody has deleted it.
    /// - Returns: Whether it is gone.
    /// - Throws: `RecordingError`, `DurableFile.Failure`: its row stays `removing`, and the next call goes on.
    package func remove(_ row: SegmentRow, cause: GapCause = .retention) throws -> Bool {
        if row.state != .removing {
            try write { db in try db.execute(sql: "UPDATE segment SET state = 'removing' WHERE id = ?", arguments: [row.id.description]) }
        }
        guard beingRead.withLock({ $0[row.id] == nil }) else { return false }
        try DurableFile.remove("\(folder)/\(row.file)")
        try DurableFile.remove("\(folder)/\(row.sidecar)")
        try DurableFile.synchronizeFolder("\(folder)/\(row.folders.joined(separator: "/"))", mayBeMissing: true)
        try write { db in
            try Self.noteRemoved(row.id, db)
            try db.execute(sql: "DELETE FROM segment WHERE id = ?", arguments: [row.id.description])
            try db.execute(sql: "DELETE FROM star WHERE segment = ?", arguments: [row.id.description])
            let isDeleted = try Self.takeDeletion(row.id, db)
            if row.end > row.start { try Self.noteRemoval(row, isDeleted ? .deleted : cause, db) }
        }
        news.put(())
        return true
    }

    /// One row of the ledger for all that was removed side by side: deleting a day minute by minute is one hole.
    private static func noteRemoval(_ row: SegmentRow, _ cause: GapCause, _ db: Database) throws {
        var gap = RecordingGap(camera: row.camera, track: row.track, start: row.start, end: row.end, cause: cause)
        let margin = GapLedger.tolerance
        let neighbours = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM gap WHERE camera = ? AND track = ? AND cause = ? AND start <= ? AND "end" >= ? ORDER BY start
                """,
            arguments: [
                row.camera, row.track.rawValue, cause.rawValue, row.end.advanced(bySeconds: margin).microseconds,
                row.start.advanced(bySeconds: -margin).microseconds,
            ]
        ).compactMap(Self.gap)
        for neighbour in neighbours {
            gap.start = min(gap.start, neighbour.start)
            gap.end = max(gap.end ?? row.end, neighbour.end ?? row.end)
            try db.execute(sql: "DELETE FROM gap WHERE id = ?", arguments: [neighbour.id.description])
        }
        if let first = neighbours.first { gap.id = first.id }
        try keep(gap, db)
    }
}
