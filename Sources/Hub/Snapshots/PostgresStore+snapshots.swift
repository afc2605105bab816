package import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func putSnapshot(
        _ event: EventID, node: String, rank: Int, box: [UInt8], at time: Timestamp
    ) async throws(StoreError) -> SnapshotOutcome {
        try await callInTurn { (connection) throws(PostgresError) -> SnapshotOutcome in
            // Ingest locks this row as well, and whoever sends the same picture at the same moment. What is asked after that sees what
            // they committed.
            let event = PostgresValue.id(event)
            let rows = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SELECT 1 FROM event_ids WHERE id = $1 FOR UPDATE", [event]),
                PostgresStatement(
                    """
                    SELECT e.node, CASE WHEN \(Self.isErased(pictures: true)) THEN \(SnapshotOutcome.erased) ELSE e.snapshot_rank END, e.ts FROM event_ids i JOIN events e ON e.ts = i.ts AND e.id = i.id WHERE i.id = $1
                    """, [event]),
            ])[2]
            let isKnown = rows.count == 1
            let outcome = SnapshotOutcome(
                owner: isKnown ? rows.text(0, 0) : nil, present: isKnown ? rows.optionalInt(0, 1).map { Int($0) } : nil, node: node,
                rank: rank)
            guard outcome == .stored else {
                connection.rollBack()
                return outcome
            }
            let (ts, rank) = (PostgresValue.timestamp(rows.timestamp(0, 2)), PostgresValue.int2(Int16(clamping: rank)))
            // The events first, as upkeep locks the two tables.
            _ = try connection.run([
                PostgresStatement("UPDATE events SET snapshot_rank = $3 WHERE ts = $1 AND id = $2", [ts, event, rank]),
                PostgresStatement(
                    """
                    INSERT INTO snapshots (ts, id, node, rank, received_at, box) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (ts, id) DO UPDATE SET node = excluded.node, rank = excluded.rank, received_at = excluded.received_at,
                        box = excluded.box
                    """, [ts, event, .text(node), rank, .time(time), .bytea(box)]),
                PostgresStatement("INSERT INTO feed_pending (event_id, event_ts) VALUES ($2, $1)", [ts, event]),
                PostgresStatement("COMMIT"),
            ])
            return outcome
        }
    }

    package func replaceSnapshot(_ event: EventID, of rank: Int, with box: [UInt8]?) async throws(StoreError) {
        let ranks: [PostgresValue] = [.id(event), .int2(Int16(clamping: rank)), .int2(box == nil ? 0 : Int16(SnapshotWire.hiddenRank))]
        let parameters = ranks + (box.map { [.bytea($0)] } ?? [])
        let change =
            box == nil ? "DELETE FROM snapshots s USING told t" : "UPDATE snapshots s SET rank = $3, box = $4 FROM told t"
        try await callInTurn { (connection) throws(PostgresError) in
            _ = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SELECT 1 FROM event_ids WHERE id = $1 FOR UPDATE", [.id(event)]),
                // The events first, as upkeep locks the two tables.
                PostgresStatement(
                    """
                    WITH told AS (
                        UPDATE events e SET snapshot_rank = $3 FROM event_ids i JOIN snapshots s ON s.ts = i.ts AND s.id = i.id
                        WHERE i.id = $1 AND e.ts = i.ts AND e.id = i.id AND s.rank = $2 RETURNING e.ts, e.id
                    ), hidden AS (\(change) WHERE s.ts = t.ts AND s.id = t.id)
                    INSERT INTO feed_pending (event_id, event_ts) SELECT id, ts FROM told
                    """, parameters),
                PostgresStatement("COMMIT"),
            ])
        }
    }

    package func snapshot(of event: EventID) async throws(StoreError) -> StoredSnapshot? {
        let rows = try await query(
            "SELECT s.node, s.rank, s.box FROM event_ids i JOIN snapshots s ON s.ts = i.ts AND s.id = i.id WHERE i.id = $1", [.id(event)])
        guard rows.count == 1 else { return nil }
        return StoredSnapshot(node: rows.text(0, 0), rank: Int(rows.int(0, 1)), box: rows.bytes(0, 2))
    }

    package func snapshotRank(of event: EventID) async throws(StoreError) -> Int? {
        let rows = try await query(
            "SELECT nullif(e.snapshot_rank, 0) FROM event_ids i JOIN events e ON e.ts = i.ts AND e.id = i.id WHERE i.id = $1", [.id(event)])
        return rows.count == 1 ? rows.optionalInt(0, 0).map { Int($0) } : nil
    }

    static func checkSnapshots(_ connection: isolated PostgresConnection) throws(PostgresError) -> [String] {
        var findings = SnapshotFindings()
        findings.orphans = try connection.run(
            "SELECT count(*) FROM snapshots s WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.ts = s.ts AND e.id = s.id)",
            timeout: checkPatience
        ).int(0, 0)
        findings.mislabelled = try connection.run(
            """
            SELECT count(*) FROM events e LEFT JOIN snapshots s ON s.ts = e.ts AND s.id = e.id
            WHERE s.rank IS DISTINCT FROM nullif(e.snapshot_rank, 0) AND (e.snapshot_rank <> 0 OR s.id NOT IN (\(toHide)))
            """, timeout: checkPatience
        ).int(0, 0)
        return findings.lines
    }
}
