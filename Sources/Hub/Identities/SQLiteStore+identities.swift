package import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    /// What an event's answer says of who was seen, as JSON; of a row of `events` called `e`.
    static let identities = """
        (SELECT json_group_array(json_object('track', i.track, 'kind', i.kind, 'id', p.id, 'name', p.name, 'score', i.score, 'state', i.state))
            FROM identities i LEFT JOIN individuals p ON p.id = i.individual WHERE i.event_id = e.id)
        """

    package func putPortrait(_ facts: PortraitFacts, box: [UInt8], at time: Timestamp) async throws(StoreError) -> SnapshotOutcome {
        try await write { db in
            let event = facts.event.blob
            let owner = try String.fetchOne(db, sql: "SELECT node FROM events WHERE id = ?", arguments: [event])
            let present = try Int.fetchOne(db, sql: "SELECT rank FROM portraits WHERE event_id = ?", arguments: [event])
            let outcome = SnapshotOutcome(owner: owner, present: present, node: facts.node, rank: facts.rank)
            guard outcome == .stored else { return outcome }
            try db.execute(
                sql: """
                    INSERT INTO portraits (event_id, node, rank, kind, model, received_at, box) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET node = excluded.node, rank = excluded.rank, kind = excluded.kind, model = excluded.model,
                        received_at = excluded.received_at, box = excluded.box
                    """,
                arguments: [event, facts.node, facts.rank, facts.kind.rawValue, facts.model, time.microseconds, Data(box)])
            // What is known stays said until the better portrait was compared.
            try db.execute(
                sql: """
                    INSERT INTO identities (event_id, track, kind, state, is_due) VALUES (?, ?, ?, 'pending', 1)
                    ON CONFLICT DO UPDATE SET is_due = identities.account IS NULL
                    """, arguments: [event, facts.track, IndividualKind(facts.kind).rawValue])
            return outcome
        }
    }

    private static let selectPortrait = """
        SELECT p.event_id, e.site, e.source_id, e.ts, p.node, p.rank, p.kind, p.model, p.box, i.state, i.individual, i.account IS NOT NULL
        FROM portraits p JOIN events e ON e.id = p.event_id JOIN identities i ON i.event_id = p.event_id
        """

    private static func portrait(_ row: Row) -> StoredPortrait? {
        guard let event = EventID(blob: row[0]), let kind = PortraitKind(rawValue: row[6]), let state = IdentityState(rawValue: row[9])
        else {
            return nil
        }
        return StoredPortrait(
            event: event, site: row[1], camera: row[2], ts: Timestamp(microseconds: row[3]), node: row[4], rank: row[5], kind: kind,
            model: row[7], box: [UInt8](row[8] as Data), state: state, individual: (row[10] as String?).flatMap { EventID($0) },
            isByAccount: row[11])
    }

    package func portrait(of event: EventID) async throws(StoreError) -> StoredPortrait? {
        try await read { db in
            try Row.fetchOne(db, sql: "\(Self.selectPortrait) WHERE p.event_id = ?", arguments: [event.blob]).flatMap(Self.portrait)
        }
    }

    package func duePortraits(limit: Int) async throws(StoreError) -> [StoredPortrait] {
        try await read { db in
            try Row.fetchAll(db, sql: "\(Self.selectPortrait) WHERE i.is_due ORDER BY e.ts DESC LIMIT ?", arguments: [max(0, limit)])
                .compactMap(Self.portrait)
        }
    }

    package func portraits(
        _ kind: PortraitKind, _ states: Set<IdentityState>, limit: Int
    ) async throws(StoreError) -> [StoredPortrait] {
        try await read { db in
            let list = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ",")
            return try Row.fetchAll(
                db, sql: "\(Self.selectPortrait) WHERE p.kind = ? AND i.state IN (\(list)) ORDER BY e.ts DESC LIMIT ?",
                arguments: [kind.rawValue, max(0, limit)]
            ).compactMap(Self.portrait)
        }
    }

    package func decide(_ event: EventID, rank: Int, _ decision: IdentityDecision) async throws(StoreError) -> Bool {
        try await write { db in
            let arguments: StatementArguments = [
                decision.state.rawValue, decision.individual?.description, decision.score, decision.account, decision.time.microseconds,
                event.blob, rank,
            ]
            // Somebody may have been taken away while portraits were compared.
            let isFree = """
                event_id = ?6 AND (account IS NULL OR ?4 IS NOT NULL)
                    AND EXISTS (SELECT 1 FROM portraits p WHERE p.event_id = ?6 AND p.rank = ?7)
                    AND (?2 IS NULL OR EXISTS (SELECT 1 FROM individuals WHERE id = ?2))
                """
            try db.execute(
                sql: """
                    UPDATE identities SET state = ?1, individual = ?2, score = ?3, account = ?4, decided_at = ?5, is_due = 0
                    WHERE \(isFree) AND (state, individual, score, account) IS NOT (?1, ?2, ?3, ?4)
                    """, arguments: arguments)
            let isChanged = db.changesCount > 0
            if isChanged {
                try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event.blob])
            } else {
                try db.execute(sql: "UPDATE identities SET is_due = 0 WHERE \(isFree)", arguments: arguments)
            }
            return isChanged
        }
    }

    package func reconsider(_ kind: PortraitKind) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE identities SET is_due = 1 WHERE kind = ? AND account IS NULL AND is_due = 0",
                arguments: [IndividualKind(kind).rawValue])
        }
    }

    package func forgetStrangers(before time: Timestamp?) async throws(StoreError) -> Int {
        try await write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT p.event_id FROM portraits p JOIN events e ON e.id = p.event_id JOIN identities i ON i.event_id = p.event_id
                    WHERE p.kind = 'face' AND (?1 IS NULL OR e.ts < ?1) AND i.individual IS NULL
                    """, arguments: [time?.microseconds])
            try Self.forget(rows.map { $0[0] }, db)
            return rows.count
        }
    }

    /// Takes portraits away, and what was made of them.
    private static func forget(_ events: [Data], _ db: Database) throws {
        for event in events {
            try db.execute(sql: "DELETE FROM portraits WHERE event_id = ?", arguments: [event])
            try db.execute(sql: "DELETE FROM identities WHERE event_id = ?", arguments: [event])
            try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event])
        }
    }

    package func putIndividual(_ individual: Individual) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO individuals (id, kind, name, profile, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET name = excluded.name, profile = excluded.profile
                    """,
                arguments: [
                    individual.id.description, individual.kind.rawValue, individual.name, individual.profile.rawValue,
                    individual.createdAt.microseconds, individual.createdBy,
                ])
            // Their events have another name now.
            try db.execute(
                sql: "INSERT INTO feed_pending (event_id) SELECT event_id FROM identities WHERE individual = ?",
                arguments: [individual.id.description])
        }
    }

    private static func individual(_ row: Row) -> Individual? {
        guard let id = EventID(row[0] as String), let kind = IndividualKind(rawValue: row[1]),
            let profile = Individual.Profile(rawValue: row[3])
        else { return nil }
        return Individual(
            id: id, kind: kind, name: row[2], profile: profile, createdAt: Timestamp(microseconds: row[4]), createdBy: row[5])
    }

    package func individual(_ id: EventID) async throws(StoreError) -> Individual? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT id, kind, name, profile, created_at, created_by FROM individuals WHERE id = ?", arguments: [id.description]
            ).flatMap(Self.individual)
        }
    }

    package func individuals(_ kind: IndividualKind?) async throws(StoreError) -> [IndividualRecord] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT p.id, p.kind, p.name, p.profile, p.created_at, p.created_by,
                        (SELECT count(*) FROM gallery g WHERE g.individual = p.id), count(e.id), min(e.ts), max(e.ts),
                        (SELECT event_id FROM gallery g WHERE g.individual = p.id ORDER BY added_at DESC, event_id DESC LIMIT 1)
                    FROM individuals p LEFT JOIN identities i ON i.individual = p.id AND i.state = 'known'
                        LEFT JOIN events e ON e.id = i.event_id
                    WHERE ?1 IS NULL OR p.kind = ?1 GROUP BY p.id ORDER BY p.name, p.id
                    """, arguments: [kind?.rawValue]
            ).compactMap { row in
                Self.individual(row).map {
                    IndividualRecord(
                        individual: $0, pictures: row[6], portrait: (row[10] as Data?).flatMap { EventID(blob: $0) }, sightings: row[7],
                        firstSeen: (row[8] as Int64?).map(Timestamp.init(microseconds:)),
                        lastSeen: (row[9] as Int64?).map(Timestamp.init(microseconds:)))
                }
            }
        }
    }

    package func eraseIndividual(_ id: EventID) async throws(StoreError) -> Bool {
        try await write { db in
            let events = try Data.fetchAll(db, sql: "SELECT event_id FROM identities WHERE individual = ?", arguments: [id.description])
            try Self.forget(events, db)
            // The gallery goes with its individual.
            try db.execute(sql: "DELETE FROM individuals WHERE id = ?", arguments: [id.description])
            return db.changesCount > 0
        }
    }

    package func addToGallery(
        _ event: EventID, _ individual: EventID, by account: String, at time: Timestamp
    ) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO gallery (event_id, individual, node, rank, kind, model, box, added_at, added_by)
                    SELECT p.event_id, i.id, p.node, p.rank, i.kind, p.model, p.box, ?, ? FROM portraits p, individuals i
                    WHERE p.event_id = ? AND i.id = ?
                    ON CONFLICT DO UPDATE SET individual = excluded.individual, rank = excluded.rank, model = excluded.model,
                        box = excluded.box, added_at = excluded.added_at, added_by = excluded.added_by
                    """, arguments: [time.microseconds, account, event.blob, individual.description])
        }
    }

    package func removeFromGallery(_ event: EventID) async throws(StoreError) {
        try await write { db in try db.execute(sql: "DELETE FROM gallery WHERE event_id = ?", arguments: [event.blob]) }
    }

    package func gallery(_ kind: IndividualKind) async throws(StoreError) -> [GalleryPortrait] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT event_id, individual, node, rank, model, box FROM gallery WHERE kind = ? ORDER BY added_at, event_id",
                arguments: [kind.rawValue]
            ).compactMap { row in
                guard let event = EventID(blob: row[0]), let individual = EventID(row[1] as String) else { return nil }
                return GalleryPortrait(
                    event: event, individual: individual, node: row[2], rank: row[3], model: row[4], box: [UInt8](row[5] as Data))
            }
        }
    }

    package func recognition() async throws(StoreError) -> RecognitionChoice? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT is_on, ground, changed_at, changed_by FROM recognition").map {
                RecognitionChoice(isOn: $0[0], ground: $0[1], changedAt: Timestamp(microseconds: $0[2]), changedBy: $0[3])
            }
        }
    }

    package func setRecognition(_ choice: RecognitionChoice) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO recognition (one, is_on, ground, changed_at, changed_by) VALUES (1, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET is_on = excluded.is_on, ground = excluded.ground, changed_at = excluded.changed_at,
                        changed_by = excluded.changed_by
                    """, arguments: [choice.isOn, choice.ground, choice.changedAt.microseconds, choice.changedBy])
        }
    }
}
