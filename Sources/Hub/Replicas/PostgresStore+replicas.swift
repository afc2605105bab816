import Postgres

extension PostgresStore {
    package func announceReplica(_ replica: ReplicaRecord) async throws(StoreError) {
        _ = try await query(
            """
            INSERT INTO replicas (id, name, address, seen_at) VALUES ($1, $2, $3, clock_timestamp())
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address, seen_at = excluded.seen_at
            """, [.text(replica.id), .text(replica.name), .text(replica.address)])
        // A statement of its own: two replicas that delete each other's row and then write their own would wait for each other.
        _ = try await query("DELETE FROM replicas WHERE NOT \(Self.isRunning("$1"))", [.double(ReplicaRecord.life)])
    }

    package func replica(_ id: String) async throws(StoreError) -> ReplicaRecord? {
        let rows = try await query(
            "SELECT id, name, address FROM replicas WHERE id = $1 AND \(Self.isRunning("$2"))", [.text(id), .double(ReplicaRecord.life)])
        guard rows.count == 1 else { return nil }
        return ReplicaRecord(id: rows.text(0, 0), name: rows.text(0, 1), address: rows.text(0, 2))
    }

    package func withdrawReplica(_ id: String) async throws(StoreError) {
        _ = try await query("DELETE FROM replicas WHERE id = $1", [.text(id)])
    }

    /// A time that lies ahead was written by a clock that has been set back since.
    private static func isRunning(_ life: String) -> String {
        "abs(extract(epoch FROM clock_timestamp() - seen_at)) < \(life)"
    }
}
