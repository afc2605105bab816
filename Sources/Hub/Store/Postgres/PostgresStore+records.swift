import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func upsertNode(_ node: NodeRecord) async throws(StoreError) {
        _ = try await query(
            "INSERT INTO nodes (name, site, added_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET site = excluded.site",
            [.text(node.name), .text(node.site), .time(node.addedAt)])
    }

    package func nodes() async throws(StoreError) -> [NodeRecord] {
        let rows = try await query("SELECT name, site, added_at, revoked_at, asks_since FROM nodes ORDER BY name")
        return (0..<rows.count).map {
            NodeRecord(
                name: rows.text($0, 0), site: rows.text($0, 1), addedAt: rows.time($0, 2), revokedAt: rows.optionalTime($0, 3),
                asksSince: rows.optionalTime($0, 4))
        }
    }

    package func committed(node: String, epoch: String) async throws(StoreError) -> SequenceRanges {
        let rows = try await query("SELECT committed FROM ingest_epochs WHERE node = $1 AND epoch = $2", [.text(node), .text(epoch)])
        guard rows.count == 1 else { return SequenceRanges() }
        do { return try SequenceRanges(json: rows.bytes(0, 0)) } catch {
            throw StoreError(.schema, "the committed ranges of node \(node) are damaged: run vigilar-hub check")
        }
    }

    package func upsertAccount(_ account: AccountRecord) async throws(StoreError) {
        _ = try await query(
            """
            WITH ended AS (
                DELETE FROM sessions WHERE account = $1 AND NOT EXISTS (SELECT 1 FROM accounts WHERE name = $1 AND password_hash = $3)
            ), gone AS (
                DELETE FROM account_links
                WHERE (account = $1 OR created_by = $1) AND NOT EXISTS (SELECT 1 FROM accounts WHERE name = $1 AND password_hash = $3)
            )
            INSERT INTO accounts (name, grants, password_hash) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET grants = excluded.grants, password_hash = excluded.password_hash
            """, [.text(account.name), .text(account.grants.text), .text(account.passwordHash)])
    }

    package func account(named name: String) async throws(StoreError) -> AccountRecord? {
        // What somebody typed into the sign-in form may hold anything.
        guard !name.contains("\0") else { return nil }
        let rows = try await query("SELECT name, grants, password_hash FROM accounts WHERE name = $1", [.text(name)])
        guard rows.count == 1 else { return nil }
        return AccountRecord(name: rows.text(0, 0), grants: [Grant](text: rows.text(0, 1)), passwordHash: rows.text(0, 2))
    }

    package func quarantine(limit: Int) async throws(StoreError) -> [QuarantinedElement] {
        let rows = try await query(
            "SELECT node, epoch, seq, why, body, received_at FROM quarantine ORDER BY number DESC LIMIT $1", [.int8(Int64(max(0, limit)))])
        return (0..<rows.count).map {
            QuarantinedElement(
                node: rows.text($0, 0), epoch: rows.optionalText($0, 1), seq: rows.optionalInt($0, 2), why: rows.text($0, 3),
                body: rows.bytes($0, 4), receivedAt: rows.time($0, 5))
        }
    }

    package func quarantineCount() async throws(StoreError) -> Int64 {
        try await query("SELECT count(*) FROM quarantine").int(0, 0)
    }

    /// One statement.
    func query(_ sql: String, _ parameters: [PostgresValue] = []) async throws(StoreError) -> PostgresRows {
        try await call { (connection) throws(PostgresError) in try connection.run(sql, parameters) }
    }
}
