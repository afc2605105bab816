package import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func events(_ query: EventQuery) async throws(StoreError) -> [StoredEvent] {
        var filter = PostgresFilter(query, paged: true)
        let limit = filter.next(.int8(Int64(max(0, query.limit))))
        let statement = PostgresStatement(
            "\(Self.selectEvent) \(filter.clause) ORDER BY ts DESC, id DESC LIMIT \(limit)", filter.parameters)
        let rows = try await call { (connection) throws(PostgresError) in try connection.run([statement], timeout: Self.patience)[0] }
        return try Self.stored(rows)
    }

    package func event(_ id: EventID) async throws(StoreError) -> StoredEvent? {
        let rows = try await call { (connection) throws(PostgresError) in try connection.run([Self.select(id)])[0] }
        return try Self.stored(rows).first
    }

    package func counts(_ query: EventQuery, by bucket: CountBucket) async throws(StoreError) -> [EventCount] {
        let filter = PostgresFilter(query, paged: false)
        let statement = PostgresStatement(
            """
            SELECT date_bin('1 \(bucket.rawValue)', ts, '2000-01-01 00:00:00+00') AS start, source_id, type, count(*) FROM events
            \(filter.clause) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """, filter.parameters)
        let rows = try await call { (connection) throws(PostgresError) in try connection.run([statement], timeout: Self.patience)[0] }
        return (0..<rows.count).map {
            EventCount(start: rows.time($0, 0), camera: rows.text($0, 1), type: rows.text($0, 2), count: rows.int($0, 3))
        }
    }

    package func facets(_ scope: AccessScope) async throws(StoreError) -> EventFacets {
        let filter = PostgresFilter(EventQuery(scope), paged: false)
        let statements = ["site", "source_id", "type"].map {
            PostgresStatement("SELECT DISTINCT \($0) FROM sources \(filter.clause) ORDER BY 1 LIMIT 1000", filter.parameters)
        }
        let answers = try await call { (connection) throws(PostgresError) in try connection.run(statements) }
        let names = answers.map { rows in (0..<rows.count).map { rows.text($0, 0) } }
        return EventFacets(sites: names[0], cameras: names[1], types: names[2])
    }

    package func acknowledge(_ id: EventID, by account: String, at time: Timestamp) async throws(StoreError) -> StoredEvent? {
        let acknowledge = Self.acknowledgement(of: id, by: account, at: time)
        let rows = try await call { (connection) throws(PostgresError) in try connection.run([acknowledge, Self.select(id)])[1] }
        return try Self.stored(rows).first
    }

    package func acknowledge(
        _ ids: [EventID], in scope: AccessScope, by account: String, at time: Timestamp
    ) async throws(StoreError) -> Int {
        var query = EventQuery(scope)
        query.acknowledged = false
        var filter = PostgresFilter(query, paged: false)
        let (wanted, moment, who) = (filter.next(.ids(ids)), filter.next(.time(time)), filter.next(.text(account)))
        // They are locked first, in the order in which ingest locks them.
        let statement = PostgresStatement(
            """
            WITH wanted AS (SELECT id, ts FROM event_ids WHERE id = ANY (\(wanted)) ORDER BY id FOR UPDATE), changed AS (
                UPDATE events e SET acknowledged_at = \(moment), acknowledged_by = \(who) FROM wanted w
                \(filter.clause) AND e.ts = w.ts AND e.id = w.id RETURNING e.id, e.ts
            )
            INSERT INTO feed_pending (event_id, event_ts) SELECT id, ts FROM changed
            """, filter.parameters)
        return try await callInTurn { (connection) throws(PostgresError) in Int(try connection.run([statement])[0].affected) }
    }

    /// Marks an event as seen, unless somebody has already.
    static func acknowledgement(of event: EventID, by account: String, at time: Timestamp) -> PostgresStatement {
        PostgresStatement(
            """
            WITH changed AS (
                UPDATE events e SET acknowledged_at = $2, acknowledged_by = $3 FROM event_ids i
                WHERE i.id = $1 AND e.ts = i.ts AND e.id = i.id AND e.acknowledged_at IS NULL RETURNING e.id, e.ts
            )
            INSERT INTO feed_pending (event_id, event_ts) SELECT id, ts FROM changed
            """, [.id(event), .time(time), .text(account)])
    }

    /// Seconds for a query of a person: text search may read a lot.
    private static let patience = 30.0

    private static let selectEvent = """
        SELECT body, received_at, acknowledged_at, acknowledged_by, flags, id, ts, nullif(snapshot_rank, 0), \(identities), \(incident)
        FROM events e
        """

    private static func select(_ id: EventID) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT e.body, e.received_at, e.acknowledged_at, e.acknowledged_by, e.flags, e.id, e.ts, nullif(e.snapshot_rank, 0),
                \(identities), \(incident)
            FROM event_ids i JOIN events e ON e.ts = i.ts AND e.id = i.id WHERE i.id = $1
            """, [.id(id)])
    }

    static func stored(_ rows: PostgresRows) throws(StoreError) -> [StoredEvent] {
        var events: [StoredEvent] = []
        events.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            let flags = EventFlags(rawValue: Int16(truncatingIfNeeded: rows.int(row, 4)))
            let read = rows.event(row, 0)
            let event = if let read { read } else { try Event.unreadable(id: rows.id(row, 5), ts: rows.time(row, 6)) }
            events.append(
                StoredEvent(
                    event: event, receivedAt: rows.time(row, 1),
                    acknowledgedAt: rows.optionalTime(row, 2),
                    acknowledgedBy: rows.optionalText(row, 3), flags: (read == nil ? flags.union(.unreadable) : flags).words,
                    snapshot: rows.optionalInt(row, 7).map { Int($0) },
                    identities: rows.isNull(row, 8) ? StoredEvent.nobody : rows.bytes(row, 8),
                    incident: rows.isNull(row, 9) ? nil : rows.id(row, 9)))
        }
        return events
    }
}
