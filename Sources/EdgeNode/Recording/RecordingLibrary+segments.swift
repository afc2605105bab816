package import Base
import Foundation
import GRDB
package import Protocol
package import Recording
import Synchronization

extension RecordingLibrary {
    /// Writes the row of a segment that is about to be written.
    func begin(_ row: SegmentRow) throws(RecordingError) {
        beingWritten.withLock { _ = $0.insert(row.id) }
        do { try keep(row) } catch {
            abandon(row.id)
            throw error
        }
    }

    /// Takes a segment whose row is open as one's own.
    /// - Returns: False where somebody has it, or it is settled meanwhile.
    func claim(_ id: EventID) -> Bool {
        guard beingWritten.withLock({ $0.insert(id).inserted }) else { return false }
        // After it is claimed: whoever had it settled it before he let it go.
        if (try? segment(id))?.state == .open { return true }
        abandon(id)
        return false
    }

    /// Nobody writes a segment any more, although its row says that it is open.
    func abandon(_ id: EventID) { beingWritten.withLock { _ = $0.remove(id) } }

    /// Segments that nobody writes, although their rows say that they are open: those of a run that was cut off, or that failed.
    package func interrupted() throws(RecordingError) -> [SegmentRow] {
        // In this order: one that is begun in between is in the set.
        let rows = try segments(.open)
        let present = beingWritten.withLock { $0 }
        return rows.filter { !present.contains($0.id) }
    }

    /// Writes a segment's row, new or changed.
    package func keep(_ row: SegmentRow) throws(RecordingError) {
        try write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                        (SELECT MIN(COALESCE(MAX(reported), 0), 1) FROM segment WHERE id = ?))
                    """,
                arguments: [
                    row.id.description, row.camera, row.track.rawValue, row.start.microseconds, row.end.microseconds, row.bytes,
                    row.isEncrypted, row.state.rawValue, row.keep.rawValue, Data(row.commitment), row.id.description,
                ])
        }
    }

    /// A segment has ended, one way or the other. Its class stays what it has become meanwhile.
    package func settle(_ id: EventID, _ state: SegmentRow.State, end: Timestamp, bytes: Int64) throws(RecordingError) {
        defer { abandon(id) }
        try write { db in
            try db.execute(
                sql: "UPDATE segment SET state = ?, \"end\" = ?, bytes = ?, reported = MIN(reported, 1) WHERE id = ?",
                arguments: [state.rawValue, end.microseconds, bytes, id.description])
        }
        news.put(())
    }

    package func segment(_ id: EventID) throws(RecordingError) -> SegmentRow? {
        try read { db in try Row.fetchOne(db, sql: "SELECT * FROM segment WHERE id = ?", arguments: [id.description]).flatMap(Self.row) }
    }

    /// Segments of a camera that have something of a span, in the order of time; those that go are not among them. One that is open counts
    /// as going on.
    package func segments(camera: String, track: SegmentTrack, from: Timestamp, to: Timestamp) throws(RecordingError) -> [SegmentRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM segment WHERE camera = ? AND track = ? AND start < ? AND ("end" > ? OR state = 'open')
                    AND state != 'removing' ORDER BY start
                    """, arguments: [camera, track.rawValue, to.microseconds, from.microseconds]
            ).compactMap(Self.row)
        }
    }

    /// Segments in some state, the oldest first.
    package func segments(_ state: SegmentRow.State) throws(RecordingError) -> [SegmentRow] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM segment WHERE state = ? ORDER BY start", arguments: [state.rawValue])
                .compactMap(Self.row)
        }
    }

    /// The last segment of a track, whatever its state.
    /// - Parameter before: Only one that begins before it.
    package func last(
        camera: String, track: SegmentTrack, before: Timestamp = Timestamp(microseconds: .max)
    ) throws(RecordingError) -> SegmentRow? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM segment WHERE camera = ? AND track = ? AND start < ? ORDER BY start DESC LIMIT 1",
                arguments: [camera, track.rawValue, before.microseconds]
            ).flatMap(Self.row)
        }
    }

    /// Keeps what a camera recorded in a span for as long as events are kept.
    package func keepForEvent(camera: String, from: Timestamp, to: Timestamp) throws(RecordingError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE segment SET keep = 'event', reported = MIN(reported, 1)
                    WHERE camera = ? AND keep = 'continuous' AND start < ? AND ("end" > ? OR state = 'open')
                    """, arguments: [camera, to.microseconds, from.microseconds])
        }
    }

    /// Every row, for a check.
    package func allSegments() throws(RecordingError) -> [SegmentRow] {
        try read { db in try Row.fetchAll(db, sql: "SELECT * FROM segment ORDER BY camera, track, start").compactMap(Self.row) }
    }

    static func row(_ row: Row) -> SegmentRow? {
        guard let id = EventID(row["id"] as String), let track = SegmentTrack(rawValue: row["track"]),
            let state = SegmentRow.State(rawValue: row["state"]), let keep = SegmentRow.Class(rawValue: row["keep"])
        else { return nil }
        var out = SegmentRow(
            id: id, camera: row["camera"], track: track, start: Timestamp(microseconds: row["start"]), isEncrypted: row["encrypted"],
            keep: keep, commitment: [UInt8](row["commitment"] as Data))
        out.end = Timestamp(microseconds: row["end"])
        out.bytes = row["bytes"]
        out.state = state
        return out
    }
}
