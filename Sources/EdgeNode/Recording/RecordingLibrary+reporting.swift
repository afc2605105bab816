import Base
import GRDB
import Protocol
import Recording

extension RecordingLibrary {
    /// What the hub has been told of a segment, as it stands in the table.
    private enum Reported {
        /// Nothing, in no state.
        static let nothing = 0
        /// Something, perhaps: it is to be told again.
        static let outdated = 1
        /// All.
        static let all = 2
        /// Nothing more, since its files cannot be read, or the hub refuses it.
        static let impossible = 3
    }

    /// Segments that have ended and that the hub does not know, or not as they ended: the newest first. From now on the hub may know them.
    /// - Parameter cameras: Left out.
    func toReport(without cameras: Set<String>, atMost limit: Int) throws(RecordingError) -> [SegmentRow] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM segment WHERE reported < 2 AND state IN ('closed', 'unterminated')
                    AND camera NOT IN (SELECT value FROM json_each(?)) ORDER BY start DESC LIMIT ?
                    """, arguments: [Self.list(cameras), limit]
            ).compactMap(Self.row)
        }
        try noteReporting(rows.map(\.id))
        return rows
    }

    /// The hub may know of segments from now on, whatever it answers: it is to be told when they go.
    func noteReporting(_ ids: [EventID]) throws(RecordingError) {
        let list = Self.list(ids.map(\.description))
        let isNew = try read { db in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM segment WHERE reported = 0 AND id IN (SELECT value FROM json_each(?)))",
                arguments: [list]) ?? false
        }
        guard isNew else { return }
        try write { db in
            try db.execute(
                sql: "UPDATE segment SET reported = ? WHERE reported = ? AND id IN (SELECT value FROM json_each(?))",
                arguments: [Reported.outdated, Reported.nothing, list])
        }
    }

    /// The hub knows a segment as this row has it. One that has changed meanwhile is told again.
    /// - Parameter isPossible: False where it cannot be told.
    func noteReported(_ row: SegmentRow, isPossible: Bool = true) throws(RecordingError) {
        try write { db in
            try db.execute(
                sql: "UPDATE segment SET reported = ? WHERE id = ? AND state = ? AND \"end\" = ? AND bytes = ? AND keep = ?",
                arguments: [
                    isPossible ? Reported.all : Reported.impossible, row.id.description, row.state.rawValue, row.end.microseconds,
                    row.bytes, row.keep.rawValue,
                ])
        }
    }

    /// What could not be told is to be tried again: whoever starts the node may have mended it.
    func retryReports() throws(RecordingError) {
        try write { db in
            try db.execute(
                sql: "UPDATE segment SET reported = ? WHERE reported = ?", arguments: [Reported.outdated, Reported.impossible])
        }
    }

    /// Segments that are gone, and that the hub may know.
    func removed(atMost limit: Int) throws(RecordingError) -> [EventID] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT id FROM removed ORDER BY id LIMIT ?", arguments: [limit]).compactMap { EventID($0) }
        }
    }

    /// The hub knows that segments are gone.
    func forgetRemoved(_ ids: [EventID]) throws(RecordingError) {
        try write { db in
            try db.execute(
                sql: "DELETE FROM removed WHERE id IN (SELECT value FROM json_each(?))", arguments: [Self.list(ids.map(\.description))])
        }
    }

    /// A segment's row is about to go: where the hub may know it, it is to be told.
    static func noteRemoved(_ id: EventID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO removed SELECT id FROM segment WHERE id = ? AND reported > 0", arguments: [id.description])
    }

    /// Segments of a camera that are being written.
    func open(camera: String) throws(RecordingError) -> [SegmentRow] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM segment WHERE state = 'open' AND camera = ? ORDER BY start", arguments: [camera]
            ).compactMap(Self.row)
        }
    }

    /// A JSON array, which SQLite can look into. Ids need no escaping.
    private static func list(_ ids: some Sequence<String>) -> String { "[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]" }
}
