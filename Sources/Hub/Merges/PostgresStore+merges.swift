package import Base
import Postgres
package import Protocol

/// Rows are locked in the order that `PostgresStore+identities` gives; `merges` after `individuals`.
extension PostgresStore {
    /// Whoever was merged into somebody ($1), also by way of others, and they themselves: as a table `tree`.
    static let mergeTree = """
        WITH RECURSIVE tree (id) AS (SELECT $1::uuid UNION SELECT m.id FROM merges m JOIN tree t ON m.individual = t.id)
        """

    /// All who are compared, and of whom it is said in events of `whose`, a condition on `identities i`.
    private static func lock(_ whose: String, _ parameters: [PostgresValue], kind: String) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT 1 FROM identities i WHERE \(whose) OR (i.kind = $\(parameters.count + 1) AND i.account IS NULL)
            ORDER BY i.event_id FOR UPDATE
            """, parameters + [.text(kind)])
    }

    static func reconsider(_ kind: String) -> PostgresStatement {
        PostgresStatement("UPDATE identities SET due = due + 1 WHERE kind = $1 AND account IS NULL", [.text(kind)])
    }

    /// Publishes again the events of the ids that `changed` returns as `event_id`.
    private static func publishing(_ changed: String, _ parameters: [PostgresValue]) -> PostgresStatement {
        PostgresStatement(
            """
            WITH changed AS (\(changed) RETURNING event_id)
            INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM changed c JOIN event_ids n ON n.id = c.event_id
            """, parameters)
    }

    /// Seconds: everything of a kind is marked.
    private static let mergePatience = 60.0

    package func merge(
        _ other: EventID, into individual: EventID, by account: String, at time: Timestamp
    ) async throws(StoreError) -> Merge.Outcome {
        try await callInTurn { (connection) throws(PostgresError) -> Merge.Outcome in
            let (from, into) = (PostgresValue.id(other), PostgresValue.id(individual))
            // Whoever is about to say that it was one of them waits.
            let known = try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement(
                    "SELECT kind FROM individuals WHERE id = ANY ($1) ORDER BY id FOR UPDATE", [.ids([other, individual])]),
            ])[1]
            guard known.count == 2, known.text(0, 0) == known.text(1, 0) else {
                connection.rollBack()
                return known.count == 2 ? .wrongKind : .unknownIndividual
            }
            let kind = known.text(0, 0)
            _ = try connection.run(
                [
                    Self.lock("i.individual = $1", [from], kind: kind),
                    Self.publishing("UPDATE identities SET individual = $2 WHERE individual = $1", [from, into]),
                    Self.reconsider(kind),
                    PostgresStatement(
                        "UPDATE gallery SET individual = $2, origin = coalesce(origin, $1) WHERE individual = $1", [from, into]),
                    PostgresStatement(
                        "UPDATE pet_rules SET individual = $2, origin = coalesce(origin, $1) WHERE individual = $1", [from, into]),
                    Self.publishing(
                        "UPDATE event_subjects SET individual = $2, origin = coalesce(origin, $1) WHERE individual = $1", [from, into]),
                    PostgresStatement(
                        """
                        INSERT INTO merges (
                            id, individual, merged_at, merged_by, kind, name, profile, created_at, created_by, consent, keep_until)
                        SELECT id, $2, $3, $4, kind, name, profile, created_at, created_by, consent, keep_until FROM individuals
                        WHERE id = $1
                        """, [from, into, .time(time), .text(account)]),
                    PostgresStatement(
                        "UPDATE offered_pictures SET individual = $2, origin = coalesce(origin, $1) WHERE individual = $1", [from, into]),
                    PostgresStatement("DELETE FROM individuals WHERE id = $1", [from]),
                    PostgresStatement("COMMIT"),
                ], timeout: Self.mergePatience)
            return .done
        }
    }

    package func split(_ merge: EventID, from individual: EventID) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) -> Bool in
            let (back, from) = (PostgresValue.id(merge), PostgresValue.id(individual))
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SELECT kind FROM individuals WHERE id = $1 FOR UPDATE", [from]),
                PostgresStatement("SELECT name IS NULL FROM merges WHERE id = $1 AND individual = $2 FOR UPDATE", [back, from]),
                PostgresStatement("\(Self.mergeTree) SELECT id FROM tree", [back]),
            ])
            guard answers[1].count == 1, answers[2].count == 1 else {
                connection.rollBack()
                return false
            }
            let kind = answers[1].text(0, 0)
            let own = PostgresValue.ids((0..<answers[3].count).map { answers[3].id($0, 0) })
            let statements = answers[2].bool(0, 0) ? Self.unname(back, from, kind) : Self.restore(back, from, own, kind)
            _ = try connection.run(
                statements + [PostgresStatement("DELETE FROM merges WHERE id = $1", [back]), PostgresStatement("COMMIT")],
                timeout: Self.mergePatience)
            return true
        }
    }

    /// Events that got a name at once are nobody's again.
    private static func unname(_ naming: PostgresValue, _ from: PostgresValue, _ kind: String) -> [PostgresStatement] {
        let said =
            "individual = $2 AND account IS NOT NULL AND event_id IN (SELECT event_id FROM gallery WHERE origin = $1 AND individual = $2)"
        return [
            lock(said, [naming, from], kind: kind),
            publishing(
                """
                UPDATE identities SET state = 'pending', individual = NULL, score = NULL, account = NULL, decided_at = NULL WHERE \(said)
                """, [naming, from]),
            reconsider(kind),
            PostgresStatement("DELETE FROM gallery WHERE origin = $1 AND individual = $2", [naming, from]),
        ]
    }

    /// Whoever was merged has again what was theirs, or of those who are merged into them.
    /// - Parameter own: Of them all.
    private static func restore(
        _ back: PostgresValue, _ from: PostgresValue, _ own: PostgresValue, _ kind: String
    ) -> [PostgresStatement] {
        let said =
            "individual = $1 AND account IS NOT NULL AND event_id IN (SELECT event_id FROM gallery WHERE origin = ANY ($2) AND individual = $1)"
        let change = "SET individual = $3, origin = nullif(origin, $3) WHERE individual = $1 AND origin = ANY ($2)"
        return [
            PostgresStatement(
                """
                INSERT INTO individuals (id, kind, name, profile, created_at, created_by, consent, keep_until)
                SELECT id, kind, name, profile, created_at, created_by, consent, keep_until FROM merges WHERE id = $1
                """, [back]),
            lock(said, [from, own], kind: kind),
            publishing("UPDATE identities SET individual = $3 WHERE \(said)", [from, own, back]),
            reconsider(kind),
            PostgresStatement("UPDATE gallery \(change)", [from, own, back]),
            PostgresStatement("UPDATE pet_rules \(change)", [from, own, back]),
            PostgresStatement("UPDATE offered_pictures \(change)", [from, own, back]),
            publishing("UPDATE event_subjects \(change)", [from, own, back]),
        ]
    }

    package func merges(of individual: EventID) async throws(StoreError) -> [Merge] {
        let rows = try await query(
            """
            \(Self.mergeTree), counted AS (
                SELECT m.*, (SELECT count(*) FROM gallery g WHERE g.origin = m.id) AS pictures FROM merges m JOIN tree t ON t.id = m.id)
            SELECT id, individual, pictures, merged_at, merged_by, kind, name, profile, created_at, created_by, consent, keep_until
            FROM counted WHERE name IS NOT NULL OR pictures > 0 ORDER BY merged_at DESC, id DESC
            """, [.id(individual)])
        return (0..<rows.count).map { row in
            Merge(
                id: rows.id(row, 0), into: rows.id(row, 1), individual: Self.merged(rows, row), pictures: Int(rows.int(row, 2)),
                time: rows.time(row, 3), account: rows.text(row, 4))
        }
    }

    private static func merged(_ rows: PostgresRows, _ row: Int) -> Individual? {
        guard let name = rows.optionalText(row, 6), let kind = IndividualKind(rawValue: rows.text(row, 5)),
            let profile = Individual.Profile(rawValue: rows.text(row, 7))
        else { return nil }
        return Individual(
            id: rows.id(row, 0), kind: kind, name: name, profile: profile, createdAt: rows.time(row, 8), createdBy: rows.text(row, 9),
            consent: rows.optionalText(row, 10), keepUntil: rows.optionalTime(row, 11))
    }
}
