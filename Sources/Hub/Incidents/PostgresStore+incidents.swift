import Base
import Postgres
package import Protocol

extension PostgresStore {
    /// The incident of an event `e`; null where it has none.
    static let incident = "(SELECT g.incident FROM incident_events g WHERE g.event_id = e.id)"

    /// Puts events into their incidents, in the transaction that gives them their cursors.
    /// - Parameter now: The database's time; nil where there are no events.
    /// - Returns: The incidents by the events, and what has to be run for them.
    static func placingInIncidents(
        _ rows: [FeedRow], now: Timestamp?, _ connection: isolated PostgresConnection
    ) throws(PostgresError) -> (incidents: [EventID: EventID], statements: [PostgresStatement]) {
        guard let now else { return ([:], []) }
        var book = IncidentBook(try known(rows, now: now, connection))
        var placed: [EventID: EventID] = [:]
        var new: [EventID] = []
        for row in rows {
            guard let incident = book.place(EventSpan(row.event), known: row.incident ?? placed[row.event.id], now: now) else { continue }
            if row.incident == nil, placed[row.event.id] == nil { new.append(row.event.id) }
            placed[row.event.id] = incident
        }
        var statements: [PostgresStatement] = []
        let changed = book.changed
        if !changed.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    INSERT INTO incidents (id, site, from_ts, until_ts) SELECT * FROM unnest($1, $2, $3, $4)
                    ON CONFLICT (id) DO UPDATE SET from_ts = excluded.from_ts, until_ts = excluded.until_ts
                    """,
                    [.ids(changed.map(\.id)), .texts(changed.map(\.site)), .times(changed.map(\.from)), .times(changed.map(\.until))]))
        }
        if !new.isEmpty {
            statements.append(
                PostgresStatement(
                    "INSERT INTO incident_events (event_id, incident) SELECT * FROM unnest($1, $2)",
                    [.ids(new), .ids(new.compactMap { placed[$0] })]))
        }
        return (placed, statements)
    }

    /// The incidents that events can join, and those that revisions stay in. They are locked, so that none is deleted meanwhile for its age.
    private static func known(
        _ rows: [FeedRow], now: Timestamp, _ connection: isolated PostgresConnection
    ) throws(PostgresError) -> [Incident] {
        let new = rows.filter { $0.incident == nil }.map { EventSpan($0.event) }
        let near = IncidentBook.reach(new, now: now).flatMap { site, spans in spans.map { (site: site, span: $0) } }
        let known = Set(rows.compactMap(\.incident))
        guard !near.isEmpty || !known.isEmpty else { return [] }
        let found = try connection.run(
            """
            SELECT i.id, i.site, i.from_ts, i.until_ts FROM incidents i WHERE i.id IN (
                SELECT k.id FROM unnest($4) AS k (id)
                UNION SELECT n.id FROM unnest($1, $2, $3) AS near (site, lowest, highest)
                    JOIN incidents n ON n.site = near.site AND n.from_ts BETWEEN near.lowest AND near.highest
            ) ORDER BY i.id FOR UPDATE OF i
            """,
            [
                .texts(near.map { $0.site }), .times(near.map { $0.span.lowerBound }), .times(near.map { $0.span.upperBound }),
                .ids(known.sorted()),
            ])
        return (0..<found.count).map {
            Incident(id: found.id($0, 0), site: found.text($0, 1), from: found.time($0, 2), until: found.time($0, 3))
        }
    }

    package func events(of incident: EventID, limit: Int) async throws(StoreError) -> [EventSpan] {
        Self.spans(
            try await query(
                """
                SELECT e.body FROM incident_events m JOIN event_ids i ON i.id = m.event_id JOIN events e ON e.ts = i.ts AND e.id = i.id
                WHERE m.incident = $1 ORDER BY e.ts, e.id LIMIT $2
                """, [.id(incident), .int8(Int64(limit))]))
    }

    package func spans(_ query: EventQuery) async throws(StoreError) -> [EventSpan] {
        var filter = PostgresFilter(query, paged: true)
        let limit = filter.next(.int8(Int64(max(0, query.limit))))
        return Self.spans(
            try await self.query("SELECT body FROM events \(filter.clause) ORDER BY ts DESC, id DESC LIMIT \(limit)", filter.parameters))
    }

    private static func spans(_ rows: PostgresRows) -> [EventSpan] {
        (0..<rows.count).compactMap { row in rows.event(row, 0).map { EventSpan($0) } }
    }
}
