import Base
import GRDB

extension SQLiteStore {
    private static let presenceColumns =
        "node, online, since, last_seen, transition, why, pending, state, health, clock_offset, epoch, committed, missing"

    package func presence() async throws(StoreError) -> [PresenceRecord] { try await rows("") }

    package func presence(of nodes: [String]) async throws(StoreError) -> [PresenceRecord] {
        try await rows("WHERE node IN (\(databaseQuestionMarks(count: nodes.count)))", nodes)
    }

    private func rows(_ condition: String, _ nodes: [String] = []) async throws(StoreError) -> [PresenceRecord] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT \(Self.presenceColumns) FROM presence \(condition) ORDER BY node", arguments: StatementArguments(nodes)
            ).map { row in
                StoredPresence(
                    node: row[0], isOnline: row[1], since: Timestamp(microseconds: row[2]), lastSeen: Timestamp(microseconds: row[3]),
                    transition: row[4], why: row[5], pending: row[6], state: row[7], health: row[8], clockOffset: row[9], epoch: row[10],
                    committed: row[11], missing: row[12]
                ).record
            }
        }
    }

    package func savePresence(_ records: [PresenceRecord], _ lease: Lease) async throws(StoreError) -> Bool {
        let rows = records.map(StoredPresence.init)
        let clock = clock
        return try await write { db in
            guard try Self.holds(lease, at: clock.now, db) else { return false }
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO presence (\(Self.presenceColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET online = excluded.online, since = excluded.since, last_seen = excluded.last_seen,
                        transition = excluded.transition, why = excluded.why, pending = excluded.pending, state = excluded.state,
                        health = excluded.health, clock_offset = excluded.clock_offset, epoch = excluded.epoch,
                        committed = excluded.committed, missing = excluded.missing
                    """)
            for row in rows {
                try statement.execute(arguments: [
                    row.node, row.isOnline, row.since.microseconds, row.lastSeen.microseconds, row.transition, row.why, row.pending,
                    row.state, row.health, row.clockOffset, row.epoch, row.committed, row.missing,
                ])
            }
            return true
        }
    }
}
