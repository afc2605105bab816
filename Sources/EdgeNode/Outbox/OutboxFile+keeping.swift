import Base
import Foundation
import GRDB
import Protocol

extension OutboxFile {
    /// Dead letters that are kept; older ones are only counted.
    static let deadLetterBound = 10_000

    /// Deletes acknowledged rows whose time is over, or that are too many; at most `limit` of them.
    ///
    /// - Returns: How many it deleted.
    func prune(now: Timestamp, limit: Int) throws -> Int {
        let cutoff = now.advanced(bySeconds: -86_400 * Double(configuration.keepDays)).microseconds
        let surplus = min(limit, max(0, state.kept - configuration.maximumEvents))
        return try transaction { db, state in
            let victims = try Row.fetchAll(
                db,
                sql: """
                    SELECT position, epoch, seq, acked_at FROM event
                    WHERE acked_at IS NOT NULL AND position NOT IN (SELECT position FROM open_event) ORDER BY acked_at LIMIT ?
                    """, arguments: [limit])
            var deleted = 0
            for (index, row) in victims.enumerated() {
                let at: Int64 = row["acked_at"]
                guard at < cutoff || index < surplus else { break }
                let position: Int64 = row["position"]
                let epoch: Int64 = row["epoch"]
                let seq: Int64 = row["seq"]
                try db.cachedStatement(sql: "DELETE FROM event WHERE position = ?").execute(arguments: [position])
                try db.cachedStatement(sql: "UPDATE epoch SET pruned_through = MAX(pruned_through, ?) WHERE number = ?")
                    .execute(arguments: [seq, epoch])
                deleted += 1
            }
            state.kept -= deleted
            if state.deadLetters > Self.deadLetterBound {
                try db.execute(
                    sql: "DELETE FROM dead_letter WHERE number <= (SELECT MAX(number) FROM dead_letter) - ?",
                    arguments: [Self.deadLetterBound])
                state.deadLetters -= db.changesCount
            }
            return deleted
        }
    }

    /// Makes acknowledged rows wait again, at most `limit` of them.
    ///
    /// - Returns: How many rows now wait again.
    func resend(acknowledgedSince since: Timestamp, limit: Int) throws -> Int {
        try transaction { db, state in
            try db.execute(
                sql: """
                    UPDATE event SET acked_at = NULL
                    WHERE position IN (SELECT position FROM event WHERE acked_at IS NOT NULL AND acked_at >= ? LIMIT ?)
                    """, arguments: [since.microseconds, limit])
            let changed = db.changesCount
            state.waiting += changed
            state.kept -= changed
            return changed
        }
    }

    /// The last revision of every event that has no end, oldest first.
    func openEvents(limit: Int) throws -> [Event] {
        try database.read { db in
            try Data.fetchAll(
                db,
                sql: """
                    SELECT event.body FROM open_event JOIN event ON event.position = open_event.position
                    ORDER BY event.position LIMIT ?
                    """, arguments: [limit]
            ).compactMap { try? Event(body: [UInt8]($0)) }
        }
    }
}
