package import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func pushKey() async throws(StoreError) -> [UInt8]? {
        let rows = try await query("SELECT sealed FROM push_key")
        return rows.count == 1 ? rows.bytes(0, 0) : nil
    }

    package func addPushKey(_ sealed: [UInt8]) async throws(StoreError) -> [UInt8] {
        try await callInTurn { (connection) throws(PostgresError) -> [UInt8] in
            // A row that is not there yet cannot be locked, and two replicas that make one at once must have the same afterwards.
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("LOCK TABLE push_key IN SHARE ROW EXCLUSIVE MODE"),
                PostgresStatement("SELECT sealed FROM push_key"),
            ])
            if answers[2].count == 1 {
                connection.rollBack()
                return answers[2].bytes(0, 0)
            }
            _ = try connection.run([
                PostgresStatement("INSERT INTO push_key (one, sealed) VALUES (1, $1)", [.bytea(sealed)]),
                PostgresStatement("DELETE FROM push_subscriptions"), PostgresStatement("COMMIT"),
            ])
            return sealed
        }
    }

    package func pushSubscriptions(of account: String, at time: Timestamp) async throws(StoreError) -> [PushSubscription] {
        guard !account.contains("\0") else { return [] }
        let rows = try await query(
            """
            SELECT p.id, p.session, p.endpoint, p.public_key, p.secret, s.label, p.created_at, p.sent_at, p.failures
            FROM push_subscriptions p JOIN sessions s ON s.token_hash = p.session
            WHERE s.account = $1 AND s.expires_at > $2 ORDER BY p.created_at, p.id
            """, [.text(account), .time(time)])
        return (0..<rows.count).map {
            PushSubscription(
                id: rows.id($0, 0), session: rows.bytes($0, 1), endpoint: rows.text($0, 2), publicKey: rows.bytes($0, 3),
                secret: rows.bytes($0, 4), label: rows.text($0, 5), createdAt: rows.time($0, 6), sentAt: rows.optionalTime($0, 7),
                failures: Int(rows.int($0, 8)))
        }
    }

    package func hasPushSubscription(_ id: EventID, at time: Timestamp) async throws(StoreError) -> Bool {
        try await query(
            """
            SELECT 1 FROM push_subscriptions p JOIN sessions s ON s.token_hash = p.session WHERE p.id = $1 AND s.expires_at > $2
            """, [.id(id), .time(time)]
        ).count > 0
    }

    package func addPushSubscription(_ subscription: PushSubscription, at time: Timestamp) async throws(StoreError) -> PushOutcome {
        let (session, endpoint) = (PostgresValue.bytea(subscription.session), PostgresValue.text(subscription.endpoint))
        return try await callInTurn { (connection) throws(PostgresError) -> PushOutcome in
            // The session first, as whoever ends it does: then the row waits for whoever has the session, and never the other way round.
            let answers = try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement(
                    "SELECT account FROM sessions WHERE token_hash = $1 AND expires_at > $2 FOR KEY SHARE", [session, .time(time)]),
                PostgresStatement("LOCK TABLE push_subscriptions IN SHARE ROW EXCLUSIVE MODE"),
                PostgresStatement(
                    """
                    SELECT count(*) FROM push_subscriptions p JOIN sessions s ON s.token_hash = p.session
                    WHERE s.account = (SELECT account FROM sessions WHERE token_hash = $1) AND p.session <> $1 AND p.endpoint <> $2
                    """, [session, endpoint]),
            ])
            guard answers[1].count == 1 else {
                connection.rollBack()
                return .signedOut
            }
            guard answers[3].int(0, 0) < Int64(PushSubscription.limit) else {
                connection.rollBack()
                return .tooMany
            }
            _ = try connection.run([
                PostgresStatement("DELETE FROM push_subscriptions WHERE session = $1 OR endpoint = $2", [session, endpoint]),
                PostgresStatement(
                    """
                    INSERT INTO push_subscriptions (id, session, endpoint, public_key, secret, created_at) VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [
                        .id(subscription.id), session, endpoint, .bytea(subscription.publicKey), .bytea(subscription.secret),
                        .time(subscription.createdAt),
                    ]),
                PostgresStatement("COMMIT"),
            ])
            return .added
        }
    }

    package func deletePushSubscription(_ id: EventID, of account: String?) async throws(StoreError) -> Bool {
        let isTheirs = account == nil ? "" : " AND session IN (SELECT token_hash FROM sessions WHERE account = $2)"
        return try await query(
            "DELETE FROM push_subscriptions WHERE id = $1\(isTheirs) RETURNING 1", [.id(id)] + (account.map { [.text($0)] } ?? [])
        ).count > 0
    }

    package func notePush(_ id: EventID, sentAt time: Timestamp?) async throws(StoreError) {
        if let time {
            _ = try await query("UPDATE push_subscriptions SET sent_at = $1, failures = 0 WHERE id = $2", [.time(time), .id(id)])
        } else {
            _ = try await query("UPDATE push_subscriptions SET failures = failures + 1 WHERE id = $1", [.id(id)])
        }
    }
}
