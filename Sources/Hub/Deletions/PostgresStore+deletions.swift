package import Base
import Postgres
package import Protocol
import Recording

extension PostgresStore {
    package func deleteSegments(_ ids: [EventID], by account: String, at time: Timestamp) async throws(StoreError) -> Set<EventID> {
        // Cameras are locked before segments, as whoever tells of one does; segments in order, as whoever stars them does. What is asked after
        // that sees what they committed.
        try await callInTurn { (connection) throws(PostgresError) -> Set<EventID> in
            let answers = try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement(
                    """
                    SELECT 1 FROM cameras WHERE id IN (SELECT camera FROM segments WHERE id = ANY ($1)) ORDER BY id FOR KEY SHARE
                    """, [.ids(ids)]),
                PostgresStatement("SELECT 1 FROM segments WHERE id = ANY ($1) ORDER BY id FOR UPDATE", [.ids(ids)]),
                PostgresStatement(
                    """
                    WITH noted AS (
                        INSERT INTO deletions AS d (id, node, site, camera, track, started_at, ended_at, file_length, state, class, body,
                            number, asked_at, asked_by, settled)
                        SELECT s.id, s.node, s.site, s.camera, s.track, s.started_at, s.ended_at, s.file_length, s.state, s.class, s.body,
                            greatest($2, coalesce(t.number + 1, 0)), $3, $4, false
                        FROM segments s LEFT JOIN stars t ON t.segment = s.id
                        WHERE s.id = ANY ($1) AND s.state != $5 AND NOT (\(SegmentSummary.isHeldInSQL))
                        ON CONFLICT (id) DO UPDATE SET node = excluded.node, site = excluded.site, started_at = excluded.started_at,
                            ended_at = excluded.ended_at, file_length = excluded.file_length, state = excluded.state,
                            class = excluded.class, body = excluded.body, number = greatest(d.number + 1, excluded.number),
                            asked_at = excluded.asked_at, asked_by = excluded.asked_by, settled = false, why = NULL
                        RETURNING id)
                    DELETE FROM segments WHERE id IN (SELECT id FROM noted) RETURNING id
                    """,
                    [
                        .ids(ids), .int8(time.microseconds), .time(time), .text(account),
                        .int2(Int16(SegmentIndex.State.open.rawValue)),
                    ]),
                PostgresStatement("COMMIT"),
            ])
            let rows = answers[3]
            return Set((0..<rows.count).map { rows.id($0, 0) })
        }
    }

    package func waitingDeletions(without nodes: Set<String>, limit: Int) async throws(StoreError) -> [DeletionWish] {
        let rows = try await query(
            "SELECT id, node, number FROM deletions WHERE NOT settled AND node <> ALL ($1) ORDER BY asked_at, id LIMIT $2",
            [.texts(nodes.sorted()), .int8(Int64(max(0, limit)))])
        return (0..<rows.count).map { DeletionWish(segment: rows.id($0, 0), node: rows.text($0, 1), number: rows.int($0, 2)) }
    }

    package func noteDeletions(_ wishes: [DeletionWish], isSettled: Bool, why: String?) async throws(StoreError) {
        let (ids, numbers) = (PostgresValue.ids(wishes.map(\.segment)), PostgresValue.int8s(wishes.map(\.number)))
        let restore = PostgresStatement(
            """
            INSERT INTO segments (id, node, site, camera, track, started_at, ended_at, file_length, state, received_at, body, class)
            SELECT d.id, node, site, camera, track, started_at, ended_at, file_length, state, asked_at, body, class
            FROM deletions d JOIN unnest($1, $2) AS w (id, number) ON d.id = w.id AND d.number = w.number
            WHERE NOT settled AND body IS NOT NULL ORDER BY camera, d.id
            ON CONFLICT DO NOTHING
            """, [ids, numbers])
        let settle = PostgresStatement(
            """
            UPDATE deletions d SET settled = $1, why = $2, body = CASE WHEN $1 THEN NULL ELSE body END
            FROM unnest($3, $4) AS w (id, number) WHERE d.id = w.id AND d.number = w.number AND NOT d.settled
            """, [.bool(isSettled), why.map { .text($0) } ?? .null, ids, numbers])
        let forget = PostgresStatement(
            """
            DELETE FROM deletions d USING unnest($1, $2) AS w (id, number)
            WHERE d.id = w.id AND d.number = w.number AND NOT d.settled AND d.body IS NULL
            """, [ids, numbers])
        let statements = !isSettled ? [settle] : why == nil ? [forget, settle] : [restore, forget, settle]
        // Two replicas may have asked the same of a node.
        _ = try await callInTurn { (connection) throws(PostgresError) in
            try connection.run([PostgresStatement("BEGIN")] + statements + [PostgresStatement("COMMIT")])
        }
    }

    package func deletions(_ query: SegmentQuery) async throws(StoreError) -> [SegmentDeletion] {
        let (conditions, parameters) = Self.conditions(query)
        let rows = try await self.query(
            """
            SELECT id, site, camera, track, started_at, ended_at, asked_at, asked_by, settled::int::smallint, why FROM deletions
            \(conditions.isEmpty ? "WHERE" : conditions + " AND") (settled OR body IS NOT NULL)
            ORDER BY started_at, id LIMIT $\(parameters.count + 1)
            """, parameters + [.int8(Int64(max(0, query.limit)))])
        return (0..<rows.count).compactMap { row -> SegmentDeletion? in
            guard let track = SegmentTrack(rawValue: rows.text(row, 3)) else { return nil }
            return SegmentDeletion(
                segment: rows.id(row, 0), site: rows.text(row, 1), camera: rows.text(row, 2), track: track, start: rows.time(row, 4),
                end: rows.time(row, 5), askedAt: rows.time(row, 6), askedBy: rows.text(row, 7), isSettled: rows.int(row, 8) != 0,
                why: rows.optionalText(row, 9))
        }
    }

    /// A camera goes. What its node has not confirmed waits for that still, without its index: it is no segment again, and listed nowhere, unless the
    /// node has the camera once more and tells of it.
    static func forgetDeletions(of camera: String) -> [PostgresStatement] {
        [
            PostgresStatement("DELETE FROM deletions WHERE camera = $1 AND settled", [.text(camera)]),
            PostgresStatement("UPDATE deletions SET body = NULL WHERE camera = $1", [.text(camera)]),
        ]
    }

    /// Has the node of a segment that somebody has deleted be told again, as it seems to have it still; what it says is set aside, and counts where
    /// it refuses. No row is affected where nobody has.
    static func setAside(_ record: SegmentRecord) -> PostgresStatement {
        PostgresStatement(
            """
            UPDATE deletions SET settled = false, ended_at = $3, file_length = $4, state = $5, class = coalesce($6, class), body = $7
            WHERE id = $1 AND node = $2 AND NOT (settled AND why IS NOT NULL)
            """,
            [
                .id(record.id), .text(record.node), .time(record.end), .int8(record.fileLength), .int2(Int16(record.state.rawValue)),
                record.kept.map { .text($0.rawValue) } ?? .null, .bytea(record.index),
            ])
    }
}
