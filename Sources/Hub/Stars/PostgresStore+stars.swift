package import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func setStars(_ ids: [EventID], _ isWanted: Bool, by account: String, at time: Timestamp) async throws(StoreError) {
        // The segments are locked first, in order: whoever deletes one comes before or after.
        _ = try await callInTurn { (connection) throws(PostgresError) in
            try connection.run(
                """
                INSERT INTO stars AS t (segment, wanted, number, changed_at, changed_by, settled)
                SELECT id, $2, greatest(0, $3), $4, $5, false FROM (SELECT id, class FROM segments WHERE id = ANY ($1) ORDER BY id FOR KEY SHARE) s
                WHERE $2 OR s.class = 'starred' OR EXISTS (SELECT 1 FROM stars WHERE segment = s.id)
                ON CONFLICT (segment) DO UPDATE SET wanted = excluded.wanted, number = greatest(t.number + 1, excluded.number),
                    settled = false, why = NULL, changed_at = excluded.changed_at, changed_by = excluded.changed_by
                WHERE t.wanted != excluded.wanted OR (t.settled AND t.why IS NOT NULL)
                """, [.ids(ids), .bool(isWanted), .int8(time.microseconds), .time(time), .text(account)])
        }
    }

    package func waitingStars(without nodes: Set<String>, limit: Int) async throws(StoreError) -> [StarWish] {
        let rows = try await query(
            """
            SELECT t.segment, s.node, t.wanted::int::smallint, t.number FROM stars t JOIN segments s ON s.id = t.segment
            WHERE NOT t.settled AND s.node <> ALL ($1) ORDER BY t.changed_at, t.segment LIMIT $2
            """, [.texts(nodes.sorted()), .int8(Int64(max(0, limit)))])
        return (0..<rows.count).map { row in
            StarWish(segment: rows.id(row, 0), node: rows.text(row, 1), isWanted: rows.int(row, 2) != 0, number: rows.int(row, 3))
        }
    }

    package func settleStar(_ wish: StarWish, why: String?) async throws(StoreError) {
        _ = try await query(
            "UPDATE stars SET settled = true, why = $1 WHERE segment = $2 AND number = $3",
            [why.map { .text($0) } ?? .null, .id(wish.segment), .int8(wish.number)])
    }

    package func delayStar(_ wish: StarWish, why: String, above number: Int64) async throws(StoreError) {
        _ = try await query(
            "UPDATE stars SET why = $1, number = greatest(number, $2 + 1) WHERE segment = $3 AND number = $4 AND NOT settled",
            [.text(why), .int8(min(number, Limits.counter - 1)), .id(wish.segment), .int8(wish.number)])
    }

    /// A node has told of a segment's class: where it contradicts what is wanted, the node is to be told again.
    static func compareStar(_ id: EventID, _ kept: RetentionClass) -> PostgresStatement {
        PostgresStatement(
            "UPDATE stars SET settled = false, why = NULL WHERE segment = $1 AND settled AND wanted != $2",
            [.id(id), .bool(kept == .starred)])
    }

    /// - Parameter column: The first of `starColumns`.
    static func star(_ rows: PostgresRows, _ row: Int, _ column: Int) -> SegmentStar? {
        guard let isWanted = rows.optionalInt(row, column), let changedAt = rows.optionalTime(row, column + 3) else { return nil }
        return SegmentStar(
            isWanted: isWanted != 0, isSettled: rows.int(row, column + 1) != 0, why: rows.optionalText(row, column + 2),
            changedAt: changedAt, changedBy: rows.text(row, column + 4))
    }
}
