import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func acquireLease(_ name: String, holder: String, seconds: Double) async throws(StoreError) -> Lease? {
        let rows = try await call { (connection) throws(PostgresError) in
            try connection.run(
                """
                INSERT INTO leases AS l (name, holder, generation, expires_at)
                VALUES ($1, $2, 1, clock_timestamp() + make_interval(secs => $3))
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, generation = l.generation + 1, expires_at = excluded.expires_at
                    WHERE l.expires_at <= clock_timestamp() OR l.expires_at > clock_timestamp() + make_interval(secs => $3)
                        OR l.holder = excluded.holder
                RETURNING generation
                """, [.text(name), .text(holder), .double(seconds)])
        }
        return rows.count == 1 ? Lease(name: name, holder: holder, generation: rows.int(0, 0)) : nil
    }

    package func renewLease(_ lease: Lease, seconds: Double) async throws(StoreError) -> Bool {
        try await call { (connection) throws(PostgresError) in
            // Not waiting for the disk: a renewal lost in a crash only ends the lease sooner.
            try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SET LOCAL synchronous_commit = off"),
                PostgresStatement(
                    """
                    UPDATE leases SET expires_at = clock_timestamp() + make_interval(secs => $4)
                    WHERE name = $1 AND holder = $2 AND generation = $3
                    """, Self.identity(lease) + [.double(seconds)]), PostgresStatement("COMMIT"),
            ])[2].affected == 1
        }
    }

    package func releaseLease(_ lease: Lease) async throws(StoreError) {
        _ = try await call { (connection) throws(PostgresError) in
            try connection.run(
                "UPDATE leases SET expires_at = '-infinity' WHERE name = $1 AND holder = $2 AND generation = $3", Self.identity(lease))
        }
    }

    /// The statements that follow the lock see what was committed before it was granted: each has a snapshot of its own.
    static let lockLease = """
        SELECT 1 FROM leases WHERE name = $1 AND holder = $2 AND generation = $3 AND expires_at > clock_timestamp() FOR UPDATE
        """

    /// Takes the oldest waiting rows off the queue, numbers them on from the counter, and answers with the events as they are now.
    private static let stamp = """
        WITH waiting AS MATERIALIZED (
            SELECT feed_id FROM feed_pending
            WHERE EXISTS (
                SELECT 1 FROM leases WHERE name = $1 AND holder = $2 AND generation = $3 AND expires_at > clock_timestamp())
            ORDER BY feed_id LIMIT $4
        ), taken AS (
            DELETE FROM feed_pending p USING waiting w WHERE p.feed_id = w.feed_id RETURNING p.feed_id, p.event_id, p.event_ts
        ), numbered AS MATERIALIZED (
            SELECT event_id, event_ts, row_number() OVER (ORDER BY feed_id) + (SELECT last_cursor FROM feed_state) AS cursor FROM taken
        ), stamped AS (
            INSERT INTO feed (cursor, event_id, event_ts, created_at) SELECT cursor, event_id, event_ts, now() FROM numbered
        ), counted AS (
            UPDATE feed_state SET last_cursor = (SELECT max(cursor) FROM numbered) WHERE EXISTS (SELECT 1 FROM numbered)
        )
        SELECT n.cursor, e.body, e.acknowledged_at IS NOT NULL, nullif(e.snapshot_rank, 0), \(identities), \(incident), now()
        FROM numbered n LEFT JOIN events e ON e.ts = n.event_ts AND e.id = n.event_id ORDER BY n.cursor
        """

    package func stampFeed(_ lease: Lease, limit: Int) async throws(StoreError) -> [PublishedEvent]? {
        let identity = Self.identity(lease)
        // Upkeep may be at the same incidents: who loses to it starts anew, with nothing stamped.
        return try await callInTurn { (connection) throws(PostgresError) -> [PublishedEvent]? in
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement(Self.lockLease, identity),
                PostgresStatement(Self.stamp, identity + [.int8(Int64(limit))]),
            ])
            guard answers[1].count == 1 else {
                connection.rollBack()
                return nil
            }
            let events = Self.read(answers[2])
            let placed = try Self.placingInIncidents(events, now: answers[2].count > 0 ? answers[2].time(0, 6) : nil, connection)
            _ = try connection.run(placed.statements + [PostgresStatement("COMMIT")])
            return events.map { $0.published(placed.incidents[$0.event.id]) }
        }
    }

    package func markPublished(_ lease: Lease, through cursor: Int64) async throws(StoreError) -> Bool {
        let identity = Self.identity(lease)
        return try await call { (connection) throws(PostgresError) in
            // Not waiting for the disk: a mark lost in a crash publishes some events twice.
            try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SET LOCAL synchronous_commit = off"),
                PostgresStatement(Self.lockLease, identity),
                PostgresStatement(
                    """
                    UPDATE feed_state SET published_cursor = least(last_cursor, greatest(published_cursor, $4))
                    WHERE EXISTS (
                        SELECT 1 FROM leases WHERE name = $1 AND holder = $2 AND generation = $3 AND expires_at > clock_timestamp())
                    """, identity + [.int8(cursor)]), PostgresStatement("COMMIT"),
            ])[3].affected == 1
        }
    }

    package func publishedCursor() async throws(StoreError) -> Int64 {
        try await call { (connection) throws(PostgresError) in try connection.run("SELECT published_cursor FROM feed_state") }.int(0, 0)
    }

    package func feedBounds() async throws(StoreError) -> FeedBounds {
        let rows = try await call { (connection) throws(PostgresError) in
            try connection.run("SELECT last_cursor, coalesce((SELECT min(cursor) FROM feed), last_cursor + 1) FROM feed_state")
        }
        return FeedBounds(lowest: rows.int(0, 1), highest: rows.int(0, 0))
    }

    package func feed(after cursor: Int64, limit: Int) async throws(StoreError) -> FeedPage {
        let rows = try await call { (connection) throws(PostgresError) in
            try connection.run(
                """
                SELECT f.cursor, e.body, e.acknowledged_at IS NOT NULL, nullif(e.snapshot_rank, 0), \(Self.identities), \(Self.incident)
                FROM (SELECT * FROM feed WHERE cursor > $1 ORDER BY cursor LIMIT $2) f
                LEFT JOIN events e ON e.ts = f.event_ts AND e.id = f.event_id ORDER BY f.cursor
                """, [.int8(cursor), .int8(Int64(limit))])
        }
        return FeedPage(
            events: Self.read(rows).map { $0.published($0.incident) }, through: rows.count > 0 ? rows.int(rows.count - 1, 0) : cursor)
    }

    /// A row of the feed.
    struct FeedRow {
        let cursor: Int64
        let event: Event
        let isAcknowledged: Bool
        let snapshot: Int?
        let identities: [UInt8]
        /// The incident that is known already.
        let incident: EventID?

        func published(_ incident: EventID?) -> PublishedEvent {
            PublishedEvent(
                cursor: cursor, event: event, acknowledged: isAcknowledged, snapshot: snapshot, identities: identities, incident: incident)
        }
    }

    /// Rows of cursor, body, whether acknowledged, the rank of the picture, who was seen and the incident; without the events that are gone, and without
    /// damaged bodies, which `check` names: otherwise one such row would stop all publishing.
    private static func read(_ rows: PostgresRows) -> [FeedRow] {
        var events: [FeedRow] = []
        events.reserveCapacity(rows.count)
        for row in 0..<rows.count where !rows.isNull(row, 1) {
            guard let event = rows.event(row, 1) else { continue }
            events.append(
                FeedRow(
                    cursor: rows.int(row, 0), event: event, isAcknowledged: rows.bool(row, 2),
                    snapshot: rows.optionalInt(row, 3).map { Int($0) },
                    identities: rows.isNull(row, 4) ? StoredEvent.nobody : rows.bytes(row, 4),
                    incident: rows.isNull(row, 5) ? nil : rows.id(row, 5)))
        }
        return events
    }

    /// The parameters of `lockLease`.
    static func identity(_ lease: Lease) -> [PostgresValue] {
        [.text(lease.name), .text(lease.holder), .int8(lease.generation)]
    }
}
