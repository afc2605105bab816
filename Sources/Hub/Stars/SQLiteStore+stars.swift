package import Base
import GRDB
package import Protocol

extension SQLiteStore {
    package func setStars(_ ids: [EventID], _ isWanted: Bool, by account: String, at time: Timestamp) async throws(StoreError) {
        try await write { db in
            for id in ids {
                try db.execute(
                    sql: """
                        INSERT INTO stars AS t (segment, wanted, number, changed_at, changed_by, settled)
                        SELECT id, ?1, max(0, ?2), ?2, ?3, 0 FROM segments
                        WHERE id = ?4 AND (?1 OR class = 'starred' OR EXISTS (SELECT 1 FROM stars WHERE segment = ?4))
                        ON CONFLICT DO UPDATE SET wanted = excluded.wanted, number = max(t.number + 1, excluded.number), settled = 0, why = NULL,
                            changed_at = excluded.changed_at, changed_by = excluded.changed_by
                        WHERE t.wanted != excluded.wanted OR (t.settled AND t.why IS NOT NULL)
                        """, arguments: [isWanted, time.microseconds, account, id.blob])
            }
        }
    }

    package func waitingStars(without nodes: Set<String>, limit: Int) async throws(StoreError) -> [StarWish] {
        try await read { db in
            // Names of nodes need no escapes.
            let list = "[\(nodes.map { "\"\($0)\"" }.joined(separator: ","))]"
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT t.segment, s.node, t.wanted, t.number FROM stars t JOIN segments s ON s.id = t.segment
                    WHERE t.settled = 0 AND s.node NOT IN (SELECT value FROM json_each(?)) ORDER BY t.changed_at, t.segment LIMIT ?
                    """, arguments: [list, max(0, limit)]
            ).compactMap { row in
                EventID(blob: row[0]).map { StarWish(segment: $0, node: row[1], isWanted: row[2], number: row[3]) }
            }
        }
    }

    package func settleStar(_ wish: StarWish, why: String?) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE stars SET settled = 1, why = ? WHERE segment = ? AND number = ?",
                arguments: [why, wish.segment.blob, wish.number])
        }
    }

    package func delayStar(_ wish: StarWish, why: String, above number: Int64) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE stars SET why = ?1, number = max(number, ?2 + 1) WHERE segment = ?3 AND number = ?4 AND settled = 0",
                arguments: [why, min(number, Limits.counter - 1), wish.segment.blob, wish.number])
        }
    }

    /// A node has told of a segment's class: where it contradicts what is wanted, the node is to be told again.
    static func compareStar(_ id: EventID, _ kept: RetentionClass, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE stars SET settled = 0, why = NULL WHERE segment = ? AND settled = 1 AND wanted != ?",
            arguments: [id.blob, kept == .starred])
    }

    /// - Parameter column: The first of the columns `wanted`, `settled`, `why`, `changed_at` and `changed_by`.
    static func star(_ row: Row, _ column: Int) -> SegmentStar? {
        guard let isWanted = row[column] as Bool? else { return nil }
        return SegmentStar(
            isWanted: isWanted, isSettled: row[column + 1], why: row[column + 2], changedAt: Timestamp(microseconds: row[column + 3]),
            changedBy: row[column + 4])
    }
}
