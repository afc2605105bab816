import Base
import GRDB

extension SQLiteStore {
    package func announceReplica(_ replica: ReplicaRecord) async throws(StoreError) {
        let clock = clock
        try await write { db in
            let now = clock.now.microseconds
            try db.execute(
                sql: """
                    INSERT INTO replicas (id, name, address, seen_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET name = excluded.name, address = excluded.address, seen_at = excluded.seen_at
                    """, arguments: [replica.id, replica.name, replica.address, now])
            try db.execute(sql: "DELETE FROM replicas WHERE NOT abs(? - seen_at) < ?", arguments: [now, Self.life])
        }
    }

    package func replica(_ id: String) async throws(StoreError) -> ReplicaRecord? {
        let now = clock.now.microseconds
        return try await read { db in
            // A time that lies ahead was written by a clock that has been set back since.
            try Row.fetchOne(
                db, sql: "SELECT id, name, address FROM replicas WHERE id = ? AND abs(? - seen_at) < ?", arguments: [id, now, Self.life]
            ).map { ReplicaRecord(id: $0[0], name: $0[1], address: $0[2]) }
        }
    }

    package func withdrawReplica(_ id: String) async throws(StoreError) {
        try await write { db in try db.execute(sql: "DELETE FROM replicas WHERE id = ?", arguments: [id]) }
    }

    /// In microseconds.
    private static var life: Int64 { Int64(ReplicaRecord.life * 1e6) }
}
