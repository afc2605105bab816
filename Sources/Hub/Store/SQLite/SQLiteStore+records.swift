import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    package func upsertNode(_ node: NodeRecord) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "INSERT INTO nodes (name, site, added_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET site = excluded.site",
                arguments: [node.name, node.site, node.addedAt.microseconds])
        }
    }

    package func nodes() async throws(StoreError) -> [NodeRecord] {
        try await read { db in
            func time(_ microseconds: Int64?) -> Timestamp? { microseconds.map(Timestamp.init(microseconds:)) }
            return try Row.fetchAll(db, sql: "SELECT name, site, added_at, revoked_at, asks_since FROM nodes ORDER BY name").map {
                NodeRecord(
                    name: $0[0], site: $0[1], addedAt: Timestamp(microseconds: $0[2]), revokedAt: time($0[3]), asksSince: time($0[4]))
            }
        }
    }

    package func committed(node: String, epoch: String) async throws(StoreError) -> SequenceRanges {
        try await read { db in try Self.committed(node: node, epoch: epoch, db) }
    }

    package func upsertAccount(_ account: AccountRecord) async throws(StoreError) {
        try await write { db in
            let present = try String.fetchOne(db, sql: "SELECT password_hash FROM accounts WHERE name = ?", arguments: [account.name])
            if present != account.passwordHash {
                try db.execute(sql: "DELETE FROM sessions WHERE account = ?", arguments: [account.name])
                try Self.deleteLinks(of: account.name, db)
            }
            try db.execute(
                sql: """
                    INSERT INTO accounts (name, grants, password_hash) VALUES (?, ?, ?)
                    ON CONFLICT DO UPDATE SET grants = excluded.grants, password_hash = excluded.password_hash
                    """, arguments: [account.name, account.grants.text, account.passwordHash])
        }
    }

    package func account(named name: String) async throws(StoreError) -> AccountRecord? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT name, grants, password_hash FROM accounts WHERE name = ?", arguments: [name])
                .map { AccountRecord(name: $0[0], grants: [Grant](text: $0[1]), passwordHash: $0[2]) }
        }
    }

    package func quarantine(limit: Int) async throws(StoreError) -> [QuarantinedElement] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT node, epoch, seq, why, body, received_at FROM quarantine ORDER BY number DESC LIMIT ?",
                arguments: [max(0, limit)]
            ).map {
                QuarantinedElement(
                    node: $0[0], epoch: $0[1], seq: $0[2], why: $0[3], body: [UInt8]($0[4] as Data),
                    receivedAt: Timestamp(microseconds: $0[5]))
            }
        }
    }

    package func quarantineCount() async throws(StoreError) -> Int64 {
        try await read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM quarantine") ?? 0 }
    }
}
