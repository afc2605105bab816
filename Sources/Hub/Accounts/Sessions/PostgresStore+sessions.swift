package import Base
import Postgres

extension PostgresStore {
    private static let selectSessions = """
        SELECT s.token_hash, s.kind, s.account, a.grants, s.limits, s.label, s.address, s.created_at, s.expires_at, s.used_at
        FROM sessions s JOIN accounts a ON a.name = s.account
        """

    private static func sessions(_ rows: PostgresRows) -> [SessionRecord] {
        (0..<rows.count).compactMap { row in
            guard let kind = SessionRecord.Kind(rawValue: rows.text(row, 1)) else { return nil }
            return SessionRecord(
                tokenHash: rows.bytes(row, 0), kind: kind, account: rows.text(row, 2), grants: [Grant](text: rows.text(row, 3)),
                limits: rows.optionalText(row, 4).map([Grant].init(text:)), label: rows.text(row, 5), address: rows.text(row, 6),
                createdAt: rows.time(row, 7), expiresAt: rows.time(row, 8), usedAt: rows.time(row, 9))
        }
    }

    package func addSession(_ session: SessionRecord, judgedBy passwordHash: String?) async throws(StoreError) -> Bool {
        let rows = try await query(
            """
            INSERT INTO sessions (token_hash, kind, account, limits, label, address, created_at, expires_at, used_at)
            SELECT $1, $2, name, $3, $4, $5, $6, $7, $8 FROM accounts WHERE name = $9 AND password_hash = coalesce($10, password_hash)
            RETURNING 1
            """,
            [
                .bytea(session.tokenHash), .text(session.kind.rawValue), session.limits.map { .text($0.text) } ?? .null,
                .text(session.label), .text(session.address), .time(session.createdAt), .time(session.expiresAt), .time(session.usedAt),
                .text(session.account), passwordHash.map { .text($0) } ?? .null,
            ])
        return rows.count == 1
    }

    package func session(tokenHash: [UInt8], at time: Timestamp) async throws(StoreError) -> SessionRecord? {
        let found = Self.sessions(
            try await query(
                Self.selectSessions + " WHERE s.token_hash = $1 AND s.expires_at > $2", [.bytea(tokenHash), .time(time)])
        ).first
        if let found { return found }
        return try await kiosk(tokenHash)?.session
    }

    package func sessions(of account: String, at time: Timestamp) async throws(StoreError) -> [SessionRecord] {
        guard !account.contains("\0") else { return [] }
        return Self.sessions(
            try await query(
                Self.selectSessions + " WHERE s.account = $1 AND s.expires_at > $2 ORDER BY s.created_at DESC, s.token_hash",
                [.text(account), .time(time)]))
    }

    package func noteUse(of tokenHash: [UInt8], at time: Timestamp) async throws(StoreError) {
        _ = try await query(
            """
            WITH kiosk AS (UPDATE kiosks SET used_at = $1 WHERE token_hash = $2 AND used_at < $1)
            UPDATE sessions SET used_at = $1 WHERE token_hash = $2 AND used_at < $1
            """, [.time(time), .bytea(tokenHash)])
    }

    package func deleteSession(tokenHash: [UInt8], of account: String) async throws(StoreError) -> Bool {
        let rows = try await query(
            "DELETE FROM sessions WHERE token_hash = $1 AND account = $2 RETURNING 1", [.bytea(tokenHash), .text(account)])
        return rows.count == 1
    }

    package func deleteSessions(of account: String, sparing kept: [UInt8]?, tokensToo: Bool) async throws(StoreError) {
        guard !account.contains("\0") else { return }
        _ = try await query(
            "DELETE FROM sessions WHERE account = $1 AND token_hash IS DISTINCT FROM $2 AND ($3 OR kind = 'browser')",
            [.text(account), kept.map { .bytea($0) } ?? .null, .bool(tokensToo)])
    }

    // MARK: Second factor

