import Base
import GRDB
import Protocol

/// The tables of an outbox, and the steps from older versions to this one.
///
/// - `state` has one row: the node, the present epoch, refusals that no tombstone has reported.
/// - `epoch` has a row per epoch: its name, its next `seq`, and `pruned_through`, up to where acknowledged rows were deleted.
/// - `event` has a row per revision. `position` is the order of acceptance over all epochs.
/// - `open_event` names the last row of each event that has no end yet.
/// - `dead_letter` keeps what the hub can never store.
enum OutboxSchema {
    static let version = 1

    private static let first = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1), node TEXT NOT NULL, epoch INTEGER NOT NULL,
            dropped INTEGER NOT NULL DEFAULT 0, dropped_from INTEGER NOT NULL DEFAULT 0, dropped_to INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE epoch (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next_seq INTEGER NOT NULL DEFAULT 1,
            pruned_through INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE event (
            position INTEGER PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL REFERENCES epoch (number), seq INTEGER NOT NULL,
            id TEXT NOT NULL, rev INTEGER NOT NULL, severity INTEGER NOT NULL, created INTEGER NOT NULL, acked_at INTEGER,
            body BLOB NOT NULL, UNIQUE (epoch, seq));
        CREATE INDEX event_urgent ON event (position) WHERE acked_at IS NULL AND severity >= 3;
        CREATE INDEX event_ordinary ON event (position) WHERE acked_at IS NULL AND severity < 3;
        CREATE INDEX event_acked ON event (acked_at) WHERE acked_at IS NOT NULL;
        CREATE TABLE open_event (id TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE dead_letter (
            number INTEGER PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, why TEXT NOT NULL, body BLOB NOT NULL,
            time INTEGER NOT NULL);
        PRAGMA user_version = 1;
        """

    /// Brings a file to this version; a new one gets its tables, its node and its first epoch.
    ///
    /// - Throws: `OutboxError.newerVersion`, or what SQLite reports.
    static func migrate(_ db: Database, node: String) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if found > version { throw OutboxError.newerVersion(found) }
        if found < 1 {
            try db.execute(sql: first)
            try db.execute(sql: "INSERT INTO epoch (number, name) VALUES (1, ?)", arguments: [newEpochName()])
            try db.execute(sql: "INSERT INTO state (id, node, epoch) VALUES (1, ?, 1)", arguments: [node])
        }
    }

    /// Reads what lies beside the rows, and counts those.
    static func load(_ db: Database) throws -> (state: OutboxState, node: String) {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT state.*, epoch.name, epoch.next_seq FROM state JOIN epoch ON epoch.number = state.epoch")
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the outbox has lost its state row") }
        func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
        let urgent = try count("SELECT COUNT(*) FROM event WHERE acked_at IS NULL AND severity >= 3")
        let ordinary = try count("SELECT COUNT(*) FROM event WHERE acked_at IS NULL AND severity < 3")
        var drops = DropCount()
        if let dropped: Int64 = row["dropped"], dropped > 0 {
            drops.dropped = dropped
            drops.from = Timestamp(microseconds: row["dropped_from"])
            drops.to = Timestamp(microseconds: row["dropped_to"])
        }
        let state = OutboxState(
            epochNumber: row["epoch"], epoch: row["name"], nextSeq: row["next_seq"], waiting: urgent + ordinary,
            kept: try count("SELECT COUNT(*) FROM event WHERE acked_at IS NOT NULL"),
            deadLetters: try count("SELECT COUNT(*) FROM dead_letter"), drops: drops)
        return (state, row["node"])
    }

    /// Writes the part of the state that is not counted from the rows.
    static func save(_ state: OutboxState, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE epoch SET next_seq = ? WHERE number = ?").execute(arguments: [state.nextSeq, state.epochNumber])
        let drops = state.drops
        let none = drops.dropped == 0
        try db.cachedStatement(sql: "UPDATE state SET epoch = ?, dropped = ?, dropped_from = ?, dropped_to = ?").execute(
            arguments: [state.epochNumber, drops.dropped, none ? 0 : drops.from.microseconds, none ? 0 : drops.to.microseconds])
    }

    /// 16 random characters of `a-z 0-9`: 82 bits, so that a wiped node never meets its old numbers.
    static func newEpochName() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }
}
