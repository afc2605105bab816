package import Base
import Foundation
import GRDB
package import Protocol
import Recording

extension SQLiteStore {
    package func deleteSegments(_ ids: [EventID], by account: String, at time: Timestamp) async throws(StoreError) -> Set<EventID> {
        try await write { db -> Set<EventID> in
            var deleted: Set<EventID> = []
            for id in ids {
                try db.execute(
                    sql: """
                        INSERT INTO deletions AS d (id, node, site, camera, track, started_at, ended_at, file_length, state, class, body,
                            number, asked_at, asked_by, settled)
                        SELECT s.id, s.node, s.site, s.camera, s.track, s.started_at, s.ended_at, s.file_length, s.state, s.class, s.body,
                            max(?1, ifnull(t.number + 1, 0)), ?1, ?2, 0
                        FROM segments s LEFT JOIN stars t ON t.segment = s.id
                        WHERE s.id = ?3 AND s.state != ?4 AND NOT (\(SegmentSummary.isHeldInSQL))
                        ON CONFLICT DO UPDATE SET node = excluded.node, site = excluded.site, started_at = excluded.started_at,
                            ended_at = excluded.ended_at, file_length = excluded.file_length, state = excluded.state,
                            class = excluded.class, body = excluded.body, number = max(d.number + 1, excluded.number),
                            asked_at = excluded.asked_at, asked_by = excluded.asked_by, settled = 0, why = NULL
                        """, arguments: [time.microseconds, account, id.blob, SegmentIndex.State.open.rawValue])
                guard db.changesCount > 0 else { continue }
                try db.execute(sql: "DELETE FROM segments WHERE id = ?", arguments: [id.blob])
                deleted.insert(id)
            }
            return deleted
        }
    }

    package func waitingDeletions(without nodes: Set<String>, limit: Int) async throws(StoreError) -> [DeletionWish] {
        try await read { db in
            // Names of nodes need no escapes.
            let list = "[\(nodes.map { "\"\($0)\"" }.joined(separator: ","))]"
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT id, node, number FROM deletions WHERE settled = 0 AND node NOT IN (SELECT value FROM json_each(?))
                    ORDER BY asked_at, id LIMIT ?
                    """, arguments: [list, max(0, limit)]
            ).compactMap { row in EventID(blob: row[0]).map { DeletionWish(segment: $0, node: row[1], number: row[2]) } }
        }
    }

    package func noteDeletions(_ wishes: [DeletionWish], isSettled: Bool, why: String?) async throws(StoreError) {
        try await write { db in
            for wish in wishes {
                if isSettled, why != nil {
                    try db.execute(
                        sql: """
                            INSERT INTO segments (id, node, site, camera, track, started_at, ended_at, file_length, state, received_at, body, class)
                            SELECT id, node, site, camera, track, started_at, ended_at, file_length, state, asked_at, body, class
                            FROM deletions WHERE id = ? AND number = ? AND settled = 0 AND body IS NOT NULL
                            ON CONFLICT DO NOTHING
                            """, arguments: [wish.segment.blob, wish.number])
                }
                if isSettled {
                    try db.execute(
                        sql: "DELETE FROM deletions WHERE id = ? AND number = ? AND settled = 0 AND body IS NULL",
                        arguments: [wish.segment.blob, wish.number])
                }
                try db.execute(
                    sql: """
                        UPDATE deletions SET settled = ?1, why = ?2, body = CASE WHEN ?1 THEN NULL ELSE body END
                        WHERE id = ?3 AND number = ?4 AND settled = 0
                        """, arguments: [isSettled, why, wish.segment.blob, wish.number])
            }
        }
    }

    package func deletions(_ query: SegmentQuery) async throws(StoreError) -> [SegmentDeletion] {
        try await read { db in
            let (conditions, arguments) = Self.conditions(query)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT id, site, camera, track, started_at, ended_at, asked_at, asked_by, settled, why FROM deletions
                    \(conditions.isEmpty ? "WHERE" : conditions + " AND") (settled OR body IS NOT NULL) ORDER BY started_at, id LIMIT ?
                    """, arguments: arguments + [max(0, query.limit)]
            ).compactMap { row -> SegmentDeletion? in
                guard let id = EventID(blob: row[0]), let track = SegmentTrack(rawValue: row[3]) else { return nil }
                return SegmentDeletion(
                    segment: id, site: row[1], camera: row[2], track: track, start: Timestamp(microseconds: row[4]),
                    end: Timestamp(microseconds: row[5]), askedAt: Timestamp(microseconds: row[6]), askedBy: row[7], isSettled: row[8],
                    why: row[9])
            }
        }
    }

    /// A camera goes. What its node has not confirmed waits for that still, without its index: it is no segment again, and listed nowhere, unless the
    /// node has the camera once more and tells of it.
    static func forgetDeletions(of camera: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM deletions WHERE camera = ? AND settled = 1", arguments: [camera])
        try db.execute(sql: "UPDATE deletions SET body = NULL WHERE camera = ?", arguments: [camera])
    }

    /// Whether a segment of this id was deleted that was another node's.
    static func isDeletedElsewhere(_ record: SegmentRecord, _ db: Database) throws -> Bool {
        let node = try String.fetchOne(db, sql: "SELECT node FROM deletions WHERE id = ?", arguments: [record.id.blob])
        return node.map { $0 != record.node } ?? false
    }

    /// Whether somebody has deleted a segment of which its node tells. Then the node has it still, it seems, and is to be told again; what it says
    /// is set aside, and counts where it refuses.
    static func setAside(_ record: SegmentRecord, _ db: Database) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE deletions SET settled = 0, ended_at = ?, file_length = ?, state = ?, class = ifnull(?, class), body = ?
                WHERE id = ? AND node = ? AND NOT (settled AND why IS NOT NULL)
                """,
            arguments: [
                record.end.microseconds, record.fileLength, record.state.rawValue, record.kept?.rawValue, Data(record.index),
                record.id.blob, record.node,
            ])
        return db.changesCount > 0
    }
}
