import Base
import Postgres
import Protocol

extension PostgresStore {
    package func check() async throws(StoreError) -> [String] {
        try await call { (connection) throws(PostgresError) in
            // One snapshot for all questions.
            try connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0")
            let broken =
                try Self.checkFeed(connection) + Self.checkEpochs(connection) + Self.checkFleet(connection) + Self.checkIDs(connection)
                + Self.checkSnapshots(connection) + Self.checkSegments(connection) + Self.checkEvents(connection)
            try connection.script("ROLLBACK")
            return broken
        }
    }

    static let checkPatience = 3600.0

    private static func checkFeed(_ connection: isolated PostgresConnection) throws(PostgresError) -> [String] {
        var findings = FeedFindings()
        let state = try connection.run("SELECT last_cursor, published_cursor FROM feed_state")
        if state.count == 1 { findings.state = (last: state.int(0, 0), published: state.int(0, 1)) }
        let rows = try connection.run("SELECT count(*), min(cursor), max(cursor) FROM feed", timeout: checkPatience)
        if let lowest = rows.optionalInt(0, 1), let highest = rows.optionalInt(0, 2) {
            findings.rows = (count: rows.int(0, 0), lowest: lowest, highest: highest)
        }
        findings.orphans = try connection.run(
            """
            SELECT count(*) FROM feed f, feed_state s WHERE f.event_ts >= s.deleted_before AND f.created_at >= s.deleted_before
                AND NOT EXISTS (SELECT 1 FROM events e WHERE e.ts = f.event_ts AND e.id = f.event_id)
            """, timeout: checkPatience
        ).int(0, 0)
        return findings.lines
    }

    private static func checkEpochs(_ connection: isolated PostgresConnection) throws(PostgresError) -> [String] {
        let rows = try connection.run("SELECT node, epoch, committed FROM ingest_epochs ORDER BY 1, 2", timeout: checkPatience)
        return (0..<rows.count).compactMap {
            StoredRanges.problem(node: rows.text($0, 0), epoch: rows.text($0, 1), committed: rows.text($0, 2))
        }
    }

    private static func checkFleet(_ connection: isolated PostgresConnection) throws(PostgresError) -> [String] {
        let answers = try connection.run(
            [FleetFindings.strayCameras, FleetFindings.strayCertificates, FleetFindings.standingCertificates].map { PostgresStatement($0) },
            timeout: checkPatience)
        let faults = answers.map { rows in (0..<rows.count).map { (thing: rows.text($0, 0), node: rows.text($0, 1)) } }
        return FleetFindings(strayCameras: faults[0], strayCertificates: faults[1], standingCertificates: faults[2]).lines
    }

    private static func checkIDs(_ connection: isolated PostgresConnection) throws(PostgresError) -> [String] {
        let lost = try connection.run(
            """
            SELECT count(*) FROM event_ids i
            WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.ts = i.ts AND e.id = i.id AND e.rev = i.rev)
            """, timeout: checkPatience
        ).int(0, 0)
        let unknown = try connection.run(
            """
            SELECT count(*) FROM events e
            WHERE NOT EXISTS (SELECT 1 FROM event_ids i WHERE i.id = e.id AND i.ts = e.ts AND i.rev = e.rev)
            """, timeout: checkPatience
        ).int(0, 0)
        var lines: [String] = []
        if lost > 0 { lines.append("ids: \(lost) are known without an event of that time and rev") }
        if unknown > 0 { lines.append("ids: \(unknown) events are stored without their id being known, or twice") }
        return lines
    }

    private static func checkEvents(_ connection: isolated PostgresConnection) throws(PostgresError) -> [String] {
        var findings = EventFindings()
        try connection.script("DECLARE every NO SCROLL CURSOR FOR SELECT id, ts, rev, source_id, body FROM events")
        while true {
            let rows = try connection.run("FETCH 2000 FROM every", timeout: checkPatience)
            if rows.count == 0 { return findings.lines }
            for row in 0..<rows.count {
                findings.look(
                    id: rows.id(row, 0), ts: rows.time(row, 1), rev: rows.int(row, 2), source: rows.text(row, 3), body: rows.bytes(row, 4))
            }
        }
    }
}
