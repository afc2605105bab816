import Base
import GRDB
package import Protocol

extension SQLiteStore {
    package func notes(of event: EventID) async throws(StoreError) -> [EventNote] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT id, text, created_at, created_by FROM event_notes WHERE event_id = ? ORDER BY created_at, id",
                arguments: [event.blob]
            ).compactMap { row in
                EventID(blob: row[0]).map {
                    EventNote(id: $0, event: event, text: row[1], createdAt: Timestamp(microseconds: row[2]), createdBy: row[3])
                }
            }
        }
    }

    package func addNote(_ note: EventNote) async throws(StoreError) -> NoteOutcome {
        try await write { db in
            let event = note.event.blob
            guard try Bool.fetchOne(db, sql: "SELECT 1 FROM events WHERE id = ?", arguments: [event]) == true else { return .unknownEvent }
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM event_notes WHERE event_id = ?", arguments: [event]) ?? 0
            guard count < EventNote.limit else { return .tooMany }
            try db.execute(
                sql: "INSERT INTO event_notes (id, event_id, text, created_at, created_by) VALUES (?, ?, ?, ?, ?)",
                arguments: [note.id.blob, event, note.text, note.createdAt.microseconds, note.createdBy])
            return .added
        }
    }

    package func deleteNote(_ id: EventID, of event: EventID, by author: String?) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: "DELETE FROM event_notes WHERE id = ?1 AND event_id = ?2 AND created_by = coalesce(?3, created_by)",
                arguments: [id.blob, event.blob, author])
            return db.changesCount > 0
        }
    }
}
