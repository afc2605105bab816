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
        _ = try await query(
            """
            DELETE FROM quarantine WHERE received_at < $1
                OR number <= (SELECT number FROM quarantine ORDER BY number DESC LIMIT 1 OFFSET $2)
            """, [.time(cutoffs.events), .int8(RetentionCutoffs.quarantineRows)])
        _ = try await query("DELETE FROM ingest_epochs WHERE updated_at < $1", [.time(cutoffs.epochs)])
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

    private static func partition(_ month: Month) -> String { "events_\(month.suffix)" }

    /// Months that have a partition, in order.
    private func partitions() async throws(StoreError) -> [Month] {
        let rows = try await query(
            """
            SELECT c.relname::text COLLATE "C" FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
            WHERE h.inhparent = 'events'::regclass AND c.relname ~ '^events_[0-9]{4}_[0-9]{2}$' ORDER BY 1
            """)
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

    /// Makes what is missing of the months around a moment and returns the names. Events of such a month that came before its
    /// partition move into it.
    func makePartitions(around now: Timestamp) async throws(StoreError) -> [String] {
        var made: [String] = []
        let existing = Set(try await partitions())
        for month in PreparedMonths(around: now).months.subtracting(existing).sorted() {
            let name = Self.partition(month)
            let (from, to) = (month.start.rfc3339, month.advanced(by: 1).start.rfc3339)
            let done = try await call { (connection) throws(PostgresError) -> Bool in
                try connection.script("BEGIN; SET LOCAL statement_timeout = 0")
                _ = try connection.run("SELECT pg_advisory_xact_lock($1)", [.int8(Self.partitionLock)], timeout: 60)
                // Another replica may have been quicker.
                if try !connection.run("SELECT to_regclass($1) IS NULL", [.text(name)]).bool(0, 0) { return false }
                try connection.script(
                    """
                    CREATE TABLE \(name) (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
                    LOCK TABLE events_default IN ACCESS EXCLUSIVE MODE;
                    WITH moved AS (DELETE FROM events_default WHERE ts >= '\(from)' AND ts < '\(to)' RETURNING *)
                    INSERT INTO \(name) SELECT * FROM moved;
                    ALTER TABLE events ATTACH PARTITION \(name) FOR VALUES FROM ('\(from)') TO ('\(to)');
                    COMMIT
                    """, timeout: 600)
                return true
            }
            if done { made.append(name) }
        }
        _ = try await lookAtPartitions()
        return made
    }

    private static let partitionLock: Int64 = 0x5669_6769_6c61_73

    /// Drops a month and forgets its ids; returns how many events went.
    private func drop(_ month: Month) async throws(StoreError) -> Int64 {
        let name = Self.partition(month)
        let end = PostgresValue.time(month.advanced(by: 1).start)
        return try await call { (connection) throws(PostgresError) in
            try connection.script("BEGIN; SET LOCAL statement_timeout = 0")
            _ = try connection.run("SELECT pg_advisory_xact_lock($1)", [.int8(Self.partitionLock)], timeout: 60)
            if try connection.run("SELECT to_regclass($1) IS NULL", [.text(name)]).bool(0, 0) { return 0 }
            try connection.script("LOCK TABLE \(name) IN SHARE ROW EXCLUSIVE MODE", timeout: 60)
            let deleted = try connection.run("DELETE FROM event_ids i USING \(name) e WHERE i.id = e.id", timeout: 3600).affected
            _ = try connection.run("UPDATE feed_state SET deleted_before = greatest(deleted_before, $1)", [end])
            // Only now, for it stops every reader: it takes a moment.
            try connection.script("DROP TABLE \(name); COMMIT", timeout: 60)
            return deleted
        }
    }
}
