import Base
import Postgres

extension PostgresStore {
    package func presence() async throws(StoreError) -> [PresenceRecord] { try await rows("", []) }

    package func presence(of nodes: [String]) async throws(StoreError) -> [PresenceRecord] {
        try await rows("WHERE node = ANY ($1)", [.texts(nodes)])
    }

    private func rows(_ condition: String, _ values: [PostgresValue]) async throws(StoreError) -> [PresenceRecord] {
        let rows = try await query(
            """
            SELECT node, online, since, last_seen, transition, why, pending, state, health, clock_offset, epoch, committed, missing
            FROM presence \(condition) ORDER BY node
            """, values)
        return (0..<rows.count).map { row in
            StoredPresence(
                node: rows.text(row, 0), isOnline: rows.int(row, 1) != 0, since: rows.time(row, 2), lastSeen: rows.time(row, 3),
                transition: rows.int(row, 4), why: rows.optionalText(row, 5), pending: rows.text(row, 6),
                state: rows.optionalText(row, 7), health: rows.optionalText(row, 8), clockOffset: rows.optionalInt(row, 9),
                epoch: rows.optionalText(row, 10), committed: rows.optionalInt(row, 11), missing: rows.optionalText(row, 12)
            ).record
        }
    }

    private static let writePresence = """
        INSERT INTO presence (
            node, online, since, last_seen, transition, why, pending, state, health, clock_offset, epoch, committed, missing)
        SELECT * FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        WHERE EXISTS (SELECT 1 FROM leases WHERE name = $1 AND holder = $2 AND generation = $3 AND expires_at > clock_timestamp())
        ON CONFLICT (node) DO UPDATE SET online = excluded.online, since = excluded.since, last_seen = excluded.last_seen,
            transition = excluded.transition, why = excluded.why, pending = excluded.pending, state = excluded.state,
            health = excluded.health, clock_offset = excluded.clock_offset, epoch = excluded.epoch, committed = excluded.committed,
            missing = excluded.missing
        """

    package func savePresence(_ records: [PresenceRecord], _ lease: Lease) async throws(StoreError) -> Bool {
        let rows = records.map(StoredPresence.init)
        let identity = Self.identity(lease)
        // An event must not be stored whose row a crash then takes back: the next leader would give its id to another moment.
        let isDurable = records.contains { !$0.pending.isEmpty }
        let values: [PostgresValue] = [
            .texts(rows.map(\.node)), .int2s(rows.map { $0.isOnline ? 1 : 0 }), .times(rows.map(\.since)), .times(rows.map(\.lastSeen)),
            .int8s(rows.map(\.transition)), .optionalTexts(rows.map(\.why)), .texts(rows.map(\.pending)), .optionalTexts(rows.map(\.state)),
            .optionalTexts(rows.map(\.health)), .optionalInt8s(rows.map(\.clockOffset)), .optionalTexts(rows.map(\.epoch)),
            .optionalInt8s(rows.map(\.committed)), .optionalTexts(rows.map(\.missing)),
        ]
        let begin = [PostgresStatement("BEGIN")] + (isDurable ? [] : [PostgresStatement("SET LOCAL synchronous_commit = off")])
        let answers = try await call { (connection) throws(PostgresError) in
            try connection.run(
                begin + [
                    PostgresStatement(Self.lockLease, identity), PostgresStatement(Self.writePresence, identity + values),
                    PostgresStatement("COMMIT"),
                ])
        }
        return answers[begin.count].count == 1 && answers[begin.count + 1].affected == Int64(records.count)
    }
}
