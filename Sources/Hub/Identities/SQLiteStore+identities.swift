package import Base
import Foundation
import GRDB
package import Protocol

extension SQLiteStore {
    /// What an event's answer says of who was seen, as JSON; of a row of `events` called `e`.
    static let identities = """
        (SELECT json_group_array(json_object('track', track, 'kind', kind, 'id', id, 'name', name, 'score', score, 'state', state)) FROM (
            SELECT i.track, i.kind, p.id, p.name, i.score, i.state
                FROM identities i LEFT JOIN individuals p ON p.id = i.individual WHERE i.event_id = e.id
            UNION ALL SELECT NULL, p.kind, p.id, p.name, NULL, 'known'
                FROM event_subjects b JOIN individuals p ON p.id = b.individual WHERE b.event_id = e.id
            UNION ALL SELECT NULL, 'species', NULL, s.name, NULL, 'known' FROM species s WHERE s.event_id = e.id))
        """

    // MARK: Portraits

    package func putPortrait(_ facts: PortraitFacts, box: [UInt8], at time: Timestamp) async throws(StoreError) -> PortraitOutcome {
        try await write { db in
            let event = facts.event.blob
            let outcome = PortraitOutcome(
                facts, owner: try String.fetchOne(db, sql: "SELECT node FROM events WHERE id = ?", arguments: [event]),
                present: try Self.isErased(facts.event, pictures: false, db)
                    ? SnapshotOutcome.erased
                    : try Int.fetchOne(db, sql: "SELECT rank FROM portraits WHERE event_id = ?", arguments: [event]),
                isOn: try Self.isRecognising(db))
            guard outcome == .stored else { return outcome }
            let kind = IndividualKind(facts.kind).rawValue
            let known = try Row.fetchOne(db, sql: "SELECT kind, account IS NOT NULL FROM identities WHERE event_id = ?", arguments: [event])
            if let known, known[0] as String != kind {
                // Somebody has seen the picture and said who it is.
                if known[1] { return .kept }
                // What was taken for a cat is a person: nothing that was said of the cat is true of them.
                try db.execute(sql: "DELETE FROM gallery WHERE event_id = ?", arguments: [event])
                try db.execute(sql: "DELETE FROM identities WHERE event_id = ?", arguments: [event])
                try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event])
            }
            // What is known stays said until the better portrait was compared.
            try db.execute(
                sql: """
                    INSERT INTO identities AS i (event_id, track, kind, state, due) VALUES (?, ?, ?, 'pending', 1)
                    ON CONFLICT DO UPDATE SET track = excluded.track, due = iif(i.account IS NULL, i.due + 1, 0)
                    """, arguments: [event, facts.track, kind])
            try db.execute(
                sql: """
                    INSERT INTO portraits (event_id, node, rank, kind, model, received_at, box) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET node = excluded.node, rank = excluded.rank, kind = excluded.kind, model = excluded.model,
                        received_at = excluded.received_at, box = excluded.box, given_up = NULL
                    """,
                arguments: [event, facts.node, facts.rank, facts.kind.rawValue, facts.model, time.microseconds, Data(box)])
            return outcome
        }
    }

    private static func isRecognising(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT is_on FROM recognition") ?? false
    }

    /// Without those that were forgotten: nobody is said to be seen in their events.
    private static let selectPortrait = """
        SELECT p.event_id, e.site, e.source_id, e.ts, p.node, p.rank, p.kind, p.model, p.box, e.type, i.state, i.individual,
            i.account IS NOT NULL, i.due
        FROM identities i JOIN portraits p ON p.event_id = i.event_id JOIN events e ON e.id = i.event_id
        """

    private static func portrait(_ row: Row) -> StoredPortrait? {
        guard let event = EventID(blob: row[0]), let kind = PortraitKind(rawValue: row[6]), let state = IdentityState(rawValue: row[10])
        else {
            return nil
        }
        return StoredPortrait(
            event: event, site: row[1], camera: row[2], ts: Timestamp(microseconds: row[3]), node: row[4], rank: row[5], kind: kind,
            model: row[7], box: [UInt8](row[8] as Data), type: row[9], state: state,
            individual: (row[11] as String?).flatMap { EventID($0) }, isByAccount: row[12], due: row[13])
    }

    package func portrait(of event: EventID) async throws(StoreError) -> StoredPortrait? {
        try await read { db in
            try Row.fetchOne(db, sql: "\(Self.selectPortrait) WHERE i.event_id = ?", arguments: [event.blob]).flatMap(Self.portrait)
        }
    }

    package func duePortraits(limit: Int) async throws(StoreError) -> [StoredPortrait] {
        try await read { db in
            // Ids of events begin with their time.
            try Row.fetchAll(
                db,
                sql: """
                    \(Self.selectPortrait) WHERE i.due > 0 AND (i.kind <> 'person' OR EXISTS (SELECT 1 FROM recognition WHERE is_on))
                    ORDER BY i.event_id DESC LIMIT ?
                    """, arguments: [max(0, limit)]
            ).compactMap(Self.portrait)
        }
    }

    package func portraits(
        _ kind: PortraitKind, _ states: Set<IdentityState>, limit: Int
    ) async throws(StoreError) -> [StoredPortrait] {
        try await read { db in
            let list = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ",")
            return try Row.fetchAll(
                db, sql: "\(Self.selectPortrait) WHERE i.kind = ? AND i.state IN (\(list)) ORDER BY i.event_id DESC LIMIT ?",
                arguments: [IndividualKind(kind).rawValue, max(0, limit)]
            ).compactMap(Self.portrait)
        }
    }

    package func decide(_ decisions: [IdentityDecision]) async throws(StoreError) -> Int {
        try await write { db in
            var changed = 0
            for decision in decisions {
                let event = decision.event.blob
                // Somebody may have been taken away while portraits were compared.
                let isFree = """
                    event_id = ?1 AND due = ?2 AND account IS NULL AND (?4 IS NULL OR EXISTS (SELECT 1 FROM individuals WHERE id = ?4))
                    """
                let individual = decision.individual?.description
                try db.execute(
                    sql: """
                        UPDATE identities SET state = ?3, individual = ?4, score = ?5, decided_at = ?6, due = 0
                        WHERE \(isFree) AND (state, individual, score) IS NOT (?3, ?4, ?5)
                        """,
                    arguments: [event, decision.due, decision.state.rawValue, individual, decision.score, decision.time.microseconds])
                if db.changesCount > 0 {
                    changed += 1
                    try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event])
                } else {
                    try db.execute(
                        sql: "UPDATE identities SET due = 0 WHERE event_id = ?1 AND due = ?2 AND account IS NULL",
                        arguments: [event, decision.due])
                }
            }
            return changed
        }
    }

    package func say(
        _ saying: Saying, in events: [EventID], by account: String, at time: Timestamp
    ) async throws(StoreError) -> Saying.Outcome {
        try await write { db in
            var whom: (id: String, kind: String)?
            switch saying {
            case .nobody: break
            case .individual(let id):
                guard let kind = try String.fetchOne(db, sql: "SELECT kind FROM individuals WHERE id = ?", arguments: [id.description])
                else {
                    return .unknownIndividual
                }
                whom = (id.description, kind)
            case .new(let individual): whom = (individual.id.description, individual.kind.rawValue)
            }
            for event in events {
                let kind = try String.fetchOne(
                    db, sql: "SELECT i.kind FROM identities i JOIN portraits p ON p.event_id = i.event_id WHERE i.event_id = ?",
                    arguments: [event.blob])
                // Nobody is known any more by what an event left when it went.
                let isLeft =
                    whom == nil ? try Bool.fetchOne(db, sql: "SELECT 1 FROM gallery WHERE event_id = ?", arguments: [event.blob]) : nil
                guard kind != nil || isLeft == true else { return .noPortrait }
                guard whom == nil || kind == whom?.kind else { return .wrongKind }
            }
            if case .new(let individual) = saying { try Self.add(individual, db) }
            var naming: String?
            if let whom, Set(events).count > 1 {
                // What is said of several at once can be taken back at once.
                naming = EventID(at: time).description
                try db.execute(
                    sql: "INSERT INTO merges (id, individual, merged_at, merged_by) VALUES (?, ?, ?, ?)",
                    arguments: [naming, whom.id, time.microseconds, account])
            }
            for event in events {
                try db.execute(sql: "DELETE FROM gallery WHERE event_id = ?", arguments: [event.blob])
                if let whom {
                    try db.execute(
                        sql: """
                            INSERT INTO gallery (event_id, individual, node, rank, kind, model, box, added_at, added_by, origin)
                            SELECT event_id, ?, node, rank, ?, model, box, ?, ?, ? FROM portraits WHERE event_id = ?
                            """, arguments: [whom.id, whom.kind, time.microseconds, account, naming, event.blob])
                }
                try db.execute(
                    sql: """
                        UPDATE identities SET state = ?1, individual = ?2, score = NULL, account = ?3, decided_at = ?4, due = 0
                        WHERE event_id = ?5 AND (state, individual, account) IS NOT (?1, ?2, ?3)
                        """,
                    arguments: [
                        (whom == nil ? IdentityState.unknown : .known).rawValue, whom?.id, account, time.microseconds, event.blob,
                    ])
                if db.changesCount > 0 { try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event.blob]) }
            }
            return .done
        }
    }

    package func reconsider(_ kind: IndividualKind) async throws(StoreError) {
        try await write { db in
            try db.execute(sql: "UPDATE identities SET due = due + 1 WHERE kind = ? AND account IS NULL", arguments: [kind.rawValue])
        }
    }

    package func forgetStrangers(before time: Timestamp?, limit: Int) async throws(StoreError) -> Int {
        let count = try await write { db in
            let events = try Data.fetchAll(
                db,
                sql: """
                    SELECT i.event_id FROM identities i JOIN events e ON e.id = i.event_id JOIN portraits p ON p.event_id = i.event_id
                    WHERE i.kind = 'person' AND i.state <> 'known' AND (?1 IS NULL OR e.ts < ?1 OR p.received_at < ?1) LIMIT ?2
                    """, arguments: [time?.microseconds, limit])
            try Self.forget(events, db)
            return events.count
        }
        if count > 0 { await truncateLog() }
        return count
    }

    /// Empties portraits, and takes away what was made of them. What is left of a portrait says that the event gets no other.
    private static func forget(_ events: [Data], _ db: Database) throws {
        for event in events {
            try db.execute(sql: "DELETE FROM identities WHERE event_id = ?", arguments: [event])
            try db.execute(
                sql: "UPDATE portraits SET rank = ?, model = '', box = x'' WHERE event_id = ?",
                arguments: [PortraitWire.ranks.upperBound, event])
            try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event])
        }
    }

    /// What was deleted stands in the write-ahead log until that is written anew. Where a reader is in the way the next one does it.
    func truncateLog() async { try? await checkpoint() }

    func checkpoint() async throws(StoreError) {
        do { _ = try await pool.writeWithoutTransaction { db in try db.checkpoint(.truncate) } } catch {
            throw StoreError(.unavailable, "deleted rows are still in the database's log: \(error)")
        }
    }

    // MARK: Individuals

    private static func add(_ individual: Individual, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO individuals (id, kind, name, profile, created_at, created_by, consent, keep_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                individual.id.description, individual.kind.rawValue, individual.name, individual.profile.rawValue,
                individual.createdAt.microseconds, individual.createdBy, individual.consent, individual.keepUntil?.microseconds,
            ])
    }

    package func changeIndividual(_ id: EventID, name: String?, profile: Individual.Profile?) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: "UPDATE individuals SET name = coalesce(?, name), profile = coalesce(?, profile) WHERE id = ?",
                arguments: [name, profile?.rawValue, id.description])
            guard db.changesCount > 0 else { return false }
            // Their events have another name now.
            try db.execute(
                sql: """
                    INSERT INTO feed_pending (event_id) SELECT event_id FROM identities WHERE individual = ?1
                    UNION ALL SELECT event_id FROM event_subjects WHERE individual = ?1
                    """, arguments: [id.description])
            return true
        }
    }

    package func setConsent(_ consent: String?, until time: Timestamp?, of id: EventID) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: "UPDATE individuals SET consent = ?, keep_until = ? WHERE id = ?",
                arguments: [consent, time?.microseconds, id.description])
            return db.changesCount > 0
        }
    }

    /// Of `individualColumns`.
    private static func individual(_ row: Row) -> Individual? {
        guard let id = EventID(row[0] as String), let kind = IndividualKind(rawValue: row[1]),
            let profile = Individual.Profile(rawValue: row[3])
        else { return nil }
        return Individual(
            id: id, kind: kind, name: row[2], profile: profile, createdAt: Timestamp(microseconds: row[4]), createdBy: row[5],
            consent: row[6], keepUntil: (row[7] as Int64?).map(Timestamp.init(microseconds:)))
    }

    private static let individualColumns = "p.id, p.kind, p.name, p.profile, p.created_at, p.created_by, p.consent, p.keep_until"

    package func individual(_ id: EventID) async throws(StoreError) -> Individual? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT \(Self.individualColumns) FROM individuals p WHERE id = ?", arguments: [id.description]
            ).flatMap(Self.individual)
        }
    }

    package func individuals(_ kind: IndividualKind?) async throws(StoreError) -> [IndividualRecord] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Self.individualColumns),
                        (SELECT count(*) FROM gallery g WHERE g.individual = p.id), count(e.id), min(e.ts), max(e.ts),
                        (SELECT event_id FROM gallery g WHERE g.individual = p.id ORDER BY added_at DESC, event_id DESC LIMIT 1)
                    FROM individuals p LEFT JOIN identities i ON i.individual = p.id AND i.state = 'known'
                        LEFT JOIN events e ON e.id = i.event_id
                    WHERE ?1 IS NULL OR p.kind = ?1 GROUP BY p.id ORDER BY p.name, p.id
                    """, arguments: [kind?.rawValue]
            ).compactMap { row in
                Self.individual(row).map {
                    IndividualRecord(
                        individual: $0, pictures: row[8], portrait: (row[12] as Data?).flatMap { EventID(blob: $0) }, sightings: row[9],
                        firstSeen: (row[10] as Int64?).map(Timestamp.init(microseconds:)),
                        lastSeen: (row[11] as Int64?).map(Timestamp.init(microseconds:)))
                }
            }
        }
    }

    package func gallery(_ kind: IndividualKind) async throws(StoreError) -> [GalleryPortrait] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT event_id, individual, node, rank, model FROM gallery g
                    WHERE kind = ? AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = g.node AND n.revoked_at IS NOT NULL)
                    ORDER BY added_at, event_id
                    """, arguments: [kind.rawValue]
            ).compactMap { row in
                guard let event = EventID(blob: row[0]), let individual = EventID(row[1] as String) else { return nil }
                return GalleryPortrait(event: event, individual: individual, node: row[2], rank: row[3], model: row[4])
            }
        }
    }

    package func galleryEvents(of individual: EventID) async throws(StoreError) -> [EventID] {
        try await read { db in
            try Data.fetchAll(
                db, sql: "SELECT event_id FROM gallery WHERE individual = ? ORDER BY added_at, event_id",
                arguments: [individual.description]
            ).compactMap { EventID(blob: $0) }
        }
    }

    package func galleryPortrait(_ event: EventID) async throws(StoreError) -> (box: [UInt8], node: String, rank: Int)? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT box, node, rank FROM gallery WHERE event_id = ?", arguments: [event.blob])
                .map { ([UInt8]($0[0] as Data), $0[1], $0[2]) }
        }
    }

    // MARK: The choice

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
