package import Base
import Postgres
import Protocol
import Synchronization

extension PostgresStore {
    package func maintain(now: Timestamp, eventDays: Int, feedDays: Int) async throws(StoreError) -> MaintenanceReport {
        let cutoffs = RetentionCutoffs(now: now, eventDays: eventDays, feedDays: feedDays)
        var report = MaintenanceReport()
        report.madePartitions = try await makePartitions(around: now)
        for month in try await partitions() where month.advanced(by: 1).start <= cutoffs.events {
            report.deletedEvents += try await drop(month)
            report.droppedPartitions.append(Self.partition(month))
        }
        if !report.droppedPartitions.isEmpty { _ = try await lookAtPartitions() }
        report.deletedEvents += try await repeated {
            PostgresStatement(
                """
                WITH old AS MATERIALIZED (SELECT ts, id FROM events_default WHERE received_at < $1 LIMIT $2),
                gone AS (DELETE FROM event_ids i USING old o WHERE i.id = o.id),
                unseen AS (DELETE FROM snapshots s USING old o WHERE s.ts = o.ts AND s.id = o.id),
                noted AS (UPDATE feed_state SET deleted_before = greatest(deleted_before, $1) WHERE EXISTS (SELECT 1 FROM old))
                DELETE FROM events_default e USING old o WHERE e.ts = o.ts AND e.id = o.id
                """, [.time(cutoffs.events), .int8(Self.slice)])
        }
        report.deletedFeedRows = try await repeated {
            PostgresStatement(
                """
                WITH old AS MATERIALIZED (
                    SELECT cursor FROM feed WHERE cursor <= (SELECT published_cursor FROM feed_state) ORDER BY cursor LIMIT $2)
                DELETE FROM feed f USING old o WHERE f.cursor = o.cursor AND f.created_at < $1
                """, [.time(cutoffs.feed), .int8(Self.slice)])
        }
        _ = try await query("DELETE FROM sessions WHERE expires_at <= $1", [.time(now)])
        _ = try await repeated {
            // Those of a node whose clock was ahead go with their events. Locked in the order in which the sequencer locks them.
            PostgresStatement(
                """
                WITH old AS MATERIALIZED (
                    SELECT i.id FROM incidents i WHERE i.until_ts < $1 OR i.until_ts > $2 AND NOT EXISTS (
                        SELECT 1 FROM incident_events m JOIN event_ids e ON e.id = m.event_id WHERE m.incident = i.id)
                    ORDER BY i.id LIMIT $3 FOR UPDATE OF i)
                DELETE FROM incidents i USING old o WHERE i.id = o.id
                """, [.time(cutoffs.events), .time(now), .int8(Self.slice)])
        }
        try await trimAudit(before: cutoffs.audit)
        _ = try await query(
            """
            DELETE FROM quarantine WHERE received_at < $1
                OR number <= (SELECT number FROM quarantine ORDER BY number DESC LIMIT 1 OFFSET $2)
            """, [.time(cutoffs.events), .int8(RetentionCutoffs.quarantineRows)])
        // What a node does not come to confirm any more would wait for ever.
        _ = try await query(
            """
            DELETE FROM deletions d WHERE ended_at < $1 AND (settled OR body IS NULL
                AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = d.node AND n.revoked_at IS NULL))
            """, [.time(cutoffs.events)])
        // What a node still reports is compared with these: without them all of it would seem lost.
        _ = try await query(
            """
            DELETE FROM ingest_epochs e WHERE updated_at < $1
                AND NOT EXISTS (SELECT 1 FROM presence p WHERE p.node = e.node AND p.epoch = e.epoch)
            """, [.time(cutoffs.epochs)])
        return report
    }

    /// Rows per transaction, so that nobody waits long for a lock.
    private static let slice: Int64 = 5000

    private func repeated(_ statement: () -> PostgresStatement) async throws(StoreError) -> Int64 {
        var total: Int64 = 0
        while true {
            let next = statement()
            let deleted = try await call { (connection) throws(PostgresError) in try connection.run([next], timeout: 60)[0].affected }
            total += deleted
            if deleted < Self.slice { return total }
        }
    }

    // MARK: Partitions

    /// Tables with a partition for each month, and one for all else. The first one is that of the events, whose months count.
    private static let monthly = ["events", "snapshots"]

    private static func partition(_ month: Month, of table: String = "events") -> String { "\(table)_\(month.suffix)" }

