package import Base
import Foundation
import GRDB

extension SQLiteStore {
    package func accounts() async throws(StoreError) -> [AccountRecord] { try await read { try Self.accounts($0) } }

    private static func accounts(_ db: Database) throws -> [AccountRecord] {
        try Row.fetchAll(db, sql: "SELECT name, grants, password_hash FROM accounts ORDER BY name")
            .map { AccountRecord(name: $0[0], grants: [Grant](text: $0[1]), passwordHash: $0[2]) }
    }

    package func setGrants(_ grants: [Grant], of name: String) async throws(StoreError) -> AccountOutcome {
        try await write { db in
            let outcome = try Self.outcome(of: name, grants, db)
            guard outcome == .done else { return outcome }
            try db.execute(sql: "UPDATE accounts SET grants = ? WHERE name = ?", arguments: [grants.text, name])
            return .done
        }
    }

    package func changePassword(
        of name: String, from old: String, to hash: String, needsFactor: Bool
    ) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE accounts SET password_hash = ? WHERE name = ? AND password_hash = ? AND (NOT ? OR second_factor IS NOT NULL)
                    """, arguments: [hash, name, old, needsFactor])
            guard db.changesCount > 0 else { return false }
            try db.execute(sql: "DELETE FROM sessions WHERE account = ?", arguments: [name])
            try Self.deleteLinks(of: name, db)
            return true
        }
    }

    package func deleteAccount(_ name: String) async throws(StoreError) -> AccountOutcome {
        try await write { db in
            let outcome = try Self.outcome(of: name, [], db)
            guard outcome == .done else { return outcome }
            try db.execute(sql: "DELETE FROM accounts WHERE name = ?", arguments: [name])
            try Self.deleteLinks(of: name, db)
            return .done
        }
    }

    /// Those that an account made, or that were made for it: they are good for nobody who has the name later.
    static func deleteLinks(of name: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM account_links WHERE account = ?1 OR created_by = ?1", arguments: [name])
    }

    private static func outcome(of name: String, _ grants: [Grant], _ db: Database) throws -> AccountOutcome {
        AccountChange.outcome(of: name, grants, among: try accounts(db))
    }

    package func addLink(_ link: AccountLink, at time: Timestamp) async throws(StoreError) {
        try await write { db in
            try db.execute(sql: "DELETE FROM account_links WHERE expires_at <= ?", arguments: [time.microseconds])
            try db.execute(
                sql: "INSERT INTO account_links (hash, grants, account, created_by, expires_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [Data(link.hash), link.grants.text, link.account, link.createdBy, link.expiresAt.microseconds])
        }
    }

    package func link(hash: [UInt8], at time: Timestamp) async throws(StoreError) -> AccountLink? {
        try await read { try Self.link(hash, time, $0) }
    }

    private static func link(_ hash: [UInt8], _ time: Timestamp, _ db: Database) throws -> AccountLink? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT l.grants, l.created_by, l.expires_at, a.grants, l.account
                FROM account_links l LEFT JOIN accounts a ON a.name = l.created_by
                WHERE l.hash = ? AND l.expires_at > ? AND CASE WHEN l.account IS NULL
                    THEN l.created_by IS NOT NULL OR NOT EXISTS (SELECT 1 FROM accounts)
                    ELSE EXISTS (SELECT 1 FROM accounts WHERE name = l.account) END
                """, arguments: [Data(hash), time.microseconds]
        ).flatMap {
            let link = AccountLink(
                hash: hash, grants: [Grant](text: $0[0]), account: $0[4], createdBy: $0[1], expiresAt: Timestamp(microseconds: $0[2]))
            return AccountChange.isUsable(link, by: ($0[3] as String?).map([Grant].init(text:))) ? link : nil
        }
    }

    package func redeem(
        hash: [UInt8], name: String, passwordHash: String, at time: Timestamp
    ) async throws(StoreError) -> LinkOutcome {
        try await write { db in
            guard let link = try Self.link(hash, time, db) else { return .unusable }
            if let account = link.account {
                try db.execute(
                    sql: "UPDATE accounts SET password_hash = ?, second_factor = NULL, recovery = '' WHERE name = ?",
                    arguments: [passwordHash, account])
                try db.execute(sql: "DELETE FROM sessions WHERE account = ?", arguments: [account])
                try db.execute(sql: "DELETE FROM account_links WHERE hash = ? OR account = ?", arguments: [Data(hash), account])
                return .done
            }
            if try Bool.fetchOne(db, sql: "SELECT 1 FROM accounts WHERE name = ?", arguments: [name]) ?? false { return .nameTaken }
            try db.execute(
                sql: "INSERT INTO accounts (name, grants, password_hash) VALUES (?, ?, ?)",
                arguments: [name, link.grants.text, passwordHash])
            // Those of other replicas that would set the same installation up are of no use any more.
            try db.execute(
                sql: "DELETE FROM account_links WHERE hash = ? OR (created_by IS NULL AND account IS NULL)", arguments: [Data(hash)])
            return .done
        }
    }
}
