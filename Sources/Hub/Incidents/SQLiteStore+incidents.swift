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
        let select = try db.cachedStatement(sql: "SELECT id, from_ts, until_ts FROM incidents WHERE site = ? AND from_ts BETWEEN ? AND ?")
        var known: [Incident] = []
        for (site, reach) in IncidentBook.reach(events.lazy.map(\.event), now: now) {
            let rows = try Row.fetchAll(
                select, arguments: [site, reach.lowerBound.microseconds, reach.upperBound.microseconds])
            known += rows.compactMap { row in
                EventID(blob: row[0]).map {
                    Incident(id: $0, site: site, from: Timestamp(microseconds: row[1]), until: Timestamp(microseconds: row[2]))
                }
            }
        }
        var book = IncidentBook(known)
        var placed: [EventID: EventID] = [:]
        var new: [EventID] = []
        for (event, known) in events {
            guard let incident = book.place(event, known: known ?? placed[event.id], now: now) else { continue }
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

    package func events(of incident: EventID, limit: Int) async throws(StoreError) -> [StoredEvent] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(Self.selectEvent) WHERE e.id IN (SELECT event_id FROM incident_events WHERE incident = ?) ORDER BY e.ts, e.id LIMIT ?
                    """, arguments: [incident.blob, limit]
            ).map(Self.stored)
        }
    }
}
