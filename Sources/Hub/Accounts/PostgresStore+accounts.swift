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

    package func changePassword(
        of name: String, from old: String, to hash: String, needsFactor: Bool
    ) async throws(StoreError) -> Bool {
        let rows = try await query(
            """
            WITH changed AS (
                UPDATE accounts SET password_hash = $3
                WHERE name = $1 AND password_hash = $2 AND (NOT $4 OR second_factor IS NOT NULL) RETURNING name
            ), ended AS (DELETE FROM sessions WHERE account IN (SELECT name FROM changed)), gone AS (
                DELETE FROM account_links l USING changed c WHERE l.account = c.name OR l.created_by = c.name
            )
            SELECT 1 FROM changed
            """, [.text(name), .text(old), .text(hash), .bool(needsFactor)])
        return rows.count == 1
    }

    package func deleteAccount(_ name: String) async throws(StoreError) -> AccountOutcome {
        try await change(
            name, [],
            // What an account made, or what was made for it, is good for nobody who has the name later.
            PostgresStatement(
                """
                WITH gone AS (DELETE FROM account_links WHERE account = $1 OR created_by = $1) DELETE FROM accounts WHERE name = $1
                """, [.text(name)]))
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
            INSERT INTO account_links (hash, grants, created_by, expires_at, account) VALUES ($1, $2, $3, $4, $6)
            """,
            [
                .bytea(link.hash), .text(link.grants.text), link.createdBy.map { .text($0) } ?? .null, .time(link.expiresAt), .time(time),
                link.account.map { .text($0) } ?? .null,
            ])
    }

    private static let selectLink = """
        SELECT l.grants, l.created_by, l.expires_at, a.grants, l.account FROM account_links l LEFT JOIN accounts a ON a.name = l.created_by
        WHERE l.hash = $1 AND l.expires_at > $2 AND CASE WHEN l.account IS NULL
            THEN l.created_by IS NOT NULL OR NOT EXISTS (SELECT 1 FROM accounts)
            ELSE EXISTS (SELECT 1 FROM accounts WHERE name = l.account) END
        """

    package func link(hash: [UInt8], at time: Timestamp) async throws(StoreError) -> AccountLink? {
        Self.link(hash, try await query(Self.selectLink, [.bytea(hash), .time(time)]))
    }

    private static func link(_ hash: [UInt8], _ rows: PostgresRows) -> AccountLink? {
        guard rows.count == 1 else { return nil }
        let link = AccountLink(
            hash: hash, grants: [Grant](text: rows.text(0, 0)), account: rows.optionalText(0, 4), createdBy: rows.optionalText(0, 1),
            expiresAt: rows.time(0, 2))
        return AccountChange.isUsable(link, by: rows.optionalText(0, 3).map([Grant].init(text:))) ? link : nil
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
            guard let link = Self.link(hash, answers[2]) else {
                connection.rollBack()
                return .unusable
            }
            if let account = link.account {
                _ = try connection.run([
                    PostgresStatement(
                        "UPDATE accounts SET password_hash = $1, second_factor = NULL, recovery = '' WHERE name = $2",
                        [.text(passwordHash), .text(account)]),
                    PostgresStatement("DELETE FROM sessions WHERE account = $1", [.text(account)]),
                    PostgresStatement("DELETE FROM account_links WHERE hash = $1 OR account = $2", [.bytea(hash), .text(account)]),
                    PostgresStatement("COMMIT"),
                ])
                return .done
            }
            guard answers[3].count == 0 else {
                connection.rollBack()
                return .nameTaken
            }
            _ = try connection.run([
                PostgresStatement(
                    "INSERT INTO accounts (name, grants, password_hash) VALUES ($1, $2, $3)",
                    [.text(name), .text(link.grants.text), .text(passwordHash)]),
                // Those of other replicas that would set the same installation up are of no use any more.
                PostgresStatement("DELETE FROM account_links WHERE hash = $1 OR (created_by IS NULL AND account IS NULL)", [.bytea(hash)]),
                PostgresStatement("COMMIT"),
            ])
            return .done
        }
    }
}
