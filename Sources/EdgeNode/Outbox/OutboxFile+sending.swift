import Base
import Foundation
import GRDB
import Protocol

extension OutboxFile {
    /// The next rows of a lane that wait for the hub.
    ///
    /// - Parameters:
    ///   - bytes: Stops before the bodies together pass this; one row is always taken.
    ///   - known: Rows that are acknowledged already, though not yet in the file.
    func unsent(_ lane: OutboxLane, after position: Int64, rows: Int, bytes: Int, known: [String: SequenceRanges]) throws -> OutboxPage {
        let condition = lane == .urgent ? "severity >= 3" : "severity < 3"
        var page = OutboxPage(rows: [], position: position, more: false, waiting: state.waiting)
        var size = 0
        try database.read { db in
            let sql = """
                SELECT event.position, epoch.name, event.seq, event.body FROM event JOIN epoch ON epoch.number = event.epoch
                WHERE event.acked_at IS NULL AND event.\(condition) AND event.position > ? ORDER BY event.position
                """
            let cursor = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: [position])
            while let row = try cursor.next() {
                let epoch: String = row[1]
                let seq: Int64 = row[2]
                let place: Int64 = row[0]
                if known[epoch]?.contains(seq) == true {
                    page.position = place
                    continue
                }
                let body: Data = row[3]
                if page.rows.count >= rows || (size + body.count > bytes && !page.rows.isEmpty) {
                    page.more = true
                    break
                }
                size += body.count
                page.position = place
                page.rows.append(OutboxRow(position: place, epoch: epoch, seq: seq, body: [UInt8](body)))
            }
        }
        return page
    }

    /// Marks rows as acknowledged, and writes the tombstone where that made room.
    func mark(_ acknowledged: [String: SequenceRanges], now: Timestamp) throws {
        try transaction { db, state in
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE event SET acked_at = ? WHERE epoch = (SELECT number FROM epoch WHERE name = ?)
                    AND seq BETWEEN ? AND ? AND acked_at IS NULL
                    """)
            for (epoch, ranges) in acknowledged {
                for range in ranges.ranges {
                    try statement.execute(arguments: [now.microseconds, epoch, range.lowerBound, range.upperBound])
                    state.waiting -= db.changesCount
                    state.kept += db.changesCount
                }
            }
            try self.reportDrops(now: now, db, &state)
        }
    }

    /// Moves a row that the hub can never store out of the way.
    func bury(epoch: String, seq: Int64, why: String, now: Timestamp) throws {
        try transaction { db, state in
            try db.execute(
                sql: """
                    INSERT INTO dead_letter (epoch, seq, why, body, time)
                    SELECT epoch.name, event.seq, ?, event.body, ? FROM event JOIN epoch ON epoch.number = event.epoch
                    WHERE epoch.name = ? AND event.seq = ? AND event.acked_at IS NULL
                    """, arguments: [String(why.prefix(1000)), now.microseconds, epoch, seq])
            guard db.changesCount > 0 else { return }
            state.deadLetters += 1
            state.waiting -= 1
            try db.execute(
                sql: "DELETE FROM event WHERE epoch = (SELECT number FROM epoch WHERE name = ?) AND seq = ?", arguments: [epoch, seq])
        }
    }

    /// Addresses every row that waits to a new epoch (or, where `stale` is an older one, its rows to the present one).
    func startNewEpoch(stale: String) throws {
        try transaction { db, state in
            if stale == state.epoch {
                state.epoch = OutboxSchema.newEpochName()
                state.nextSeq = 1
                try db.execute(sql: "INSERT INTO epoch (name) VALUES (?)", arguments: [state.epoch])
                state.epochNumber = db.lastInsertedRowID
                try db.execute(sql: "UPDATE state SET node = ?", arguments: [self.configuration.node])
            }
            var position: Int64 = 0
            while let last = try self.readdress(after: position, db, &state) { position = last }
        }
    }

    /// Addresses one page of waiting rows to the present epoch; returns how far it came, nil at the end.
    private func readdress(after position: Int64, _ db: Database, _ state: inout OutboxState) throws -> Int64? {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT position, body FROM event WHERE acked_at IS NULL AND epoch <> ? AND position > ? ORDER BY position LIMIT 500",
            arguments: [state.epochNumber, position])
        for row in rows {
            let place: Int64 = row[0]
            let body: Data = row[1]
            do {
                let old = try Event(body: [UInt8](body))
                let new = try Event(
                    id: old.id, rev: old.rev, node: configuration.node, epoch: state.epoch, seq: state.nextSeq, site: old.site,
                    sourceID: old.sourceID, type: old.type, severity: old.severity, ts: old.ts, endTS: old.endTS, payload: old.payload)
                try db.cachedStatement(sql: "UPDATE event SET epoch = ?, seq = ?, body = ? WHERE position = ?").execute(
                    arguments: [state.epochNumber, state.nextSeq, Data(new.body), place])
                state.nextSeq += 1
            } catch let error as EventError {
                try db.execute(
                    sql: """
                        INSERT INTO dead_letter (epoch, seq, why, body, time)
                        SELECT epoch.name, event.seq, ?, event.body, event.created FROM event JOIN epoch ON epoch.number = event.epoch
                        WHERE event.position = ?
                        """, arguments: ["not an event any more: \(error)", place])
                try db.execute(sql: "DELETE FROM event WHERE position = ?", arguments: [place])
                state.waiting -= 1
                state.deadLetters += 1
            }
        }
        return rows.last?[0]
    }
}
