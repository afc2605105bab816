package import Base
import GRDB

extension SQLiteStore {
    package func addAudit(_ entry: AuditEntry) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "INSERT INTO audit (at, account, address, action, object, detail, is_refused) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    entry.at.microseconds, entry.account, entry.address, entry.action, entry.object, entry.detail, entry.isRefused,
                ])
        }
    }

    package func audit(of account: String?, before id: Int64?, limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, at, account, address, action, object, detail, is_refused FROM audit
                    WHERE id < ? \(account == nil ? "" : "AND account = ?") ORDER BY id DESC LIMIT ?
                    """,
                arguments: StatementArguments([id ?? .max]) + (account.map { StatementArguments([$0]) } ?? [])
                    + StatementArguments([max(0, limit)])
            ).map {
                AuditEntry(
                    id: $0[0], at: Timestamp(microseconds: $0[1]), account: $0[2], address: $0[3], action: $0[4], object: $0[5],
                    detail: $0[6], isRefused: $0[7])
            }
        }
    }

    package func trimAudit(before time: Timestamp) async throws(StoreError) {
        try await write { db in try db.execute(sql: "DELETE FROM audit WHERE at < ?", arguments: [time.microseconds]) }
    }
}
