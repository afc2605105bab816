package import Base
import Foundation
import GRDB
import Protocol

extension SQLiteStore {
    package func maintain(now: Timestamp, eventDays: Int, feedDays: Int) async throws(StoreError) -> MaintenanceReport {
        let cutoffs = RetentionCutoffs(now: now, eventDays: eventDays, feedDays: feedDays)
        var report = MaintenanceReport()
        // In small transactions, so that ingest never waits long for the one writing connection.
        while true {
            let deleted = try await write { db in try Self.deleteEvents(cutoffs, db) }
            report.deletedEvents += deleted
            if deleted < Self.slice { break }
        }
        while true {
            let deleted = try await write { db in try Self.deleteFeed(cutoffs, db) }
            report.deletedFeedRows += deleted
            if deleted < Self.slice { break }
        }
        while true {
            let deleted = try await write { db in try Self.deleteIncidents(cutoffs, now: now, db) }
            if deleted < Self.slice { break }
        }
        try await trimAudit(before: cutoffs.audit)
        try await write { db in
            try db.execute(sql: "DELETE FROM sessions WHERE expires_at <= ?", arguments: [now.microseconds])
            try db.execute(
                sql: """
                    DELETE FROM quarantine WHERE received_at < ?
                        OR number <= (SELECT number FROM quarantine ORDER BY number DESC LIMIT 1 OFFSET ?)
                    """, arguments: [cutoffs.events.microseconds, RetentionCutoffs.quarantineRows])
            // What a node does not come to confirm any more would wait for ever.
            try db.execute(
                sql: """
                    DELETE FROM deletions WHERE ended_at < ? AND (settled = 1 OR body IS NULL AND NOT EXISTS (
                        SELECT 1 FROM nodes n WHERE n.name = deletions.node AND n.revoked_at IS NULL))
                    """, arguments: [cutoffs.events.microseconds])
            // What a node still reports is compared with these: without them all of it would seem lost.
            try db.execute(
                sql: """
                    DELETE FROM ingest_epochs WHERE updated_at < ? AND NOT EXISTS (
                        SELECT 1 FROM presence p WHERE p.node = ingest_epochs.node AND p.epoch = ingest_epochs.epoch)
                    """, arguments: [cutoffs.epochs.microseconds])
        }
        return report
    }

    /// Rows per transaction. An event takes its picture with it, of which every page has to be looked at to be freed.
    private static let slice: Int64 = 500

    private static func deleteEvents(_ cutoffs: RetentionCutoffs, _ db: Database) throws -> Int64 {
        let unusual = EventFlags.unusualTime.rawValue
        try db.execute(
            sql: """
                DELETE FROM events WHERE rowid IN (
                    SELECT rowid FROM events WHERE ts < ?1 AND flags & ?2 = 0
                    UNION ALL SELECT rowid FROM events WHERE flags & ?2 != 0 AND received_at < ?1
                    LIMIT ?3)
                """, arguments: [cutoffs.events.microseconds, unusual, slice])
        let deleted = Int64(db.changesCount)
        if deleted > 0 {
            try db.execute(
                sql: "UPDATE feed_state SET deleted_before = max(deleted_before, ?)", arguments: [cutoffs.events.microseconds])
        }
        return deleted
    }

    private static func deleteFeed(_ cutoffs: RetentionCutoffs, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                DELETE FROM feed WHERE created_at < ?1 AND cursor IN (
                    SELECT cursor FROM feed WHERE cursor <= (SELECT published_cursor FROM feed_state) ORDER BY cursor LIMIT ?2)
                """, arguments: [cutoffs.feed.microseconds, slice])
        return Int64(db.changesCount)
    }

    /// Those of a node whose clock was ahead go with their events.
    private static func deleteIncidents(_ cutoffs: RetentionCutoffs, now: Timestamp, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                DELETE FROM incidents WHERE id IN (
                    SELECT i.id FROM incidents i WHERE i.until_ts < ?1 OR i.until_ts > ?2 AND NOT EXISTS (
                        SELECT 1 FROM incident_events m JOIN events e ON e.id = m.event_id WHERE m.incident = i.id)
                    LIMIT ?3)
                """, arguments: [cutoffs.events.microseconds, now.microseconds, slice])
        return Int64(db.changesCount)
    }

    package func check() async throws(StoreError) -> [String] {
        try await read { db in
            var broken = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }.map { "file: \($0)" }
            broken += try Self.checkFeed(db)
            broken += try Self.checkEpochs(db)
            broken += try Self.checkFleet(db)
            broken += try Self.checkSnapshots(db)
            broken += try Self.checkSegments(db)
            broken += try Self.checkEvents(db)
            return broken
        }
    }

    private static func checkFeed(_ db: Database) throws -> [String] {
        var findings = FeedFindings()
        if let row = try Row.fetchOne(db, sql: "SELECT last_cursor, published_cursor FROM feed_state") {
            findings.state = (last: row[0], published: row[1])
        }
        if let row = try Row.fetchOne(db, sql: "SELECT count(*), min(cursor), max(cursor) FROM feed"), let low: Int64 = row[1],
            let high: Int64 = row[2]
        {
            findings.rows = (count: row[0], lowest: low, highest: high)
        }
        findings.orphans =
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM feed f, feed_state s WHERE f.event_ts >= s.deleted_before AND f.created_at >= s.deleted_before
                        AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = f.event_id)
                    """) ?? 0
        return findings.lines
    }

    private static func checkEpochs(_ db: Database) throws -> [String] {
        var broken: [String] = []
        let rows = try Row.fetchCursor(db, sql: "SELECT node, epoch, committed FROM ingest_epochs ORDER BY 1, 2")
        while let row = try rows.next() {
            broken += StoredRanges.problem(node: row[0], epoch: row[1], committed: row[2]).map { [$0] } ?? []
        }
        return broken
    }

    private static func checkFleet(_ db: Database) throws -> [String] {
        func faults(_ sql: String) throws -> [FleetFindings.Fault] { try Row.fetchAll(db, sql: sql).map { ($0[0], $0[1]) } }
        return FleetFindings(
            strayCameras: try faults(FleetFindings.strayCameras), strayCertificates: try faults(FleetFindings.strayCertificates),
            standingCertificates: try faults(FleetFindings.standingCertificates)
        ).lines
    }

    private static func checkEvents(_ db: Database) throws -> [String] {
        var findings = EventFindings()
        let rows = try Row.fetchCursor(db, sql: "SELECT id, ts, rev, source_id, body FROM events")
        while let row = try rows.next() {
            let body: String = row[4]
            findings.look(
                id: EventID(blob: row[0]), ts: Timestamp(microseconds: row[1]), rev: row[2], source: row[3], body: Array(body.utf8))
        }
        return findings.lines
    }
}
