package import Base
import Postgres
package import Protocol

extension PostgresStore {
    /// What an event's answer says of who was seen, as JSON; of a row of `events` called `e`. Nil where nobody was.
    static let identities = """
        (SELECT json_agg(json_build_object(
                'track', i.track, 'kind', i.kind, 'id', p.id, 'name', p.name, 'score', i.score, 'state', i.state))::text
            FROM identities i LEFT JOIN individuals p ON p.id = i.individual WHERE i.event_id = e.id)
        """

    package func putPortrait(_ facts: PortraitFacts, box: [UInt8], at time: Timestamp) async throws(StoreError) -> SnapshotOutcome {
        try await callInTurn { (connection) throws(PostgresError) -> SnapshotOutcome in
            let event = PostgresValue.id(facts.event)
            // Whoever sends the same at the same moment waits for the row, and then sees what was committed.
            let rows = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SELECT 1 FROM event_ids WHERE id = $1 FOR UPDATE", [event]),
                PostgresStatement(
                    """
                    SELECT e.node, p.rank FROM event_ids i JOIN events e ON e.ts = i.ts AND e.id = i.id
                        LEFT JOIN portraits p ON p.event_id = i.id WHERE i.id = $1
                    """, [event]),
            ])[2]
            let isKnown = rows.count == 1
            let outcome = SnapshotOutcome(
                owner: isKnown ? rows.text(0, 0) : nil, present: isKnown ? rows.optionalInt(0, 1).map { Int($0) } : nil, node: facts.node,
                rank: facts.rank)
            guard outcome == .stored else {
                connection.rollBack()
                return outcome
            }
            _ = try connection.run([
                PostgresStatement(
                    """
                    INSERT INTO portraits (event_id, node, rank, kind, model, received_at, box) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (event_id) DO UPDATE SET node = excluded.node, rank = excluded.rank, kind = excluded.kind,
                        model = excluded.model, received_at = excluded.received_at, box = excluded.box
                    """,
                    [
                        event, .text(facts.node), .int2(Int16(clamping: facts.rank)), .text(facts.kind.rawValue), .text(facts.model),
                        .time(time), .bytea(box),
                    ]),
                // What is known stays said until the better portrait was compared.
                PostgresStatement(
                    """
                    INSERT INTO identities AS i (event_id, track, kind, state, is_due) VALUES ($1, $2, $3, 'pending', true)
                    ON CONFLICT (event_id) DO UPDATE SET is_due = i.account IS NULL
                    """, [event, .int8(Int64(facts.track)), .text(IndividualKind(facts.kind).rawValue)]),
                PostgresStatement("COMMIT"),
            ])
            return outcome
        }
    }

    private static let selectPortrait = """
        SELECT p.event_id, e.site, e.source_id, e.ts, p.node, p.rank, p.kind, p.model, p.box, i.state, i.individual,
            i.account IS NOT NULL
        FROM portraits p JOIN event_ids n ON n.id = p.event_id JOIN events e ON e.ts = n.ts AND e.id = n.id
            JOIN identities i ON i.event_id = p.event_id
        """

    private static func portraits(_ rows: PostgresRows) -> [StoredPortrait] {
        (0..<rows.count).compactMap { row in
            guard let kind = PortraitKind(rawValue: rows.text(row, 6)), let state = IdentityState(rawValue: rows.text(row, 9)) else {
                return nil
            }
            return StoredPortrait(
                event: rows.id(row, 0), site: rows.text(row, 1), camera: rows.text(row, 2), ts: rows.time(row, 3), node: rows.text(row, 4),
                rank: Int(rows.int(row, 5)), kind: kind, model: rows.text(row, 7), box: rows.bytes(row, 8), state: state,
                individual: rows.isNull(row, 10) ? nil : rows.id(row, 10), isByAccount: rows.bool(row, 11))
        }
    }

    package func portrait(of event: EventID) async throws(StoreError) -> StoredPortrait? {
        Self.portraits(try await query("\(Self.selectPortrait) WHERE p.event_id = $1", [.id(event)])).first
    }

    package func duePortraits(limit: Int) async throws(StoreError) -> [StoredPortrait] {
        Self.portraits(
            try await query("\(Self.selectPortrait) WHERE i.is_due ORDER BY e.ts DESC LIMIT $1", [.int8(Int64(max(0, limit)))]))
    }

    package func portraits(
        _ kind: PortraitKind, _ states: Set<IdentityState>, limit: Int
    ) async throws(StoreError) -> [StoredPortrait] {
        Self.portraits(
            try await query(
                "\(Self.selectPortrait) WHERE p.kind = $1 AND i.state = ANY ($2) ORDER BY e.ts DESC LIMIT $3",
                [.text(kind.rawValue), .texts(states.map(\.rawValue).sorted()), .int8(Int64(max(0, limit)))]))
    }

    package func decide(_ event: EventID, rank: Int, _ decision: IdentityDecision) async throws(StoreError) -> Bool {
        let values: [PostgresValue] = [
            .text(decision.state.rawValue), decision.individual.map { .id($0) } ?? .null, decision.score.map { .double($0) } ?? .null,
            decision.account.map { .text($0) } ?? .null, .time(decision.time), .id(event), .int2(Int16(clamping: rank)),
        ]
        return try await callInTurn { (connection) throws(PostgresError) in
            // Somebody may have been taken away while portraits were compared: locked, they stay until this is committed.
            try connection.run(
                """
                WITH whom AS MATERIALIZED (SELECT id FROM individuals WHERE id = $2::uuid FOR KEY SHARE),
                free AS MATERIALIZED (
                    SELECT i.event_id, (i.state, i.individual, i.score, i.account)
                            IS DISTINCT FROM ($1::text, $2::uuid, $3::double precision, $4::text) AS is_news
                    FROM identities i JOIN portraits p ON p.event_id = i.event_id AND p.rank = $7
                    WHERE i.event_id = $6 AND (i.account IS NULL OR $4::text IS NOT NULL)
                        AND ($2::uuid IS NULL OR EXISTS (SELECT 1 FROM whom)) FOR UPDATE OF i
                ), changed AS (
                    UPDATE identities i SET state = $1, individual = $2::uuid, score = $3, account = $4,
                        decided_at = CASE WHEN f.is_news THEN $5 ELSE i.decided_at END, is_due = false
                    FROM free f WHERE i.event_id = f.event_id RETURNING i.event_id, f.is_news
                )
                INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM changed c JOIN event_ids n ON n.id = c.event_id
                WHERE c.is_news
                """, values
            ).affected > 0
        }
    }

    package func reconsider(_ kind: PortraitKind) async throws(StoreError) {
        _ = try await query(
            "UPDATE identities SET is_due = true WHERE kind = $1 AND account IS NULL AND NOT is_due",
            [.text(IndividualKind(kind).rawValue)])
    }

    /// Takes portraits away, and what was made of them: of the events that `events` selects.
    private static func forget(_ events: String) -> String {
        """
        WITH old AS MATERIALIZED (\(events)),
        seen AS (DELETE FROM portraits p USING old o WHERE p.event_id = o.event_id),
        said AS (DELETE FROM identities i USING old o WHERE i.event_id = o.event_id)
        INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM old o JOIN event_ids n ON n.id = o.event_id
        """
    }

    package func forgetStrangers(before time: Timestamp?) async throws(StoreError) -> Int {
        let forget = Self.forget(
            """
            SELECT p.event_id FROM portraits p JOIN event_ids n ON n.id = p.event_id JOIN identities i ON i.event_id = p.event_id
            WHERE p.kind = 'face' AND ($1::timestamptz IS NULL OR n.ts < $1) AND i.individual IS NULL FOR UPDATE OF i
            """)
        return try await callInTurn { (connection) throws(PostgresError) in
            Int(try connection.run(forget, [time.map { .time($0) } ?? .null]).affected)
        }
    }

    package func putIndividual(_ individual: Individual) async throws(StoreError) {
        let values: [PostgresValue] = [
            .id(individual.id), .text(individual.kind.rawValue), .text(individual.name), .text(individual.profile.rawValue),
            .time(individual.createdAt), .text(individual.createdBy),
        ]
        _ = try await callInTurn { (connection) throws(PostgresError) in
            try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement(
                    """
                    INSERT INTO individuals (id, kind, name, profile, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, profile = excluded.profile
                    """, values),
                // Their events have another name now.
                PostgresStatement(
                    """
                    INSERT INTO feed_pending (event_id, event_ts)
                    SELECT n.id, n.ts FROM identities i JOIN event_ids n ON n.id = i.event_id WHERE i.individual = $1
                    """, [.id(individual.id)]),
                PostgresStatement("COMMIT"),
            ])
        }
    }

    private static func individual(_ rows: PostgresRows, _ row: Int) -> Individual? {
        guard let kind = IndividualKind(rawValue: rows.text(row, 1)), let profile = Individual.Profile(rawValue: rows.text(row, 3)) else {
            return nil
        }
        return Individual(
            id: rows.id(row, 0), kind: kind, name: rows.text(row, 2), profile: profile, createdAt: rows.time(row, 4),
            createdBy: rows.text(row, 5))
    }

    package func individual(_ id: EventID) async throws(StoreError) -> Individual? {
        let rows = try await query("SELECT id, kind, name, profile, created_at, created_by FROM individuals WHERE id = $1", [.id(id)])
        return rows.count == 1 ? Self.individual(rows, 0) : nil
    }

    package func individuals(_ kind: IndividualKind?) async throws(StoreError) -> [IndividualRecord] {
        let rows = try await query(
            """
            SELECT p.id, p.kind, p.name, p.profile, p.created_at, p.created_by,
                (SELECT count(*) FROM gallery g WHERE g.individual = p.id), count(n.id), min(n.ts), max(n.ts),
                (SELECT event_id FROM gallery g WHERE g.individual = p.id ORDER BY added_at DESC, event_id DESC LIMIT 1)
            FROM individuals p LEFT JOIN identities i ON i.individual = p.id AND i.state = 'known'
                LEFT JOIN event_ids n ON n.id = i.event_id
            WHERE $1::text IS NULL OR p.kind = $1 GROUP BY p.id ORDER BY p.name, p.id
            """, [kind.map { .text($0.rawValue) } ?? .null])
        return (0..<rows.count).compactMap { row in
            Self.individual(rows, row).map {
                IndividualRecord(
                    individual: $0, pictures: Int(rows.int(row, 6)), portrait: rows.isNull(row, 10) ? nil : rows.id(row, 10),
                    sightings: Int(rows.int(row, 7)), firstSeen: rows.optionalTime(row, 8),
                    lastSeen: rows.optionalTime(row, 9))
            }
        }
    }

    package func eraseIndividual(_ id: EventID) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) in
            try connection.run([
                PostgresStatement("BEGIN"),
                // Whoever is about to say that it was them waits, and finds them gone.
                PostgresStatement("SELECT 1 FROM individuals WHERE id = $1 FOR UPDATE", [.id(id)]),
                PostgresStatement(
                    Self.forget("SELECT event_id FROM identities WHERE individual = $1 FOR UPDATE"), [.id(id)]),
                // The gallery goes with its individual.
                PostgresStatement("DELETE FROM individuals WHERE id = $1", [.id(id)]), PostgresStatement("COMMIT"),
            ])[3].affected > 0
        }
    }

    package func addToGallery(
        _ event: EventID, _ individual: EventID, by account: String, at time: Timestamp
    ) async throws(StoreError) {
        _ = try await callInTurn { (connection) throws(PostgresError) in
            try connection.run(
                """
                INSERT INTO gallery (event_id, individual, node, rank, kind, model, box, added_at, added_by)
                SELECT p.event_id, i.id, p.node, p.rank, i.kind, p.model, p.box, $1, $2 FROM portraits p, individuals i
                WHERE p.event_id = $3 AND i.id = $4
                ON CONFLICT (event_id) DO UPDATE SET individual = excluded.individual, rank = excluded.rank, model = excluded.model,
                    box = excluded.box, added_at = excluded.added_at, added_by = excluded.added_by
                """, [.time(time), .text(account), .id(event), .id(individual)])
        }
    }

    package func removeFromGallery(_ event: EventID) async throws(StoreError) {
        _ = try await query("DELETE FROM gallery WHERE event_id = $1", [.id(event)])
    }

    package func gallery(_ kind: IndividualKind) async throws(StoreError) -> [GalleryPortrait] {
        let rows = try await query(
            "SELECT event_id, individual, node, rank, model, box FROM gallery WHERE kind = $1 ORDER BY added_at, event_id",
            [.text(kind.rawValue)])
        return (0..<rows.count).map { row in
            GalleryPortrait(
                event: rows.id(row, 0), individual: rows.id(row, 1), node: rows.text(row, 2), rank: Int(rows.int(row, 3)),
                model: rows.text(row, 4), box: rows.bytes(row, 5))
        }
    }

    package func recognition() async throws(StoreError) -> RecognitionChoice? {
        let rows = try await query("SELECT is_on, ground, changed_at, changed_by FROM recognition")
        guard rows.count == 1 else { return nil }
        return RecognitionChoice(isOn: rows.bool(0, 0), ground: rows.text(0, 1), changedAt: rows.time(0, 2), changedBy: rows.text(0, 3))
    }

    package func setRecognition(_ choice: RecognitionChoice) async throws(StoreError) {
        _ = try await query(
            """
            INSERT INTO recognition (one, is_on, ground, changed_at, changed_by) VALUES (1, $1, $2, $3, $4)
            ON CONFLICT (one) DO UPDATE SET is_on = excluded.is_on, ground = excluded.ground, changed_at = excluded.changed_at,
                changed_by = excluded.changed_by
            """, [.bool(choice.isOn), .text(choice.ground), .time(choice.changedAt), .text(choice.changedBy)])
    }
}
