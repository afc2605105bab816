package import Base
import Foundation
import GRDB

extension SQLiteStore {
    private static let selectSessions = """
        SELECT s.token_hash, s.kind, s.account, a.grants, s.limits, s.label, s.address, s.created_at, s.expires_at, s.used_at
        FROM sessions s JOIN accounts a ON a.name = s.account
        """

    private static func session(_ row: Row) -> SessionRecord? {
        guard let kind = SessionRecord.Kind(rawValue: row[1]) else { return nil }
        return SessionRecord(
            tokenHash: [UInt8](row[0] as Data), kind: kind, account: row[2], grants: [Grant](text: row[3]),
            limits: (row[4] as String?).map([Grant].init(text:)), label: row[5], address: row[6],
            createdAt: Timestamp(microseconds: row[7]), expiresAt: Timestamp(microseconds: row[8]),
            usedAt: Timestamp(microseconds: row[9]))
    }

    package func addSession(_ session: SessionRecord, judgedBy passwordHash: String?) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO sessions (token_hash, kind, account, limits, label, address, created_at, expires_at, used_at)
                    SELECT ?, ?, name, ?, ?, ?, ?, ?, ? FROM accounts WHERE name = ? AND password_hash = coalesce(?, password_hash)
                    """,
                arguments: [
                    Data(session.tokenHash), session.kind.rawValue, session.limits?.text, session.label, session.address,
                    session.createdAt.microseconds, session.expiresAt.microseconds, session.usedAt.microseconds, session.account,
                    passwordHash,
                ])
            return db.changesCount == 1
        }
    }

    package func session(tokenHash: [UInt8], at time: Timestamp) async throws(StoreError) -> SessionRecord? {
        try await read { db in
            try Row.fetchOne(
                db, sql: Self.selectSessions + " WHERE s.token_hash = ? AND s.expires_at > ?",
                arguments: [Data(tokenHash), time.microseconds]
            ).flatMap(Self.session) ?? Self.kiosk(tokenHash, db)?.session
        }
    }

    package func sessions(of account: String, at time: Timestamp) async throws(StoreError) -> [SessionRecord] {
        try await read { db in
            try Row.fetchAll(
                db, sql: Self.selectSessions + " WHERE s.account = ? AND s.expires_at > ? ORDER BY s.created_at DESC, s.token_hash",
                arguments: [account, time.microseconds]
            ).compactMap(Self.session)
        }
    }

    package func noteUse(of tokenHash: [UInt8], at time: Timestamp) async throws(StoreError) {
        try await write { db in
            for table in ["sessions", "kiosks"] {
                try db.execute(
                    sql: "UPDATE \(table) SET used_at = ?1 WHERE token_hash = ?2 AND used_at < ?1",
                    arguments: [time.microseconds, Data(tokenHash)])
            }
        }
    }

    package func deleteSession(tokenHash: [UInt8], of account: String) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(sql: "DELETE FROM sessions WHERE token_hash = ? AND account = ?", arguments: [Data(tokenHash), account])
            return db.changesCount == 1
        }
    }

    package func deleteSessions(of account: String, sparing kept: [UInt8]?, tokensToo: Bool) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "DELETE FROM sessions WHERE account = ? AND token_hash IS NOT ? AND (? OR kind = 'browser')",
                arguments: [account, kept.map { Data($0) }, tokensToo])
        }
    }

    // MARK: Second factor

    package func secondFactor(of account: String) async throws(StoreError) -> SecondFactor? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT second_factor, used_step, recovery FROM accounts WHERE name = ? AND second_factor IS NOT NULL",
                arguments: [account]
            ).map {
                SecondFactor(
                    sealed: [UInt8]($0[0] as Data), usedStep: $0[1], recovery: ($0[2] as String).split(separator: " ").map(String.init))
            }
        }
    }

    package func setSecondFactor(
        _ factor: SecondFactor?, of account: String, judgedBy passwordHash: String
    ) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: "UPDATE accounts SET second_factor = ?, used_step = ?, recovery = ? WHERE name = ? AND password_hash = ?",
                arguments: [
                    factor.map { Data($0.sealed) }, factor?.usedStep ?? 0, factor?.recovery.joined(separator: " ") ?? "", account,
                    passwordHash,
                ])
            return db.changesCount == 1
        }
    }

    package func useStep(_ step: Int64, of account: String) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(sql: "UPDATE accounts SET used_step = ?1 WHERE name = ?2 AND used_step < ?1", arguments: [step, account])
            return db.changesCount == 1
        }
    }

    package func useRecoveryCode(_ hash: String, of account: String) async throws(StoreError) -> Bool {
        try await write { db in
            let stored = try String.fetchOne(db, sql: "SELECT recovery FROM accounts WHERE name = ?", arguments: [account]) ?? ""
            guard let left = AccountChange.recovery(stored, without: hash) else { return false }
            try db.execute(sql: "UPDATE accounts SET recovery = ? WHERE name = ?", arguments: [left, account])
            return true
        }
    }

    // MARK: Guessing

    package func countFailure(_ keys: [SignInThrottle.Key], at time: Timestamp) async throws(StoreError) -> Int? {
        try await write { db in
            var counts: [SignInThrottle.Key: SignInThrottle.Count] = [:]
            for key in keys {
                let row = try Row.fetchOne(
                    db, sql: "SELECT failures, last FROM sign_in_failures WHERE key = ?", arguments: [Data(key.hash)])
                counts[key] = row.map { SignInThrottle.Count(failures: $0[0], last: Timestamp(microseconds: $0[1])) }
            }
            if let wait = counts.compactMap({ SignInThrottle.wait($0.value, of: $0.key, now: time) }).max() { return wait }
            for key in keys {
                let count = SignInThrottle.counted(counts[key], now: time)
                try db.execute(
                    sql: "INSERT OR REPLACE INTO sign_in_failures (key, failures, last) VALUES (?, ?, ?)",
                    arguments: [Data(key.hash), count.failures, count.last.microseconds])
            }
            let forgotten = time.advanced(bySeconds: -SignInThrottle.memory)
            try db.execute(sql: "DELETE FROM sign_in_failures WHERE last < ?", arguments: [forgotten.microseconds])
            return nil
        }
    }

    package func takeFailureBack(
        _ keys: [SignInThrottle.Key], clearing cleared: [SignInThrottle.Key]
    ) async throws(StoreError) {
        try await write { db in
            for key in keys {
                try db.execute(sql: "UPDATE sign_in_failures SET failures = failures - 1 WHERE key = ?", arguments: [Data(key.hash)])
            }
            for key in cleared { try db.execute(sql: "DELETE FROM sign_in_failures WHERE key = ?", arguments: [Data(key.hash)]) }
            try db.execute(sql: "DELETE FROM sign_in_failures WHERE failures <= 0")
        }
    }
}
