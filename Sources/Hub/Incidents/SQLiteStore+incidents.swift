import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    /// The incident of an event `e`; null where it has none.
    static let incident = "(SELECT g.incident FROM incident_events g WHERE g.event_id = e.id)"

    static func incidentID(_ blob: Data?) -> EventID? { blob.flatMap { EventID(blob: $0) } }

    /// Puts events into their incidents, in the transaction that gives them their cursors.
    /// - Parameter events: Each with the incident that it has already.
    /// - Returns: The incidents by the events.
    static func placeInIncidents(_ events: [(event: Event, known: EventID?)], now: Timestamp, _ db: Database) throws -> [EventID: EventID] {
        var book = IncidentBook(try known(events, now: now, db))
        var placed: [EventID: EventID] = [:]
        var new: [EventID] = []
        for (event, known) in events {
            guard let incident = book.place(EventSpan(event), known: known ?? placed[event.id], now: now) else { continue }
            if known == nil, placed[event.id] == nil { new.append(event.id) }
            placed[event.id] = incident
        }
        let keep = try db.cachedStatement(
            sql: """
                INSERT INTO incidents (id, site, from_ts, until_ts) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET from_ts = excluded.from_ts, until_ts = excluded.until_ts
                """)
        for incident in book.changed {
            try keep.execute(
                arguments: [incident.id.blob, incident.site, incident.from.microseconds, incident.until.microseconds])
        }
        let add = try db.cachedStatement(sql: "INSERT INTO incident_events (event_id, incident) VALUES (?, ?)")
        for event in new { try add.execute(arguments: [event.blob, placed[event]?.blob]) }
        return placed
    }

    /// The incidents that events can join, and those that revisions stay in.
    private static func known(_ events: [(event: Event, known: EventID?)], now: Timestamp, _ db: Database) throws -> [Incident] {
        let select = "SELECT id, site, from_ts, until_ts FROM incidents"
        let near = try db.cachedStatement(sql: "\(select) WHERE site = ? AND from_ts BETWEEN ? AND ?")
        var rows: [Row] = []
        let new = events.filter { $0.known == nil }.map { EventSpan($0.event) }
        for (site, spans) in IncidentBook.reach(new, now: now) {
            for span in spans {
                rows += try Row.fetchAll(near, arguments: [site, span.lowerBound.microseconds, span.upperBound.microseconds])
            }
        }
        let one = try db.cachedStatement(sql: "\(select) WHERE id = ?")
        for id in Set(events.compactMap { $0.known }) { rows += try Row.fetchAll(one, arguments: [id.blob]) }
        return rows.compactMap { row in
            EventID(blob: row[0]).map {
                Incident(id: $0, site: row[1], from: Timestamp(microseconds: row[2]), until: Timestamp(microseconds: row[3]))
            }
        }
    }

    package func events(of incident: EventID, limit: Int) async throws(StoreError) -> [EventSpan] {
        try await read { db in
            try Self.spans(
                "WHERE id IN (SELECT event_id FROM incident_events WHERE incident = ?) ORDER BY ts, id LIMIT ?", [incident.blob, limit], db)
        }
    }

    package func spans(_ query: EventQuery) async throws(StoreError) -> [EventSpan] {
        try await read { db in
            let filter = SQLiteFilter(query, paged: true)
            return try Self.spans(
                "\(filter.clause) ORDER BY ts DESC, id DESC LIMIT ?", filter.arguments + [max(0, query.limit)], db)
        }
    }

    /// One row at a time: a body may be large, and nothing of it but the end is needed.
    private static func spans(_ clause: String, _ arguments: StatementArguments, _ db: Database) throws -> [EventSpan] {
        var spans: [EventSpan] = []
        let rows = try Row.fetchCursor(db, sql: "SELECT body FROM events \(clause)", arguments: arguments)
        while let row = try rows.next() {
            if let event = readable(row[0] as String) { spans.append(EventSpan(event)) }
        }
        return spans
    }
}
