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
        let reach = IncidentBook.reach(rows.lazy.map(\.event), now: now).sorted { $0.key < $1.key }
        var book = IncidentBook(reach.isEmpty ? [] : try known(reach, connection))
        var placed: [EventID: EventID] = [:]
        var new: [EventID] = []
        for row in rows {
            guard let incident = book.place(row.event, known: row.incident ?? placed[row.event.id], now: now) else { continue }
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

    private static func known(
        _ reach: [(key: String, value: ClosedRange<Timestamp>)], _ connection: isolated PostgresConnection
    ) throws(PostgresError) -> [Incident] {
        let rows = try connection.run(
            """
            SELECT i.id, i.site, i.from_ts, i.until_ts FROM unnest($1, $2, $3) AS near (site, lowest, highest)
            JOIN incidents i ON i.site = near.site AND i.from_ts BETWEEN near.lowest AND near.highest
            """, [.texts(reach.map(\.key)), .times(reach.map(\.value.lowerBound)), .times(reach.map(\.value.upperBound))])
        return (0..<rows.count).map {
            Incident(id: rows.id($0, 0), site: rows.text($0, 1), from: rows.time($0, 2), until: rows.time($0, 3))
        }
    }

    package func events(of incident: EventID, limit: Int) async throws(StoreError) -> [StoredEvent] {
        try Self.stored(
            try await query(
                """
                SELECT e.body, e.received_at, e.acknowledged_at, e.acknowledged_by, e.flags, e.id, e.ts, nullif(e.snapshot_rank, 0),
                    \(Self.identities), \(Self.incident)
                FROM incident_events m JOIN event_ids i ON i.id = m.event_id JOIN events e ON e.ts = i.ts AND e.id = i.id
                WHERE m.incident = $1 ORDER BY e.ts, e.id LIMIT $2
                """, [.id(incident), .int8(Int64(limit))]))
    }
}
