package import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    package func pushKey() async throws(StoreError) -> [UInt8]? {
        try await read { try Data.fetchOne($0, sql: "SELECT sealed FROM push_key").map { [UInt8]($0) } }
    }

    package func addPushKey(_ sealed: [UInt8]) async throws(StoreError) -> [UInt8] {
        try await write { db in
            if let present = try Data.fetchOne(db, sql: "SELECT sealed FROM push_key") { return [UInt8](present) }
            try db.execute(sql: "INSERT INTO push_key (one, sealed) VALUES (1, ?)", arguments: [Data(sealed)])
            try db.execute(sql: "DELETE FROM push_subscriptions")
            return sealed
        }
    }

    package func pushSubscriptions(of account: String, at time: Timestamp) async throws(StoreError) -> [PushSubscription] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT p.id, p.session, p.endpoint, p.public_key, p.secret, s.label, p.created_at, p.sent_at, p.failures
                    FROM push_subscriptions p JOIN sessions s ON s.token_hash = p.session
                    WHERE s.account = ? AND s.expires_at > ? ORDER BY p.created_at, p.id
                    """, arguments: [account, time.microseconds]
            ).compactMap { row in
                EventID(blob: row[0]).map {
                    PushSubscription(
                        id: $0, session: [UInt8](row[1] as Data), endpoint: row[2], publicKey: [UInt8](row[3] as Data),
                        secret: [UInt8](row[4] as Data), label: row[5], createdAt: Timestamp(microseconds: row[6]),
                        sentAt: (row[7] as Int64?).map { Timestamp(microseconds: $0) }, failures: row[8])
                }
            }
        }
    }

    package func hasPushSubscription(_ id: EventID, at time: Timestamp) async throws(StoreError) -> Bool {
        try await read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT 1 FROM push_subscriptions p JOIN sessions s ON s.token_hash = p.session WHERE p.id = ? AND s.expires_at > ?
                    """, arguments: [id.blob, time.microseconds]) != nil
        }
    }

    package func addPushSubscription(_ subscription: PushSubscription, at time: Timestamp) async throws(StoreError) -> PushOutcome {
        try await write { db in
            let session = Data(subscription.session)
            let account = try String.fetchOne(
                db, sql: "SELECT account FROM sessions WHERE token_hash = ? AND expires_at > ?", arguments: [session, time.microseconds])
            guard let account else { return .signedOut }
            let others = try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM push_subscriptions p JOIN sessions s ON s.token_hash = p.session
                    WHERE s.account = ? AND p.session <> ? AND p.endpoint <> ?
                    """, arguments: [account, session, subscription.endpoint])
            guard (others ?? 0) < PushSubscription.limit else { return .tooMany }
            try db.execute(
                sql: "DELETE FROM push_subscriptions WHERE session = ? OR endpoint = ?", arguments: [session, subscription.endpoint])
            try db.execute(
                sql: """
                    INSERT INTO push_subscriptions (id, session, endpoint, public_key, secret, created_at) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    subscription.id.blob, session, subscription.endpoint, Data(subscription.publicKey), Data(subscription.secret),
                    subscription.createdAt.microseconds,
                ])
            return .added
        }
    }

    package func deletePushSubscription(_ id: EventID, of account: String?) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: """
                    DELETE FROM push_subscriptions
                    WHERE id = ?1 AND (?2 IS NULL OR session IN (SELECT token_hash FROM sessions WHERE account = ?2))
                    """, arguments: [id.blob, account])
            return db.changesCount > 0
        }
    }

    package func notePush(_ id: EventID, sentAt time: Timestamp?) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE push_subscriptions SET sent_at = coalesce(?1, sent_at), failures = CASE WHEN ?1 IS NULL THEN failures + 1 ELSE 0 END
                    WHERE id = ?2
                    """, arguments: [time?.microseconds, id.blob])
        }
    }
}
