package import Base
import Postgres

extension PostgresStore {
    package func addAudit(_ entry: AuditEntry) async throws(StoreError) {
        _ = try await query(
            "INSERT INTO audit (at, account, address, action, object, detail, is_refused) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                .time(entry.at), .text(entry.account), .text(entry.address), .text(entry.action), .text(entry.object), .text(entry.detail),
                .bool(entry.isRefused),
            ])
    }

    package func audit(of account: String?, before id: Int64?, limit: Int) async throws(StoreError) -> [AuditEntry] {
        if account?.contains("\0") == true { return [] }
        let rows = try await query(
            """
            SELECT id, at, account, address, action, object, detail, is_refused FROM audit
            WHERE id < $1 \(account == nil ? "" : "AND account = $3") ORDER BY id DESC LIMIT $2
            """, [.int8(id ?? .max), .int8(Int64(max(0, limit)))] + (account.map { [.text($0)] } ?? []))
        return (0..<rows.count).map {
            AuditEntry(
                id: rows.int($0, 0), at: rows.time($0, 1), account: rows.text($0, 2), address: rows.text($0, 3), action: rows.text($0, 4),
                object: rows.text($0, 5), detail: rows.text($0, 6), isRefused: rows.bool($0, 7))
        }
    }

    package func trimAudit(before time: Timestamp) async throws(StoreError) {
        _ = try await query("DELETE FROM audit WHERE at < $1", [.time(time)])
    }
}
