package import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    package func erase(_ erasure: Erasure) async throws(StoreError) -> Bool {
        let isDone = try await write { db in
            let who = erasure.individual.description
            var isDue = try Bool.fetchOne(db, sql: "SELECT 1 FROM individuals WHERE id = ?", arguments: [who]) ?? false
            // In an older copy they may be merged into somebody. At any other time those who are go with whom they are part of: what was
            // compared since has the other's id.
            if erasure.reason == .restore, !isDue {
                let isMerged = try Bool.fetchOne(db, sql: "SELECT 1 FROM merges WHERE id = ?", arguments: [who]) ?? false
                let isListed = try Bool.fetchOne(db, sql: "SELECT 1 FROM erasures WHERE individual = ?", arguments: [who]) ?? false
                isDue = isMerged || !isListed
            }
            guard isDue else { return false }
            for event in try Self.events(erasure, db) { try Self.erase(event, erasure, db) }
            try db.execute(
                sql: """
                    \(Self.mergeTree) INSERT INTO feed_pending (event_id)
                    SELECT event_id FROM event_subjects WHERE individual = ?1 OR origin IN (SELECT id FROM tree)
                    """, arguments: [who])
            // The gallery and the rules go with their individual, and it is no event's subject any more.
            try db.execute(sql: "DELETE FROM individuals WHERE id = ?", arguments: [who])
            try db.execute(
                sql: """
                    \(Self.mergeTree) INSERT INTO erasures (individual, erased_at, account, reason, with_pictures, hidden)
                    SELECT id, ?2, ?3, ?4, ?5, ?6 FROM tree WHERE id = ?1 OR id IN (SELECT id FROM merges WHERE name IS NOT NULL)
                    ON CONFLICT DO UPDATE SET with_pictures = max(with_pictures, excluded.with_pictures), hidden = excluded.hidden
                    """,
                arguments: [
                    who, erasure.time.microseconds, erasure.account, erasure.reason.rawValue, erasure.isOfPictures,
                    erasure.pictures == .hidden,
                ])
            for table in ["gallery", "pet_rules", "event_subjects", "offered_pictures"] {
                try db.execute(sql: "\(Self.mergeTree) DELETE FROM \(table) WHERE origin IN (SELECT id FROM tree)", arguments: [who])
            }
            try db.execute(sql: "\(Self.mergeTree) DELETE FROM merges WHERE id IN (SELECT id FROM tree)", arguments: [who])
            return true
        }
        // Where a reader is in the way the service that sees to erasures does it.
        if isDone { await truncateLog() }
        return isDone
    }

    /// Events in whose pictures people are still to be hidden.
    static let toHide = """
        SELECT s.event_id FROM erasures d JOIN erasure_events b ON b.individual = d.individual JOIN snapshots s ON s.event_id = b.event_id
        WHERE d.hidden AND s.rank <> \(SnapshotWire.hiddenRank)
        """

    package func picturesToHide(limit: Int) async throws(StoreError) -> [EventID] {
        try await read { db in
            try Data.fetchAll(db, sql: "\(Self.toHide) GROUP BY 1 ORDER BY 1 LIMIT ?", arguments: [limit]).compactMap { EventID(blob: $0) }
        }
    }

    private static func events(_ erasure: Erasure, _ db: Database) throws -> Set<Data> {
        let own = try Data.fetchAll(
            db,
            sql: """
                \(Self.mergeTree) SELECT event_id FROM identities WHERE individual = ?1
                UNION SELECT event_id FROM gallery WHERE (individual = ?1 OR origin IN (SELECT id FROM tree)) AND node <> ''
                """, arguments: [erasure.individual.description])
        return Set(own + erasure.events.map(\.blob))
    }

    /// Leaves nothing of somebody in one event, also where its portrait is still on its way.
    private static func erase(_ event: Data, _ erasure: Erasure, _ db: Database) throws {
        // One that is not here, or not yet, is noted: nothing of it is taken in when it comes.
        let node = try String.fetchOne(db, sql: "SELECT node FROM events WHERE id = ?", arguments: [event])
        try db.execute(
            sql: "INSERT INTO erasure_events (individual, event_id, node) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET confirmed_at = NULL",
            arguments: [erasure.individual.description, event, node ?? ""])
        guard node != nil else { return }
        try emptyPortrait(of: event, at: erasure.time, db)
        switch erasure.pictures {
        case .kept: break
        case .hidden:
            try db.execute(
                sql: "UPDATE events SET snapshot_rank = 0 WHERE id = ? AND snapshot_rank <> ?", arguments: [event, SnapshotWire.hiddenRank])
        case .deleted:
            try db.execute(sql: "DELETE FROM snapshots WHERE event_id = ?", arguments: [event])
            try db.execute(sql: "UPDATE events SET snapshot_rank = 0 WHERE id = ?", arguments: [event])
        }
        try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event])
    }

    /// Leaves nothing of what somebody in an event is known by, also where it is still on its way.
    static func emptyPortrait(of event: Data, at time: Timestamp, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM identities WHERE event_id = ?", arguments: [event])
        try db.execute(
            sql: """
                INSERT INTO portraits (event_id, node, rank, kind, model, received_at, box)
                SELECT id, node, ?, 'face', '', ?, x'' FROM events WHERE id = ?
                ON CONFLICT DO UPDATE SET rank = excluded.rank, model = '', box = x''
                """, arguments: [PortraitWire.ranks.upperBound, time.microseconds, event])
    }

    /// Whether somebody was erased who was seen in an event.
    /// - Parameter pictures: Whether the whole pictures went, too.
    static func isErased(_ event: EventID, pictures: Bool, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT 1 FROM erasure_events b JOIN erasures e ON e.individual = b.individual
                WHERE b.event_id = ? AND (e.with_pictures OR NOT ?) LIMIT 1
                """, arguments: [event.blob, pictures]) ?? false
    }

    package func erasures() async throws(StoreError) -> Int64 {
        try await read { db in try Int64.fetchOne(db, sql: "SELECT count(*) FROM erasures") ?? 0 }
    }

    private static func erasure(_ row: Row) -> Erasure? {
        guard let individual = EventID(row[0] as String) else { return nil }
        return Erasure(
            individual: individual, time: Timestamp(microseconds: row[1]), account: row[2],
            reason: Erasure.Reason(rawValue: row[3]) ?? .request, pictures: Erasure.Pictures(isOfPictures: row[4], isHidden: row[5]))
    }

    private static let selectErasure = "SELECT individual, erased_at, account, reason, with_pictures, hidden FROM erasures"

    package func erasureList() async throws(StoreError) -> [Erasure] {
        try await read { db in
            var events: [String: [EventID]] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT individual, event_id FROM erasure_events ORDER BY event_id") {
                if let event = EventID(blob: row[1]) { events[row[0], default: []].append(event) }
            }
            return try Row.fetchAll(db, sql: "\(Self.selectErasure) ORDER BY erased_at, individual").compactMap(Self.erasure).map {
                var erasure = $0
                erasure.events = events[erasure.individual.description] ?? []
                return erasure
            }
        }
    }

    package func erasureReceipts(limit: Int) async throws(StoreError) -> [ErasureReceipt] {
        try await read { db in
            try Row.fetchAll(db, sql: "\(Self.selectErasure) ORDER BY erased_at DESC, individual LIMIT ?", arguments: [limit])
                .compactMap(Self.erasure).map { erasure in
                    let rows = try Row.fetchAll(
                        db,
                        sql: """
                            SELECT b.node, count(*), count(b.confirmed_at), max(b.confirmed_at), n.revoked_at IS NOT NULL
                            FROM erasure_events b LEFT JOIN nodes n ON n.name = b.node WHERE b.individual = ? AND b.node <> '' GROUP BY b.node ORDER BY 1
                            """, arguments: [erasure.individual.description])
                    let toHide =
                        try Int64.fetchOne(
                            db, sql: "SELECT count(*) FROM (\(Self.toHide) AND d.individual = ?)",
                            arguments: [erasure.individual.description]) ?? 0
                    return ErasureReceipt(
                        erasure: erasure, toHide: toHide,
                        nodes: rows.map {
                            ErasureReceipt.Node(
                                node: $0[0], events: $0[1], confirmed: $0[2],
                                confirmedAt: ($0[3] as Int64?).map(Timestamp.init(microseconds:)), isRevoked: $0[4])
                        })
                }
        }
    }

    package func erasureErrands(limit: Int) async throws(StoreError) -> [ErasureErrand] {
        try await read { db in
            var errands: [ErasureErrand] = []
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT b.individual, b.node, e.with_pictures, b.event_id FROM erasure_events b
                        JOIN erasures e ON e.individual = b.individual
                    WHERE b.confirmed_at IS NULL AND EXISTS (SELECT 1 FROM nodes n WHERE n.name = b.node AND n.revoked_at IS NULL)
                    ORDER BY b.node, b.individual, b.event_id
                    """)
            for row in rows {
                guard let individual = EventID(row[0] as String), let event = EventID(blob: row[3]) else { continue }
                ErasureErrand.add(event, individual: individual, node: row[1], withPictures: row[2], limit: limit, to: &errands)
            }
            return errands
        }
    }

    package func confirm(_ errand: ErasureErrand, at time: Timestamp) async throws(StoreError) {
        try await write { db in
            for event in errand.events {
                try db.execute(
                    sql: "UPDATE erasure_events SET confirmed_at = ? WHERE individual = ? AND event_id = ? AND node = ?",
                    arguments: [time.microseconds, errand.individual.description, event.blob, errand.node])
            }
        }
    }

    package func overdueIndividuals(at time: Timestamp) async throws(StoreError) -> [EventID] {
        try await read { db in
            // The day of those who were merged into somebody is that one's, too.
            try String.fetchAll(
                db,
                sql: """
                    WITH RECURSIVE over (id) AS (
                        SELECT individual FROM merges WHERE keep_until <= ?1
                        UNION SELECT m.individual FROM merges m JOIN over o ON o.id = m.id
                    ) SELECT id FROM individuals WHERE keep_until <= ?1 OR id IN (SELECT id FROM over) ORDER BY id
                    """, arguments: [time.microseconds]
            ).compactMap { EventID($0) }
        }
    }

    /// SQLite overwrites what it deletes, but what was deleted stands in the write-ahead log until that is written anew.
    /// - Throws: Also where a reader is in the way.
    package func purge() async throws(StoreError) { try await checkpoint() }
}
