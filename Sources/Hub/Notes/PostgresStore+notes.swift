import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func notes(of event: EventID) async throws(StoreError) -> [EventNote] {
        let rows = try await query(
            "SELECT id, text, created_at, created_by FROM event_notes WHERE event_id = $1 ORDER BY created_at, id", [.id(event)])
        return (0..<rows.count).map {
            EventNote(
                id: rows.id($0, 0), event: event, text: rows.text($0, 1), createdAt: rows.time($0, 2), createdBy: rows.text($0, 3))
        }
    }

    package func addNote(_ note: EventNote) async throws(StoreError) -> NoteOutcome {
        // Whoever deletes the event waits for the row, or this finds none. Of two notes at once both may be the last that has room.
        let rows = try await query(
            """
            WITH known AS MATERIALIZED (SELECT id FROM event_ids WHERE id = $2 FOR KEY SHARE), added AS (
                INSERT INTO event_notes (id, event_id, text, created_at, created_by)
                SELECT $1, k.id, $3, $4, $5 FROM known k WHERE (SELECT count(*) FROM event_notes WHERE event_id = $2) < $6 RETURNING 1
            )
            SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM added)
            """,
            [
                .id(note.id), .id(note.event), .text(note.text), .time(note.createdAt), .text(note.createdBy),
                .int8(Int64(EventNote.limit)),
            ])
        return rows.int(0, 0) == 0 ? .unknownEvent : rows.int(0, 1) == 0 ? .tooMany : .added
    }

    package func deleteNote(_ id: EventID, of event: EventID, by author: String?) async throws(StoreError) -> Bool {
        let isTheirs = author == nil ? "" : " AND created_by = $3"
        return try await query(
            "DELETE FROM event_notes WHERE id = $1 AND event_id = $2\(isTheirs) RETURNING 1",
            [.id(id), .id(event)] + (author.map { [.text($0)] } ?? [])
        ).count > 0
    }
}
