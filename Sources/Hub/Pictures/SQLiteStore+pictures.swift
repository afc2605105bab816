package import Base
import Foundation
import GRDB
package import Protocol
package import Vision

extension SQLiteStore {
    package func addPicture(_ picture: OfferedPicture, box: [UInt8]) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO offered_pictures (id, individual, kind, state, found, chosen, trouble, added_at, added_by, box)
                    SELECT ?, p.id, p.kind, ?, ?, ?, ?, ?, ?, ? FROM individuals p
                    WHERE p.id = ? AND p.kind = ? AND (SELECT count(*) FROM offered_pictures) < ?
                    """,
                arguments: [
                    picture.id.blob, picture.state.rawValue, BoxText.text(picture.found), picture.chosen.map { BoxText.text([$0]) },
                    picture.trouble, picture.addedAt.microseconds, picture.addedBy, Data(box), picture.individual.description,
                    picture.kind.rawValue, OfferedPicture.limit,
                ])
            return db.changesCount > 0
        }
    }

    private static let pictureColumns = "id, individual, kind, state, found, chosen, trouble, added_at, added_by"

    private static func picture(_ row: Row) -> OfferedPicture? {
        guard let id = EventID(blob: row[0]), let individual = EventID(row[1] as String), let kind = IndividualKind(rawValue: row[2]),
            let state = OfferedPicture.State(rawValue: row[3])
        else { return nil }
        return OfferedPicture(
            id: id, individual: individual, kind: kind, state: state, found: BoxText.boxes(row[4]),
            chosen: (row[5] as String?).flatMap { BoxText.boxes($0).first }, trouble: row[6], addedAt: Timestamp(microseconds: row[7]),
            addedBy: row[8])
    }

    package func offeredPictures(of individual: EventID) async throws(StoreError) -> [OfferedPicture] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT \(Self.pictureColumns) FROM offered_pictures WHERE individual = ? ORDER BY id",
                arguments: [individual.description]
            ).compactMap(Self.picture)
        }
    }

    package func nextPicture(except aside: Set<EventID>) async throws(StoreError) -> OfferedPicture? {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT \(Self.pictureColumns) FROM offered_pictures
                    WHERE state = 'waiting' AND (kind <> 'person' OR EXISTS (SELECT 1 FROM recognition WHERE is_on))
                        AND id NOT IN (\(Self.list(aside))) ORDER BY id LIMIT 1
                    """)
            return row.flatMap(Self.picture)
        }
    }

    /// Of hexadecimal digits alone.
    private static func list(_ ids: Set<EventID>) -> String {
        ids.map { "x'\($0.description.replacing("-", with: ""))'" }.joined(separator: ",")
    }

    package func waitingPictures() async throws(StoreError) -> Int {
        try await read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM offered_pictures WHERE state = 'waiting'") ?? 0 }
    }

    package func pictureBox(_ id: EventID) async throws(StoreError) -> [UInt8]? {
        try await read { db in
            try Data.fetchOne(db, sql: "SELECT box FROM offered_pictures WHERE id = ?", arguments: [id.blob]).map { [UInt8]($0) }
        }
    }

    package func note(_ picture: OfferedPicture, at time: Timestamp) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE offered_pictures SET state = ?1, found = ?2, chosen = NULL, trouble = ?3, noted_at = ?6
                    WHERE id = ?4 AND state = 'waiting' AND chosen IS ?5
                    """,
                arguments: [
                    picture.state.rawValue, BoxText.text(picture.found), picture.trouble, picture.id.blob,
                    picture.chosen.map { BoxText.text([$0]) }, time.microseconds,
                ])
        }
    }

    package func choose(_ box: Box, of picture: EventID) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: "UPDATE offered_pictures SET state = 'waiting', chosen = ? WHERE id = ? AND state = 'several'",
                arguments: [BoxText.text([box]), picture.blob])
            return db.changesCount > 0
        }
    }

    package func learn(_ picture: OfferedPicture, model: String, portrait: [UInt8], at time: Timestamp) async throws(StoreError) -> Bool {
        let isDone = try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO gallery (event_id, individual, node, rank, kind, model, box, added_at, added_by, origin)
                    SELECT id, individual, ?, ?, kind, ?, ?, ?, added_by, origin FROM offered_pictures
                    WHERE id = ? AND individual = ? AND state = 'waiting'
                        AND (kind <> 'person' OR EXISTS (SELECT 1 FROM recognition WHERE is_on))
                    """,
                arguments: [
                    OfferedPortrait.node, OfferedPortrait.rank, model, Data(portrait), time.microseconds, picture.id.blob,
                    picture.individual.description,
                ])
            guard db.changesCount > 0 else { return false }
            try db.execute(sql: "DELETE FROM offered_pictures WHERE id = ?", arguments: [picture.id.blob])
            try Self.reconsider(picture.kind.rawValue, db)
            return true
        }
        if isDone { await truncateLog() }
        return isDone
    }

    package func removePicture(_ id: EventID, of individual: EventID) async throws(StoreError) -> Bool? {
        let wasKnown: Bool? = try await write { db in
            try db.execute(
                sql: "DELETE FROM offered_pictures WHERE id = ? AND individual = ?", arguments: [id.blob, individual.description])
            if db.changesCount > 0 { return false }
            let kind = try String.fetchOne(
                db, sql: "DELETE FROM gallery WHERE event_id = ? AND individual = ? AND node = ? RETURNING kind",
                arguments: [id.blob, individual.description, OfferedPortrait.node])
            guard let kind else { return nil }
            try Self.reconsider(kind, db)
            return true
        }
        if wasKnown != nil { await truncateLog() }
        return wasKnown
    }

    package func forgetPictures(before time: Timestamp) async throws(StoreError) -> Int {
        let count = try await write { db in
            try db.execute(
                sql: "DELETE FROM offered_pictures WHERE state <> 'waiting' AND noted_at < ?", arguments: [time.microseconds])
            return db.changesCount
        }
        if count > 0 { await truncateLog() }
        return count
    }

    package func knownPictures(of individual: EventID) async throws(StoreError) -> [KnownPicture] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT event_id, node = ?, added_at, added_by, model FROM gallery WHERE individual = ?
                    ORDER BY added_at DESC, event_id DESC
                    """, arguments: [OfferedPortrait.node, individual.description]
            ).compactMap { row in
                EventID(blob: row[0]).map {
                    KnownPicture(
                        id: $0, wasOffered: row[1], addedAt: Timestamp(microseconds: row[2]), addedBy: row[3], model: row[4])
                }
            }
        }
    }

    /// Faces are not read while nobody is recognised.
    private static func mayRead(_ kind: PortraitKind, _ db: Database) throws -> Bool {
        try kind != .face || Bool.fetchOne(db, sql: "SELECT is_on FROM recognition") ?? false
    }

    /// Portraits of another model than ?2, of the gallery's kind ?1 and of events' kind ?3, but those of which nothing could be made.
    private static let oldInGallery = "kind = ?1 AND model <> ?2 AND given_up IS NOT ?2"
    private static let oldOfEvents = "kind = ?3 AND (model > '' AND model < ?2 OR model > ?2) AND given_up IS NOT ?2"

    package func oldPortraitCount(_ kind: PortraitKind, model: String) async throws(StoreError) -> Int {
        try await read { db in
            guard try Self.mayRead(kind, db) else { return 0 }
            return try Int.fetchOne(
                db,
                sql: """
                    SELECT (SELECT count(*) FROM gallery WHERE \(Self.oldInGallery))
                        + (SELECT count(*) FROM portraits WHERE \(Self.oldOfEvents))
                    """, arguments: [IndividualKind(kind).rawValue, model, kind.rawValue]) ?? 0
        }
    }

    package func oldPortraits(_ kind: PortraitKind, model: String, except aside: Set<EventID>, limit: Int) async throws(StoreError)
        -> [OldPortrait]
    {
        try await read { db in
            guard try Self.mayRead(kind, db) else { return [] }
            let gallery = try Row.fetchAll(
                db,
                sql: """
                    SELECT event_id, node, rank, model, box, 1 FROM gallery
                    WHERE \(Self.oldInGallery) AND event_id NOT IN (\(Self.list(aside))) ORDER BY event_id DESC LIMIT ?3
                    """, arguments: [IndividualKind(kind).rawValue, model, limit])
            let events = try Row.fetchAll(
                db,
                sql: """
                    SELECT event_id, node, rank, model, box, 0 FROM portraits
                    WHERE \(Self.oldOfEvents) AND event_id NOT IN (\(Self.list(aside))) ORDER BY event_id DESC LIMIT ?1
                    """, arguments: [limit - gallery.count, model, kind.rawValue])
            return (gallery + events).compactMap { row in
                EventID(blob: row[0]).map {
                    OldPortrait(
                        place: row[5] ? .gallery : .event, event: $0, node: row[1], rank: row[2], kind: kind, model: row[3],
                        box: [UInt8](row[4] as Data))
                }
            }
        }
    }

    package func renew(_ portrait: OldPortrait, model: String, box: [UInt8]) async throws(StoreError) {
        try await write { db in
            let arguments: StatementArguments = [model, Data(box), portrait.event.blob, portrait.rank, portrait.model]
            switch portrait.place {
            case .gallery:
                try db.execute(
                    sql: "UPDATE gallery SET model = ?, box = ? WHERE event_id = ? AND rank = ? AND model = ?", arguments: arguments)
                if db.changesCount > 0 { try Self.reconsider(IndividualKind(portrait.kind).rawValue, db) }
            case .event:
                try db.execute(
                    sql: "UPDATE portraits SET model = ?, box = ? WHERE event_id = ? AND rank = ? AND model = ?", arguments: arguments)
                guard db.changesCount > 0 else { return }
                try db.execute(
                    sql: "UPDATE identities SET due = due + 1 WHERE event_id = ? AND account IS NULL", arguments: [portrait.event.blob])
            }
        }
    }

    package func giveUp(_ portrait: OldPortrait, for model: String) async throws(StoreError) {
        try await write { db in
            let table = portrait.place == .gallery ? "gallery" : "portraits"
            try db.execute(
                sql: "UPDATE \(table) SET given_up = ? WHERE event_id = ? AND model = ?",
                arguments: [model, portrait.event.blob, portrait.model])
        }
    }
}
