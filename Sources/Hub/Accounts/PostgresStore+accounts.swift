package import Base
import Postgres

extension PostgresStore {
    private static let selectAccounts = "SELECT name, grants, password_hash FROM accounts ORDER BY name"

    private static func accounts(_ rows: PostgresRows) -> [AccountRecord] {
        (0..<rows.count).map {
            AccountRecord(name: rows.text($0, 0), grants: [Grant](text: rows.text($0, 1)), passwordHash: rows.text($0, 2))
        }
    }

    package func accounts() async throws(StoreError) -> [AccountRecord] { Self.accounts(try await query(Self.selectAccounts)) }

    package func setGrants(_ grants: [Grant], of name: String) async throws(StoreError) -> AccountOutcome {
        try await change(
            name, grants, PostgresStatement("UPDATE accounts SET grants = $1 WHERE name = $2", [.text(grants.text), .text(name)]))
    }

    package func deleteAccount(_ name: String) async throws(StoreError) -> AccountOutcome {
        try await change(name, [], PostgresStatement("DELETE FROM accounts WHERE name = $1", [.text(name)]))
    }

    private func change(_ name: String, _ grants: [Grant], _ statement: PostgresStatement) async throws(StoreError) -> AccountOutcome {
        guard !name.contains("\0") else { return .unknown }
        return try await callInTurn { (connection) throws(PostgresError) -> AccountOutcome in
            // Two administrators who take each other's rights away at once must not both succeed.
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"),
                PostgresStatement(Self.selectAccounts),
            ])
            let outcome = AccountChange.outcome(of: name, grants, among: Self.accounts(answers[2]))
            guard outcome == .done else {
                connection.rollBack()
                return outcome
            }
            _ = try connection.run([statement, PostgresStatement("COMMIT")])
            return .done
        }
    }

    package func addLink(_ link: AccountLink, at time: Timestamp) async throws(StoreError) {
        _ = try await query(
            """
            WITH over AS (DELETE FROM account_links WHERE expires_at <= $5)
            INSERT INTO account_links (hash, grants, created_by, expires_at) VALUES ($1, $2, $3, $4)
            """,
            [
                .bytea(link.hash), .text(link.grants.text), link.createdBy.map { .text($0) } ?? .null, .time(link.expiresAt), .time(time),
            ])
    }

    private static let selectLink = """
        SELECT grants, created_by, expires_at FROM account_links
        WHERE hash = $1 AND expires_at > $2 AND (created_by IS NOT NULL OR NOT EXISTS (SELECT 1 FROM accounts))
        """

    package func link(hash: [UInt8], at time: Timestamp) async throws(StoreError) -> AccountLink? {
        let rows = try await query(Self.selectLink, [.bytea(hash), .time(time)])
        guard rows.count == 1 else { return nil }
        return AccountLink(
            hash: hash, grants: [Grant](text: rows.text(0, 0)), createdBy: rows.optionalText(0, 1), expiresAt: rows.time(0, 2))
    }

    package func redeem(
        hash: [UInt8], name: String, passwordHash: String, at time: Timestamp
    ) async throws(StoreError) -> LinkOutcome {
        guard !name.contains("\0") else { return .unusable }
        return try await callInTurn { (connection) throws(PostgresError) -> LinkOutcome in
            // Two who set up the same installation at once must not both become its administrator.
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"),
                PostgresStatement(Self.selectLink, [.bytea(hash), .time(time)]),
                PostgresStatement("SELECT 1 FROM accounts WHERE name = $1", [.text(name)]),
            ])
            guard answers[2].count == 1, answers[3].count == 0 else {
                connection.rollBack()
                return answers[2].count == 1 ? .nameTaken : .unusable
            }
            _ = try connection.run([
                PostgresStatement(
                    "INSERT INTO accounts (name, grants, password_hash) VALUES ($1, $2, $3)",
                    [.text(name), .text(answers[2].text(0, 0)), .text(passwordHash)]),
                // Those of other replicas that would set the same installation up are of no use any more.
                PostgresStatement("DELETE FROM account_links WHERE hash = $1 OR created_by IS NULL", [.bytea(hash)]),
                PostgresStatement("COMMIT"),
            ])
            return .done
        }
    }
}
