package import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    package func putSnapshot(
        _ event: EventID, node: String, rank: Int, box: [UInt8], at time: Timestamp
    ) async throws(StoreError) -> SnapshotOutcome {
        try await write { db in
            let row = try Row.fetchOne(db, sql: "SELECT node, snapshot_rank FROM events WHERE id = ?", arguments: [event.blob])
            let owner: String? = row?["node"]
            let present: Int? = try Self.isErased(event, pictures: true, db) ? SnapshotOutcome.erased : row?["snapshot_rank"]
            let outcome = SnapshotOutcome(owner: owner, present: present, node: node, rank: rank)
            guard outcome == .stored else { return outcome }
            try db.execute(
                sql: """
                    INSERT INTO snapshots (event_id, node, rank, received_at, box) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET node = excluded.node, rank = excluded.rank, received_at = excluded.received_at,
                        box = excluded.box
                    """, arguments: [event.blob, node, rank, time.microseconds, Data(box)])
            try db.execute(sql: "UPDATE events SET snapshot_rank = ? WHERE id = ?", arguments: [rank, event.blob])
            try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event.blob])
            return outcome
        }
    }

    package func replaceSnapshot(_ event: EventID, of rank: Int, with box: [UInt8]?) async throws(StoreError) {
        try await write { db in
            let hidden = SnapshotWire.hiddenRank
            if let box {
                try db.execute(
                    sql: "UPDATE snapshots SET rank = ?, box = ? WHERE event_id = ? AND rank = ?",
                    arguments: [hidden, Data(box), event.blob, rank])
            } else {
                try db.execute(sql: "DELETE FROM snapshots WHERE event_id = ? AND rank = ?", arguments: [event.blob, rank])
            }
            guard db.changesCount > 0 else { return }
            try db.execute(sql: "UPDATE events SET snapshot_rank = ? WHERE id = ?", arguments: [box == nil ? 0 : hidden, event.blob])
            try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event.blob])
        }
    }

    package func snapshot(of event: EventID) async throws(StoreError) -> StoredSnapshot? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT node, rank, box FROM snapshots WHERE event_id = ?", arguments: [event.blob])
                .map { StoredSnapshot(node: $0[0], rank: $0[1], box: [UInt8]($0[2] as Data)) }
        }
    }

    package func snapshotRank(of event: EventID) async throws(StoreError) -> Int? {
        try await read { db in
            try Int.fetchOne(db, sql: "SELECT nullif(snapshot_rank, 0) FROM events WHERE id = ?", arguments: [event.blob])
        }
    }

    static func checkSnapshots(_ db: Database) throws -> [String] {
        SnapshotFindings(
            orphans: try Int64.fetchOne(
                db,
                sql: "SELECT count(*) FROM snapshots s WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = s.event_id)") ?? 0,
            mislabelled: try Int64.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM events e LEFT JOIN snapshots s ON s.event_id = e.id
                    WHERE s.rank IS NOT nullif(e.snapshot_rank, 0) AND (e.snapshot_rank <> 0 OR s.event_id NOT IN (\(Self.toHide)))
                    """) ?? 0
        ).lines
    }
}
