package import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    package func events(_ query: EventQuery) async throws(StoreError) -> [StoredEvent] {
        try await read { db in
            let filter = SQLiteFilter(query, paged: true)
            let rows = try Row.fetchAll(
                db, sql: "\(Self.selectEvent) \(filter.clause) ORDER BY ts DESC, id DESC LIMIT ?",
                arguments: filter.arguments + [max(0, query.limit)])
            return try rows.map(Self.stored)
        }
    }

    package func event(_ id: EventID) async throws(StoreError) -> StoredEvent? {
        try await read { db in try Self.event(id, db) }
    }

    package func counts(_ query: EventQuery, by bucket: CountBucket) async throws(StoreError) -> [EventCount] {
        try await read { db in
            let filter = SQLiteFilter(query, paged: false)
            let width: Int64 = bucket == .hour ? 3_600_000_000 : 86_400_000_000
            // The remainder of a negative time is negative: add the width before taking it again.
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT ts - ((ts % \(width)) + \(width)) % \(width) AS start, source_id, type, count(*) FROM events
                    \(filter.clause) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
                    """, arguments: filter.arguments)
            return rows.map { EventCount(start: Timestamp(microseconds: $0[0]), camera: $0[1], type: $0[2], count: $0[3]) }
        }
    }

    package func facets(_ scope: AccessScope) async throws(StoreError) -> EventFacets {
        try await read { db in
            let filter = SQLiteFilter(EventQuery(scope), paged: false)
            func names(_ column: String) throws -> [String] {
                try String.fetchAll(
                    db, sql: "SELECT DISTINCT \(column) FROM sources \(filter.clause) ORDER BY 1 LIMIT 1000", arguments: filter.arguments)
            }
            return EventFacets(sites: try names("site"), cameras: try names("source_id"), types: try names("type"))
        }
    }

    package func acknowledge(_ id: EventID, by account: String, at time: Timestamp) async throws(StoreError) -> StoredEvent? {
        try await write { db in
            try Self.acknowledge(id, by: account, at: time, db)
            return try Self.event(id, db)
        }
    }

    package func acknowledge(
        _ ids: [EventID], in scope: AccessScope, by account: String, at time: Timestamp
    ) async throws(StoreError) -> Int {
        try await write { db in
            var count = 0
            for id in ids {
                if try Self.acknowledge(id, in: scope, by: account, at: time, db) { count += 1 }
            }
            return count
        }
    }

    /// Marks an event as seen, unless somebody has already.
    /// - Returns: Whether it did.
    @discardableResult
    static func acknowledge(
        _ id: EventID, in scope: AccessScope = .everything, by account: String, at time: Timestamp, _ db: Database
    ) throws -> Bool {
        var query = EventQuery(scope)
        query.acknowledged = false
        let filter = SQLiteFilter(query, paged: false)
        var arguments: StatementArguments = [time.microseconds, account]
        arguments += filter.arguments + [id.blob]
        try db.execute(
            sql: "UPDATE events SET acknowledged_at = ?, acknowledged_by = ? \(filter.clause) AND id = ?", arguments: arguments)
        guard db.changesCount == 1 else { return false }
        try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [id.blob])
        return true
    }

    static let selectEvent = """
        SELECT body, received_at, acknowledged_at, acknowledged_by, flags, id, ts, nullif(snapshot_rank, 0), \(identities), \(incident)
        FROM events e
        """

    private static func event(_ id: EventID, _ db: Database) throws -> StoredEvent? {
        try Row.fetchOne(db, sql: "\(selectEvent) WHERE id = ?", arguments: [id.blob]).map(stored)
    }

    static func stored(_ row: Row) throws -> StoredEvent {
        let acknowledgedAt: Int64? = row[2]
        let flags = EventFlags(rawValue: row[4])
        let read = readable(row[0] as String)
        let id = EventID(blob: row[5]) ?? EventID(high: 0, low: 0)
        let event = if let read { read } else { try Event.unreadable(id: id, ts: Timestamp(microseconds: row[6])) }
        return StoredEvent(
            event: event, receivedAt: Timestamp(microseconds: row[1]),
            acknowledgedAt: acknowledgedAt.map(Timestamp.init(microseconds:)), acknowledgedBy: row[3],
            flags: (read == nil ? flags.union(.unreadable) : flags).words, snapshot: row[7], identities: Array((row[8] as String).utf8),
            incident: incidentID(row[9]))
    }
}