    package func secondFactor(of account: String) async throws(StoreError) -> SecondFactor? {
        let rows = try await query(
            "SELECT second_factor, used_step, recovery FROM accounts WHERE name = $1 AND second_factor IS NOT NULL", [.text(account)])
        guard rows.count == 1 else { return nil }
        return SecondFactor(
            sealed: rows.bytes(0, 0), usedStep: rows.int(0, 1), recovery: rows.text(0, 2).split(separator: " ").map(String.init))
    }

    package func setSecondFactor(
        _ factor: SecondFactor?, of account: String, judgedBy passwordHash: String
    ) async throws(StoreError) -> Bool {
        let rows = try await query(
            "UPDATE accounts SET second_factor = $1, used_step = $2, recovery = $3 WHERE name = $4 AND password_hash = $5 RETURNING 1",
            [
                factor.map { .bytea($0.sealed) } ?? .null, .int8(factor?.usedStep ?? 0),
                .text(factor?.recovery.joined(separator: " ") ?? ""), .text(account), .text(passwordHash),
            ])
        return rows.count == 1
    }

    package func useStep(_ step: Int64, of account: String) async throws(StoreError) -> Bool {
        let rows = try await query(
            "UPDATE accounts SET used_step = $1 WHERE name = $2 AND used_step < $1 RETURNING 1", [.int8(step), .text(account)])
        return rows.count == 1
    }

    package func useRecoveryCode(_ hash: String, of account: String) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) -> Bool in
            let answers = try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement("SELECT recovery FROM accounts WHERE name = $1 FOR UPDATE", [.text(account)]),
            ])
            guard answers[1].count == 1, let left = AccountChange.recovery(answers[1].text(0, 0), without: hash) else {
                connection.rollBack()
                return false
            }
            _ = try connection.run([
                PostgresStatement("UPDATE accounts SET recovery = $1 WHERE name = $2", [.text(left), .text(account)]),
                PostgresStatement("COMMIT"),
            ])
            return true
        }
    }

    // MARK: Guessing

    package func countFailure(_ keys: [SignInThrottle.Key], at time: Timestamp) async throws(StoreError) -> Int? {
        try await callInTurn { (connection) throws(PostgresError) -> Int? in
            // Rows that are not there yet cannot be locked, and many guesses sent at once to several replicas must not share one allowance.
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("LOCK TABLE sign_in_failures IN SHARE ROW EXCLUSIVE MODE"),
                PostgresStatement("SELECT key, failures, last FROM sign_in_failures WHERE key = ANY($1)", [.byteas(keys.map(\.hash))]),
            ])
            var counts: [[UInt8]: SignInThrottle.Count] = [:]
            for row in 0..<answers[2].count {
                counts[answers[2].bytes(row, 0)] = SignInThrottle.Count(
                    failures: Int(answers[2].int(row, 1)), last: answers[2].time(row, 2))
            }
            let waits = keys.compactMap { key in counts[key.hash].flatMap { SignInThrottle.wait($0, of: key, now: time) } }
            if let wait = waits.max() {
                connection.rollBack()
                return wait
            }
            let written = keys.map { key in
                let count = SignInThrottle.counted(counts[key.hash], now: time)
                return PostgresStatement(
                    """
                    INSERT INTO sign_in_failures (key, failures, last) VALUES ($1, $2, $3)
                    ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last = excluded.last
                    """, [.bytea(key.hash), .int8(Int64(count.failures)), .time(count.last)])
            }
            let forgotten = time.advanced(bySeconds: -SignInThrottle.memory)
            _ = try connection.run(
                written + [
                    PostgresStatement("DELETE FROM sign_in_failures WHERE last < $1", [.time(forgotten)]), PostgresStatement("COMMIT"),
                ])
            return nil
        }
    }

    package func takeFailureBack(
        _ keys: [SignInThrottle.Key], clearing cleared: [SignInThrottle.Key]
    ) async throws(StoreError) {
        _ = try await query(
            """
            WITH fewer AS (
                UPDATE sign_in_failures SET failures = failures - 1 WHERE key = ANY($1) AND failures > 1 AND key <> ALL($2)
            )
            DELETE FROM sign_in_failures WHERE key = ANY($2) OR (key = ANY($1) AND failures <= 1)
            """, [.byteas(keys.map(\.hash)), .byteas(cleared.map(\.hash))])
    }
}