    /// Months of which a table has a partition, in order.
    private func partitions(of table: String = "events") async throws(StoreError) -> [Month] {
        let rows = try await query(
            """
            SELECT c.relname::text COLLATE "C" FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
            WHERE h.inhparent = $1::text::regclass AND c.relname ~ ('^' || $1 || '_[0-9]{4}_[0-9]{2}$') ORDER BY 1
            """, [.text(table)])
        return (0..<rows.count).compactMap { row in
            let parts = rows.text(row, 0).split(separator: "_").compactMap { Int($0) }
            return parts.count == 2 ? Month(number: parts[0] * 12 + parts[1] - 1) : nil
        }
    }

    private func lookAtPartitions() async throws(StoreError) -> PreparedMonths {
        let months = PreparedMonths(try await partitions())
        prepared.withLock { $0 = months }
        return months
    }

    /// Makes what is missing of the months around a moment and returns the names of the events' partitions. Events of such a month that
    /// came before its partition move into it, and so do their pictures.
    func makePartitions(around now: Timestamp) async throws(StoreError) -> [String] {
        var made: [String] = []
        // A database of an earlier version has months of events without those of pictures.
        let existing = Set(try await partitions()).intersection(try await partitions(of: "snapshots"))
        for month in PreparedMonths(around: now).months.subtracting(existing).sorted() {
            let (from, to) = (month.start.rfc3339, month.advanced(by: 1).start.rfc3339)
            made += try await call { (connection) throws(PostgresError) -> [String] in
                try connection.script("BEGIN; SET LOCAL statement_timeout = 0")
                _ = try connection.run("SELECT pg_advisory_xact_lock($1)", [.int8(Self.partitionLock)], timeout: 60)
                var made: [String] = []
                for table in Self.monthly {
                    let name = Self.partition(month, of: table)
                    // Another replica may have been quicker.
                    guard try connection.run("SELECT to_regclass($1) IS NULL", [.text(name)]).bool(0, 0) else { continue }
                    try connection.script(
                        """
                        CREATE TABLE \(name) (LIKE \(table) INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE);
                        LOCK TABLE \(table)_default IN ACCESS EXCLUSIVE MODE;
                        WITH moved AS (DELETE FROM \(table)_default WHERE ts >= '\(from)' AND ts < '\(to)' RETURNING *)
                        INSERT INTO \(name) SELECT * FROM moved;
                        ALTER TABLE \(table) ATTACH PARTITION \(name) FOR VALUES FROM ('\(from)') TO ('\(to)');
                        """, timeout: 600)
                    if table == Self.monthly[0] { made.append(name) }
                }
                try connection.script("COMMIT")
                return made
            }
        }
        _ = try await lookAtPartitions()
        return made
    }

    private static let partitionLock: Int64 = 0x5669_6769_6c61_73

    /// Drops a month, its pictures with it, and forgets its ids; returns how many events went.
    private func drop(_ month: Month) async throws(StoreError) -> Int64 {
        let name = Self.partition(month)
        let (start, end) = (PostgresValue.time(month.start), PostgresValue.time(month.advanced(by: 1).start))
        return try await call { (connection) throws(PostgresError) in
            try connection.script("BEGIN; SET LOCAL statement_timeout = 0")
            _ = try connection.run("SELECT pg_advisory_xact_lock($1)", [.int8(Self.partitionLock)], timeout: 60)
            if try connection.run("SELECT to_regclass($1) IS NULL", [.text(name)]).bool(0, 0) { return 0 }
            try connection.script("LOCK TABLE \(name) IN SHARE ROW EXCLUSIVE MODE", timeout: 60)
            let deleted = try connection.run("DELETE FROM event_ids i USING \(name) e WHERE i.id = e.id", timeout: 3600).affected
            _ = try connection.run("UPDATE feed_state SET deleted_before = greatest(deleted_before, $1)", [end])
            // Pictures of a month that was there before they were.
            _ = try connection.run("DELETE FROM snapshots_default WHERE ts >= $1 AND ts < $2", [start, end], timeout: 600)
            // Only now, for it stops every reader: it takes a moment.
            try connection.script("DROP TABLE \(name); DROP TABLE IF EXISTS \(Self.partition(month, of: "snapshots")); COMMIT", timeout: 60)
            return deleted
        }
    }
}
