package import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    /// Whoever was merged into somebody (?1), also by way of others, and they themselves: as a table `tree`.
    static let mergeTree = "WITH RECURSIVE tree (id) AS (SELECT ?1 UNION SELECT m.id FROM merges m JOIN tree t ON m.individual = t.id)"

    private static func kind(of individual: EventID, _ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT kind FROM individuals WHERE id = ?", arguments: [individual.description])
    }

    static func reconsider(_ kind: String, _ db: Database) throws {
        try db.execute(sql: "UPDATE identities SET due = due + 1 WHERE kind = ? AND account IS NULL", arguments: [kind])
    }

    /// Publishes an event again for each row that a statement gives.
    private static func publish(_ events: String, _ arguments: StatementArguments, _ db: Database) throws {
        try db.execute(sql: "INSERT INTO feed_pending (event_id) \(events)", arguments: arguments)
    }

    package func merge(
        _ other: EventID, into individual: EventID, by account: String, at time: Timestamp
    ) async throws(StoreError) -> Merge.Outcome {
        try await write { db in
            guard let kind = try Self.kind(of: individual, db), let otherKind = try Self.kind(of: other, db) else {
                return .unknownIndividual
            }
            guard kind == otherKind else { return .wrongKind }
            let both: StatementArguments = [other.description, individual.description]
            try Self.publish(
                """
                SELECT event_id FROM identities WHERE individual = ?1
                UNION ALL SELECT event_id FROM event_subjects WHERE individual = ?1
                """, [other.description], db)
            try db.execute(sql: "UPDATE identities SET individual = ?2 WHERE individual = ?1", arguments: both)
            try Self.reconsider(kind, db)
            for table in ["gallery", "pet_rules", "event_subjects", "offered_pictures"] {
                try db.execute(
                    sql: "UPDATE \(table) SET individual = ?2, origin = coalesce(origin, ?1) WHERE individual = ?1", arguments: both)
            }
            try db.execute(
                sql: """
                    INSERT INTO merges (id, individual, merged_at, merged_by, kind, name, profile, created_at, created_by, consent, keep_until)
                    SELECT id, ?2, ?3, ?4, kind, name, profile, created_at, created_by, consent, keep_until FROM individuals WHERE id = ?1
                    """, arguments: [other.description, individual.description, time.microseconds, account])
            try db.execute(sql: "DELETE FROM individuals WHERE id = ?", arguments: [other.description])
            return .done
        }
    }

    package func split(_ merge: EventID, from individual: EventID) async throws(StoreError) -> Bool {
        try await write { db in
            let (back, from) = (merge.description, individual.description)
            guard let kind = try Self.kind(of: individual, db),
                let isNaming = try Bool.fetchOne(
                    db, sql: "SELECT name IS NULL FROM merges WHERE id = ? AND individual = ?", arguments: [back, from])
            else { return false }
            if isNaming { try Self.unname(back, from, db) } else { try Self.restore(back, from, db) }
            try Self.reconsider(kind, db)
            try db.execute(sql: "DELETE FROM merges WHERE id = ?", arguments: [back])
            return true
        }
    }

    /// Events that got a name at once are nobody's again.
    private static func unname(_ naming: String, _ from: String, _ db: Database) throws {
        let said =
            "individual = ?2 AND account IS NOT NULL AND event_id IN (SELECT event_id FROM gallery WHERE origin = ?1 AND individual = ?2)"
        try publish("SELECT event_id FROM identities WHERE \(said)", [naming, from], db)
        try db.execute(
            sql: """
                UPDATE identities SET state = 'pending', individual = NULL, score = NULL, account = NULL, decided_at = NULL WHERE \(said)
                """, arguments: [naming, from])
        try db.execute(sql: "DELETE FROM gallery WHERE origin = ? AND individual = ?", arguments: [naming, from])
    }

    /// Whoever was merged has again what was theirs, or of those who are merged into them.
    private static func restore(_ back: String, _ from: String, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO individuals (id, kind, name, profile, created_at, created_by, consent, keep_until)
                SELECT id, kind, name, profile, created_at, created_by, consent, keep_until FROM merges WHERE id = ?
                """, arguments: [back])
        let isOwn = "individual = ?2 AND origin IN (SELECT id FROM tree)"
        let isSaid = "individual = ?2 AND account IS NOT NULL AND event_id IN (SELECT event_id FROM gallery WHERE \(isOwn))"
        try publish(
            """
            \(mergeTree) SELECT event_id FROM identities WHERE \(isSaid) UNION ALL SELECT event_id FROM event_subjects WHERE \(isOwn)
            """, [back, from], db)
        try db.execute(sql: "\(mergeTree) UPDATE identities SET individual = ?1 WHERE \(isSaid)", arguments: [back, from])
        for table in ["gallery", "pet_rules", "event_subjects", "offered_pictures"] {
            try db.execute(
                sql: "\(mergeTree) UPDATE \(table) SET individual = ?1, origin = nullif(origin, ?1) WHERE \(isOwn)",
                arguments: [back, from])
        }
    }

    package func merges(of individual: EventID) async throws(StoreError) -> [Merge] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(Self.mergeTree), counted AS (
                        SELECT m.*, (SELECT count(*) FROM gallery g WHERE g.origin = m.id) AS pictures
                        FROM merges m JOIN tree t ON t.id = m.id)
                    SELECT id, individual, pictures, merged_at, merged_by, kind, name, profile, created_at, created_by, consent, keep_until
                    FROM counted WHERE name IS NOT NULL OR pictures > 0 ORDER BY merged_at DESC, id DESC
                    """, arguments: [individual.description]
            ).compactMap { row in
                guard let id = EventID(row[0] as String), let into = EventID(row[1] as String) else { return nil }
                return Merge(
                    id: id, into: into, individual: Self.merged(id, row), pictures: row[2], time: Timestamp(microseconds: row[3]),
                    account: row[4])
            }
        }
    }

    private static func merged(_ id: EventID, _ row: Row) -> Individual? {
        guard let name = row[6] as String?, let kind = IndividualKind(rawValue: row[5]), let profile = Individual.Profile(rawValue: row[7])
        else { return nil }
        return Individual(
            id: id, kind: kind, name: name, profile: profile, createdAt: Timestamp(microseconds: row[8]), createdBy: row[9],
            consent: row[10], keepUntil: (row[11] as Int64?).map(Timestamp.init(microseconds:)))
    }
}
