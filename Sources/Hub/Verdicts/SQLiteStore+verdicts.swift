import Base
import GRDB
package import Protocol

extension SQLiteStore {
    package func verdict(on event: EventID) async throws(StoreError) -> EventVerdict? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT kind, account, said_at FROM verdicts WHERE event_id = ?", arguments: [event.blob]).flatMap {
                row in
                EventVerdict.Kind(rawValue: row[0]).map {
                    EventVerdict(kind: $0, saidBy: row[1], saidAt: Timestamp(microseconds: row[2]))
                }
            }
        }
    }

    package func setVerdict(_ verdict: EventVerdict, on event: EventID) async throws(StoreError) -> Bool {
        let isThere = try await write { db in
            guard try Bool.fetchOne(db, sql: "SELECT 1 FROM events WHERE id = ?", arguments: [event.blob]) == true else { return false }
            try db.execute(
                sql: """
                    INSERT INTO verdicts (event_id, kind, account, said_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET kind = excluded.kind, account = excluded.account, said_at = excluded.said_at
                    """, arguments: [event.blob, verdict.kind.rawValue, verdict.saidBy, verdict.saidAt.microseconds])
            try Self.acknowledge(event, by: verdict.saidBy, at: verdict.saidAt, db)
            if verdict.kind == .misread {
                try Self.emptyPortrait(of: event.blob, at: verdict.saidAt, db)
                try db.execute(sql: "DELETE FROM gallery WHERE event_id = ?", arguments: [event.blob])
                try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event.blob])
            }
            return true
        }
        if isThere, verdict.kind == .misread { await truncateLog() }
        return isThere
    }

    package func isInGallery(_ event: EventID) async throws(StoreError) -> Bool {
        try await read { db in
            try Bool.fetchOne(db, sql: "SELECT 1 FROM gallery WHERE event_id = ?", arguments: [event.blob]) ?? false
        }
    }

    package func deleteVerdict(on event: EventID) async throws(StoreError) {
        try await write { db in try db.execute(sql: "DELETE FROM verdicts WHERE event_id = ?", arguments: [event.blob]) }
    }
}
