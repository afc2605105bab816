import Base
import GRDB
package import Protocol
package import Recording

extension RecordingLibrary {
    /// Why a segment is not deleted although somebody wants so.
    package enum DeletionRefusal: String, Sendable, Hashable {
        /// It is starred.
        case kept
        /// It is being written, or was cut off and is not settled yet.
        case open
        /// An order to keep it, or no longer, came since; or this order was refused before.
        case outdated
    }

    /// Deletes segments because somebody wants so: their rows say that they go, for good, and `RecordingUpkeep` removes their files as it removes
    /// those that became too old. What they leave is a hole of cause `deleted`. Those that are gone already are no fault.
    /// - Parameter items: Each with the number of its order.
    /// - Returns: Those that stay, of which the hub is told again, and why.
    package func delete(_ items: [(segment: EventID, number: Int64)]) throws(RecordingError) -> [EventID: DeletionRefusal] {
        let refused = try write { db -> [EventID: DeletionRefusal] in
            var refused: [EventID: DeletionRefusal] = [:]
            for item in items { refused[item.segment] = try Self.delete(item.segment, number: item.number, db) }
            return refused
        }
        if !refused.isEmpty { news.put(()) }
        return refused
    }

    private static func delete(_ segment: EventID, number: Int64, _ db: Database) throws -> DeletionRefusal? {
        let id = segment.description
        let row = try Row.fetchOne(db, sql: "SELECT * FROM segment WHERE id = ?", arguments: [id]).flatMap(Self.row)
        guard let row, row.state != .removing else { return nil }
        let last = try Int64.fetchOne(db, sql: "SELECT number FROM star WHERE segment = ?", arguments: [id]) ?? .min
        let refusal: DeletionRefusal? =
            if row.keep == .starred { .kept } else if row.state == .open { .open } else if number <= last { .outdated } else { nil }
        if let refusal {
            try db.execute(sql: "UPDATE segment SET reported = MIN(reported, 1) WHERE id = ?", arguments: [id])
            // The hub says by now that it stays: what comes late or once more of the same order must not delete it after all.
            try db.execute(sql: "INSERT OR REPLACE INTO star VALUES (?, ?)", arguments: [id, max(number, last)])
            return refusal
        }
        try db.execute(sql: "UPDATE segment SET state = 'removing' WHERE id = ?", arguments: [id])
        try db.execute(sql: "INSERT OR IGNORE INTO deleted VALUES (?)", arguments: [id])
        return nil
    }

    /// Forgets that somebody has deleted a segment, whose row goes.
    /// - Returns: Whether somebody has.
    static func takeDeletion(_ segment: EventID, _ db: Database) throws -> Bool {
        try db.execute(sql: "DELETE FROM deleted WHERE segment = ?", arguments: [segment.description])
        return db.changesCount > 0
    }

    /// Bytes of all segments that do not go already, by camera.
    package func bytesByCamera() throws(RecordingError) -> [String: Int64] {
        try read { db -> [String: Int64] in
            var bytes: [String: Int64] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT camera, SUM(bytes) FROM segment WHERE state != 'removing' GROUP BY camera") {
                let (camera, sum): (String, Int64) = (row[0], row[1])
                bytes[camera] = sum
            }
            return bytes
        }
    }
}
