package import Base
import GRDB
import Protocol
package import Recording

extension RecordingLibrary {
    /// Writes a gap's row, new or changed.
    package func keep(_ gap: RecordingGap) throws(RecordingError) { try write { db in try Self.keep(gap, db) } }

    static func keep(_ gap: RecordingGap, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                gap.id.description, gap.camera, gap.track.rawValue, gap.start.microseconds, gap.end?.microseconds, gap.cause.rawValue,
                gap.revision,
            ])
    }

    package func forget(_ gap: RecordingGap) throws(RecordingError) {
        try write { db in try db.execute(sql: "DELETE FROM gap WHERE id = ?", arguments: [gap.id.description]) }
    }

    /// Gaps that touch a span, in the order of time; one without an end goes on.
    package func gaps(camera: String, track: SegmentTrack, from: Timestamp, to: Timestamp) throws(RecordingError) -> [RecordingGap] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM gap WHERE camera = ? AND track = ? AND start < ? AND ("end" > ? OR "end" IS NULL) ORDER BY start
                    """, arguments: [camera, track.rawValue, to.microseconds, from.microseconds]
            ).compactMap(Self.gap)
        }
    }

    /// The gap of a track that has no end yet.
    package func openGap(camera: String, track: SegmentTrack) throws(RecordingError) -> RecordingGap? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM gap WHERE camera = ? AND track = ? AND \"end\" IS NULL ORDER BY start DESC LIMIT 1",
                arguments: [camera, track.rawValue]
            ).flatMap(Self.gap)
        }
    }

    /// Whether a track is to be recorded without a hole, and since when; outlives the process, so that the next start knows what is missing.
    package func setWanted(camera: String, track: SegmentTrack, since: Timestamp?) throws(RecordingError) {
        try write { db in
            guard let since else {
                return try db.execute(
                    sql: "DELETE FROM wanted WHERE camera = ? AND track = ?", arguments: [camera, track.rawValue])
            }
            try db.execute(
                sql: "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)", arguments: [camera, track.rawValue, since.microseconds])
        }
    }

    package func wantedSince(camera: String, track: SegmentTrack) throws(RecordingError) -> Timestamp? {
        try read { db in
            try Int64.fetchOne(
                db, sql: "SELECT since FROM wanted WHERE camera = ? AND track = ?", arguments: [camera, track.rawValue]
            ).map { Timestamp(microseconds: $0) }
        }
    }

    /// Every track that is to be recorded without a hole, and since when.
    package func allWanted() throws(RecordingError) -> [(camera: String, track: SegmentTrack, since: Timestamp)] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM wanted ORDER BY camera, track").compactMap { row in
                SegmentTrack(rawValue: row["track"]).map { (row["camera"], $0, Timestamp(microseconds: row["since"])) }
            }
        }
    }

    /// Ends what is wanted of cameras that are not there any more, or of their small streams, and their holes with it.
    package func retire(allBut cameras: Set<String>, withSub: Set<String> = [], at now: Timestamp) throws(RecordingError) {
        for wanted in try allWanted() where !(wanted.track == .sub ? withSub : cameras).contains(wanted.camera) {
            let gap = try openGap(camera: wanted.camera, track: wanted.track)
            try write { db in
                if var gap {
                    gap.end = max(gap.start, now)
                    try Self.keep(gap, db)
                }
                try db.execute(
                    sql: "DELETE FROM wanted WHERE camera = ? AND track = ?", arguments: [wanted.camera, wanted.track.rawValue])
            }
        }
    }

    static func gap(_ row: Row) -> RecordingGap? {
        guard let id = EventID(row["id"] as String), let track = SegmentTrack(rawValue: row["track"]),
            let cause = GapCause(rawValue: row["cause"])
        else { return nil }
        var gap = RecordingGap(
            camera: row["camera"], track: track, start: Timestamp(microseconds: row["start"]),
            end: (row["end"] as Int64?).map { Timestamp(microseconds: $0) }, cause: cause)
        gap.id = id
        gap.revision = row["revision"]
        return gap
    }
}
