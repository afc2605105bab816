import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    package func acquireLease(_ name: String, holder: String, seconds: Double) async throws(StoreError) -> Lease? {
        let clock = clock
        return try await write { db in
            // Read here, not before waiting for the connection: a lease taken meanwhile must not look longer than what was asked for.
            let now = clock.now
            let expiry = now.advanced(bySeconds: seconds).microseconds
            let generation = try Int64.fetchOne(
                db,
                sql: """
                    INSERT INTO leases (name, holder, generation, expires_at) VALUES (?, ?, 1, ?)
                    ON CONFLICT DO UPDATE SET holder = excluded.holder, generation = generation + 1, expires_at = excluded.expires_at
                        WHERE leases.expires_at <= ? OR leases.expires_at > excluded.expires_at OR leases.holder = excluded.holder
                    RETURNING generation
                    """,
                arguments: [name, holder, expiry, now.microseconds])
            return generation.map { Lease(name: name, holder: holder, generation: $0) }
        }
    }

    package func renewLease(_ lease: Lease, seconds: Double) async throws(StoreError) -> Bool {
        let expiry = clock.now.advanced(bySeconds: seconds).microseconds
        return try await write { db in
            try db.execute(
                sql: "UPDATE leases SET expires_at = ? WHERE name = ? AND holder = ? AND generation = ?",
                arguments: [expiry, lease.name, lease.holder, lease.generation])
            return db.changesCount == 1
        }
    }

    package func releaseLease(_ lease: Lease) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE leases SET expires_at = 0 WHERE name = ? AND holder = ? AND generation = ?",
                arguments: [lease.name, lease.holder, lease.generation])
        }
    }

    package func stampFeed(_ lease: Lease, limit: Int) async throws(StoreError) -> [PublishedEvent]? {
        let clock = clock
        return try await write { db in
            guard try Self.holds(lease, at: clock.now, db) else { return nil }
            let statement = try db.cachedStatement(
                sql: """
                    SELECT p.feed_id, p.event_id, e.ts, e.body, e.acknowledged_at IS NOT NULL, nullif(e.snapshot_rank, 0), \(Self.identities),
                        \(Self.incident)
                    FROM feed_pending p LEFT JOIN events e ON e.id = p.event_id ORDER BY p.feed_id LIMIT ?
                    """)
            let rows = try Row.fetchAll(statement, arguments: [limit])
            guard let last = rows.last else { return [] }
            var cursor = try Int64.fetchOne(db, sql: "SELECT last_cursor FROM feed_state") ?? 0
            let insert = try db.cachedStatement(sql: "INSERT INTO feed (cursor, event_id, event_ts, created_at) VALUES (?, ?, ?, ?)")
            let now = clock.now
            let events = rows.map { row in (row[3] as String?).flatMap { Self.readable($0) } }
            let incidents = try Self.placeInIncidents(
                events.enumerated().compactMap { index, event in event.map { ($0, Self.incidentID(rows[index][7])) } }, now: now, db)
            var published: [PublishedEvent] = []
            published.reserveCapacity(rows.count)
            for (row, event) in zip(rows, events) {
                cursor += 1
                let ts: Int64? = row[2]
                try insert.execute(arguments: [cursor, row[1] as Data, ts ?? 0, now.microseconds])
                guard let event else { continue }
                published.append(
                    PublishedEvent(
                        cursor: cursor, event: event, acknowledged: row[4], snapshot: row[5], identities: Array((row[6] as String).utf8),
                        incident: incidents[event.id]))
            }
            try db.execute(sql: "DELETE FROM feed_pending WHERE feed_id <= ?", arguments: [last[0] as Int64])
            try db.execute(sql: "UPDATE feed_state SET last_cursor = ?", arguments: [cursor])
            return published
        }
    }

    package func markPublished(_ lease: Lease, through cursor: Int64) async throws(StoreError) -> Bool {
        let now = clock.now
        return try await write { db in
            guard try Self.holds(lease, at: now, db) else { return false }
            try db.execute(
                sql: "UPDATE feed_state SET published_cursor = min(last_cursor, max(published_cursor, ?))", arguments: [cursor])
            return true
        }
    }

    package func publishedCursor() async throws(StoreError) -> Int64 {
        try await read { try Int64.fetchOne($0, sql: "SELECT published_cursor FROM feed_state") ?? 0 }
    }

    package func feedBounds() async throws(StoreError) -> FeedBounds {
        try await read { try Self.bounds($0) }
    }

    package func feed(after cursor: Int64, limit: Int) async throws(StoreError) -> FeedPage {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT f.cursor, e.body, e.acknowledged_at IS NOT NULL, nullif(e.snapshot_rank, 0), \(Self.identities), \(Self.incident)
                    FROM feed f LEFT JOIN events e ON e.id = f.event_id
                    WHERE f.cursor > ? ORDER BY f.cursor LIMIT ?
                    """)
            var page = FeedPage(events: [], through: cursor)
            for row in try Row.fetchAll(statement, arguments: [cursor, limit]) {
                page.through = row[0]
                guard let body: String = row[1], let event = Self.readable(body) else { continue }
                page.events.append(
                    PublishedEvent(
                        cursor: row[0], event: event, acknowledged: row[2], snapshot: row[3], identities: Array((row[4] as String).utf8),
                        incident: Self.incidentID(row[5])))
            }
            return page
        }
    }

    static func bounds(_ db: Database) throws -> FeedBounds {
        let highest = try Int64.fetchOne(db, sql: "SELECT last_cursor FROM feed_state") ?? 0
        let lowest = try Int64.fetchOne(db, sql: "SELECT min(cursor) FROM feed") ?? highest + 1
        return FeedBounds(lowest: lowest, highest: highest)
    }

    /// Whether the lease is still this holder's.
    static func holds(_ lease: Lease, at now: Timestamp, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT 1 FROM leases WHERE name = ? AND holder = ? AND generation = ? AND expires_at > ?",
            arguments: [lease.name, lease.holder, lease.generation, now.microseconds]) ?? false
    }

    /// An event from its stored body. Nil for a damaged one, which `check` names: the feed passes over it as over a deleted event, for
    /// otherwise one such row would stop all publishing.
    static func readable(_ body: String) -> Event? { try? Event(body: Array(body.utf8)) }
}
