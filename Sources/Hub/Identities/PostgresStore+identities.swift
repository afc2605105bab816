package import Base
import Postgres
package import Protocol

/// Rows are locked in one order: `individuals`, `event_ids`, `identities` by event, `portraits`, `gallery`.
extension PostgresStore {
    /// What an event's answer says of who was seen, as JSON; of a row of `events` called `e`. Null where nobody was.
    static let identities = """
        (SELECT json_agg(json_build_object(
                'track', track, 'kind', kind, 'id', who, 'name', name, 'score', score, 'state', state))::text FROM (
            SELECT i.track, i.kind, p.id AS who, p.name, i.score, i.state
                FROM identities i LEFT JOIN individuals p ON p.id = i.individual WHERE i.event_id = e.id
            UNION ALL SELECT NULL, p.kind, p.id, p.name, NULL, 'known'
                FROM event_subjects b JOIN individuals p ON p.id = b.individual WHERE b.event_id = e.id
            UNION ALL SELECT NULL, 'species', NULL, s.name, NULL, 'known' FROM species s WHERE s.event_id = e.id) said)
        """

    // MARK: Portraits

    package func putPortrait(_ facts: PortraitFacts, box: [UInt8], at time: Timestamp) async throws(StoreError) -> PortraitOutcome {
        try await callInTurn { (connection) throws(PostgresError) -> PortraitOutcome in
            let event = PostgresValue.id(facts.event)
            // Whoever sends the same at the same moment waits for the row, and then sees what was committed. So does whoever turns recognition off.
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SELECT is_on FROM recognition FOR SHARE"),
                PostgresStatement("SELECT 1 FROM event_ids WHERE id = $1 FOR UPDATE", [event]),
                PostgresStatement(
                    """
                    SELECT e.node, CASE WHEN \(Self.isErased(pictures: false)) THEN \(SnapshotOutcome.erased) ELSE p.rank END, i.kind, i.account IS NOT NULL FROM event_ids n JOIN events e ON e.ts = n.ts AND e.id = n.id
                        LEFT JOIN identities i ON i.event_id = n.id LEFT JOIN portraits p ON p.event_id = n.id WHERE n.id = $1
                    """, [event]),
            ])
            let rows = answers[3]
            let isKnown = rows.count == 1
            let outcome = PortraitOutcome(
                facts, owner: isKnown ? rows.text(0, 0) : nil, present: isKnown ? rows.optionalInt(0, 1).map { Int($0) } : nil,
                isOn: answers[1].count == 1 && answers[1].bool(0, 0))
            guard outcome == .stored else {
                connection.rollBack()
                return outcome
            }
            let kind = IndividualKind(facts.kind).rawValue
            var statements: [PostgresStatement] = []
            if let known = rows.optionalText(0, 2), known != kind {
                // Somebody has seen the picture and said who it is.
                guard !rows.bool(0, 3) else {
                    connection.rollBack()
                    return .kept
                }
                // What was taken for a cat is a person: nothing that was said of the cat is true of them.
                statements += [
                    PostgresStatement("DELETE FROM identities WHERE event_id = $1", [event]),
                    PostgresStatement("DELETE FROM gallery WHERE event_id = $1", [event]),
                    PostgresStatement("INSERT INTO feed_pending (event_id, event_ts) SELECT id, ts FROM event_ids WHERE id = $1", [event]),
                ]
            }
            statements += [
                // What is known stays said until the better portrait was compared.
                PostgresStatement(
                    """
                    INSERT INTO identities AS i (event_id, track, kind, state, due) VALUES ($1, $2, $3, 'pending', 1)
                    ON CONFLICT (event_id) DO UPDATE SET track = excluded.track, due = CASE WHEN i.account IS NULL THEN i.due + 1 ELSE 0 END
                    """, [event, .int8(Int64(facts.track)), .text(kind)]),
                PostgresStatement(
                    """
                    INSERT INTO portraits (event_id, node, rank, kind, model, received_at, box) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (event_id) DO UPDATE SET node = excluded.node, rank = excluded.rank, kind = excluded.kind,
                        model = excluded.model, received_at = excluded.received_at, box = excluded.box, given_up = NULL
                    """,
                    [
                        event, .text(facts.node), .int2(Int16(clamping: facts.rank)), .text(facts.kind.rawValue), .text(facts.model),
                        .time(time), .bytea(box),
                    ]),
                PostgresStatement("COMMIT"),
            ]
            _ = try connection.run(statements)
            return outcome
        }
    }

    /// Without those that were forgotten: nobody is said to be seen in their events.
    private static let selectPortrait = """
        SELECT p.event_id, e.site, e.source_id, e.ts, p.node, p.rank, p.kind, p.model, p.box, e.type, i.state, i.individual,
            i.account IS NOT NULL, i.due
        FROM identities i JOIN portraits p ON p.event_id = i.event_id JOIN event_ids n ON n.id = i.event_id
            JOIN events e ON e.ts = n.ts AND e.id = n.id
        """

    private static func portraits(_ rows: PostgresRows) -> [StoredPortrait] {
        (0..<rows.count).compactMap { row in
            guard let kind = PortraitKind(rawValue: rows.text(row, 6)), let state = IdentityState(rawValue: rows.text(row, 10)) else {
                return nil
            }
            return StoredPortrait(
                event: rows.id(row, 0), site: rows.text(row, 1), camera: rows.text(row, 2), ts: rows.time(row, 3), node: rows.text(row, 4),
                rank: Int(rows.int(row, 5)), kind: kind, model: rows.text(row, 7), box: rows.bytes(row, 8), type: rows.text(row, 9),
                state: state, individual: rows.isNull(row, 11) ? nil : rows.id(row, 11), isByAccount: rows.bool(row, 12),
                due: rows.int(row, 13))
        }
    }

    package func portrait(of event: EventID) async throws(StoreError) -> StoredPortrait? {
        Self.portraits(try await query("\(Self.selectPortrait) WHERE i.event_id = $1", [.id(event)])).first
    }

    package func duePortraits(limit: Int) async throws(StoreError) -> [StoredPortrait] {
        // Ids of events begin with their time.
        Self.portraits(
            try await query(
                """
                \(Self.selectPortrait) WHERE i.due > 0 AND (i.kind <> 'person' OR EXISTS (SELECT 1 FROM recognition WHERE is_on))
                ORDER BY i.event_id DESC LIMIT $1
                """, [.int8(Int64(max(0, limit)))]))
    }

    package func portraits(
        _ kind: PortraitKind, _ states: Set<IdentityState>, limit: Int
    ) async throws(StoreError) -> [StoredPortrait] {
        Self.portraits(
            try await query(
                "\(Self.selectPortrait) WHERE i.kind = $1 AND i.state = ANY ($2) ORDER BY i.event_id DESC LIMIT $3",
                [.text(IndividualKind(kind).rawValue), .texts(states.map(\.rawValue).sorted()), .int8(Int64(max(0, limit)))]))
    }

    /// Somebody may have been taken away while portraits were compared: locked, they stay until this is committed. Where the mark has moved on the
    /// locked row says so.
    private static let decide = """
        WITH whom AS MATERIALIZED (SELECT id FROM individuals WHERE id = $4::uuid FOR SHARE),
        free AS MATERIALIZED (
            SELECT event_id, state, individual, score FROM identities WHERE event_id = $1 AND due = $2 AND account IS NULL FOR UPDATE
        ), changed AS (
            UPDATE identities i SET state = $3, individual = $4::uuid, score = $5, decided_at = $6, due = 0
            FROM free f WHERE i.event_id = f.event_id AND ($4::uuid IS NULL OR EXISTS (SELECT 1 FROM whom))
                AND (f.state, f.individual, f.score) IS DISTINCT FROM ($3::text, $4::uuid, $5::double precision)
            RETURNING i.event_id
        ), same AS (
            UPDATE identities i SET due = 0 FROM free f
            WHERE i.event_id = f.event_id AND NOT (
                ($4::uuid IS NULL OR EXISTS (SELECT 1 FROM whom))
                AND (f.state, f.individual, f.score) IS DISTINCT FROM ($3::text, $4::uuid, $5::double precision))
        )
        INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM changed c JOIN event_ids n ON n.id = c.event_id
        """

    package func decide(_ decisions: [IdentityDecision]) async throws(StoreError) -> Int {
        let statements = decisions.sorted { $0.event < $1.event }.map { decision in
            PostgresStatement(
                Self.decide,
                [
                    .id(decision.event), .int8(decision.due), .text(decision.state.rawValue), decision.individual.map { .id($0) } ?? .null,
                    decision.score.map { .double($0) } ?? .null, .time(decision.time),
                ])
        }
        guard !statements.isEmpty else { return 0 }
        return try await callInTurn { (connection) throws(PostgresError) in
            let answers = try connection.run([PostgresStatement("BEGIN")] + statements + [PostgresStatement("COMMIT")], timeout: 30)
            return answers[1..<(answers.count - 1)].reduce(0) { $0 + Int($1.affected) }
        }
    }

    package func say(
        _ saying: Saying, in events: [EventID], by account: String, at time: Timestamp
    ) async throws(StoreError) -> Saying.Outcome {
        try await callInTurn { (connection) throws(PostgresError) -> Saying.Outcome in
            _ = try connection.run([PostgresStatement("BEGIN")])
            var whom: (id: EventID, kind: String)?
            switch saying {
            case .nobody: break
            case .individual(let id):
                let rows = try connection.run("SELECT kind FROM individuals WHERE id = $1 FOR SHARE", [.id(id)])
                guard rows.count == 1 else {
                    connection.rollBack()
                    return .unknownIndividual
                }
                whom = (id, rows.text(0, 0))
            case .new(let individual): whom = (individual.id, individual.kind.rawValue)
            }
            let ids = Set(events).sorted()
            let answers = try connection.run([
                PostgresStatement(
                    """
                    SELECT i.event_id, i.kind FROM identities i JOIN portraits p ON p.event_id = i.event_id WHERE i.event_id = ANY ($1)
                    ORDER BY i.event_id FOR UPDATE OF i
                    """, [.ids(ids)]),
                // Nobody is known any more by what an event left when it went.
                PostgresStatement("SELECT event_id FROM gallery WHERE event_id = ANY ($1)", [.ids(ids)]),
            ])
            let kinds = Dictionary((0..<answers[0].count).map { (answers[0].id($0, 0), answers[0].text($0, 1)) }) { $1 }
            let left = Set((0..<answers[1].count).map { answers[1].id($0, 0) })
            for event in ids {
                if kinds[event] == nil, whom != nil || !left.contains(event) {
                    connection.rollBack()
                    return .noPortrait
                }
                if let whom, kinds[event] != whom.kind {
                    connection.rollBack()
                    return .wrongKind
                }
            }
            var statements: [PostgresStatement] = []
            if case .new(let individual) = saying {
                statements.append(
                    PostgresStatement(
                        """
                        INSERT INTO individuals (id, kind, name, profile, created_at, created_by, consent, keep_until)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                        """,
                        [
                            .id(individual.id), .text(individual.kind.rawValue), .text(individual.name), .text(individual.profile.rawValue),
                            .time(individual.createdAt), .text(individual.createdBy), individual.consent.map { .text($0) } ?? .null,
                            individual.keepUntil.map { .time($0) } ?? .null,
                        ]))
            }
            statements += [
                PostgresStatement(
                    """
                    WITH changed AS (
                        UPDATE identities SET state = $2, individual = $3::uuid, score = NULL, account = $4, decided_at = $5, due = 0
                        WHERE event_id = ANY ($1) AND (state, individual, account) IS DISTINCT FROM ($2::text, $3::uuid, $4::text)
                        RETURNING event_id
                    )
                    INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM changed c JOIN event_ids n ON n.id = c.event_id
                    """,
                    [
                        .ids(ids), .text((whom == nil ? IdentityState.unknown : .known).rawValue), whom.map { .id($0.id) } ?? .null,
                        .text(account), .time(time),
                    ]), PostgresStatement("DELETE FROM gallery WHERE event_id = ANY ($1)", [.ids(ids)]),
            ]
            if let whom {
                // What is said of several at once can be taken back at once.
                let naming = ids.count > 1 ? PostgresValue.id(EventID(at: time)) : .null
                statements += [
                    PostgresStatement(
                        """
                        INSERT INTO gallery (event_id, individual, node, rank, kind, model, box, added_at, added_by, origin)
                        SELECT event_id, $2, node, rank, $3, model, box, $4, $5, $6::uuid FROM portraits WHERE event_id = ANY ($1)
                        """, [.ids(ids), .id(whom.id), .text(whom.kind), .time(time), .text(account), naming]),
                    PostgresStatement(
                        "INSERT INTO merges (id, individual, merged_at, merged_by) SELECT $1::uuid, $2, $3, $4 WHERE $1 IS NOT NULL",
                        [naming, .id(whom.id), .time(time), .text(account)]),
                ]
            }
            _ = try connection.run(statements + [PostgresStatement("COMMIT")])
            return .done
        }
    }

    package func reconsider(_ kind: IndividualKind) async throws(StoreError) {
        _ = try await callInTurn { (connection) throws(PostgresError) in
            try connection.run(
                [
                    PostgresStatement(
                        """
                        UPDATE identities i SET due = i.due + 1 FROM (
                            SELECT event_id FROM identities WHERE kind = $1 AND account IS NULL ORDER BY event_id FOR UPDATE) o
                        WHERE i.event_id = o.event_id
                        """, [.text(kind.rawValue)])
                ], timeout: 60)
        }
    }

    /// Empties portraits, and takes away what was made of them: of the events that `events` selects and locks in `identities`. What is left of a
    /// portrait says that the event gets no other.
    private static func forget(_ events: String) -> String {
        """
        WITH old AS MATERIALIZED (\(events)),
        said AS (DELETE FROM identities i USING old o WHERE i.event_id = o.event_id),
        seen AS (
            UPDATE portraits p SET rank = \(PortraitWire.ranks.upperBound), model = '', box = '' FROM old o WHERE p.event_id = o.event_id)
        INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM old o JOIN event_ids n ON n.id = o.event_id
        """
    }

    package func forgetStrangers(before time: Timestamp?, limit: Int) async throws(StoreError) -> Int {
        let forget = Self.forget(
            """
            SELECT i.event_id FROM identities i JOIN event_ids n ON n.id = i.event_id JOIN portraits p ON p.event_id = i.event_id
            WHERE i.kind = 'person' AND i.state <> 'known' AND ($1::timestamptz IS NULL OR n.ts < $1 OR p.received_at < $1)
            ORDER BY i.event_id LIMIT $2 FOR UPDATE OF i
            """)
        return try await callInTurn { (connection) throws(PostgresError) in
            Int(
                try connection.run(
                    [PostgresStatement(forget, [time.map { .time($0) } ?? .null, .int8(Int64(limit))])], timeout: 30)[0].affected)
        }
    }

    // MARK: Individuals

    package func changeIndividual(_ id: EventID, name: String?, profile: Individual.Profile?) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) in
            try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement(
                    "UPDATE individuals SET name = coalesce($2, name), profile = coalesce($3, profile) WHERE id = $1",
                    [.id(id), name.map { .text($0) } ?? .null, profile.map { .text($0.rawValue) } ?? .null]),
                // Their events have another name now.
                PostgresStatement(
                    """
                    INSERT INTO feed_pending (event_id, event_ts)
                    SELECT n.id, n.ts FROM event_ids n JOIN (
                        SELECT event_id FROM identities WHERE individual = $1
                        UNION ALL SELECT event_id FROM event_subjects WHERE individual = $1
                    ) i ON n.id = i.event_id
                    """, [.id(id)]),
                PostgresStatement("COMMIT"),
            ])[1].affected > 0
        }
    }

    private static func individual(_ rows: PostgresRows, _ row: Int) -> Individual? {
        guard let kind = IndividualKind(rawValue: rows.text(row, 1)), let profile = Individual.Profile(rawValue: rows.text(row, 3)) else {
            return nil
        }
        return Individual(
            id: rows.id(row, 0), kind: kind, name: rows.text(row, 2), profile: profile, createdAt: rows.time(row, 4),
            createdBy: rows.text(row, 5), consent: rows.optionalText(row, 6), keepUntil: rows.optionalTime(row, 7))
    }

    private static let individualColumns = "p.id, p.kind, p.name, p.profile, p.created_at, p.created_by, p.consent, p.keep_until"

    package func setConsent(_ consent: String?, until time: Timestamp?, of id: EventID) async throws(StoreError) -> Bool {
        try await query(
            "UPDATE individuals SET consent = $2, keep_until = $3 WHERE id = $1 RETURNING 1",
            [.id(id), consent.map { .text($0) } ?? .null, time.map { .time($0) } ?? .null]
        ).count > 0
    }

    package func individual(_ id: EventID) async throws(StoreError) -> Individual? {
        let rows = try await query("SELECT \(Self.individualColumns) FROM individuals p WHERE id = $1", [.id(id)])
        return rows.count == 1 ? Self.individual(rows, 0) : nil
    }

    package func individuals(_ kind: IndividualKind?) async throws(StoreError) -> [IndividualRecord] {
        let rows = try await query(
            """
            SELECT \(Self.individualColumns),
                (SELECT count(*) FROM gallery g WHERE g.individual = p.id), count(n.id), min(n.ts), max(n.ts),
                (SELECT event_id FROM gallery g WHERE g.individual = p.id ORDER BY added_at DESC, event_id DESC LIMIT 1)
            FROM individuals p LEFT JOIN identities i ON i.individual = p.id AND i.state = 'known'
                LEFT JOIN event_ids n ON n.id = i.event_id
            WHERE $1::text IS NULL OR p.kind = $1 GROUP BY p.id ORDER BY p.name, p.id
            """, [kind.map { .text($0.rawValue) } ?? .null])
        return (0..<rows.count).compactMap { row in
            Self.individual(rows, row).map {
                IndividualRecord(
                    individual: $0, pictures: Int(rows.int(row, 8)), portrait: rows.isNull(row, 12) ? nil : rows.id(row, 12),
                    sightings: Int(rows.int(row, 9)), firstSeen: rows.optionalTime(row, 10), lastSeen: rows.optionalTime(row, 11))
            }
        }
    }

    package func gallery(_ kind: IndividualKind) async throws(StoreError) -> [GalleryPortrait] {
        let rows = try await query(
            """
            SELECT event_id, individual, node, rank, model FROM gallery g
            WHERE kind = $1 AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = g.node AND n.revoked_at IS NOT NULL)
            ORDER BY added_at, event_id
            """, [.text(kind.rawValue)])
        return (0..<rows.count).map { row in
            GalleryPortrait(
                event: rows.id(row, 0), individual: rows.id(row, 1), node: rows.text(row, 2), rank: Int(rows.int(row, 3)),
                model: rows.text(row, 4))
        }
    }

    package func galleryEvents(of individual: EventID) async throws(StoreError) -> [EventID] {
        let rows = try await query("SELECT event_id FROM gallery WHERE individual = $1 ORDER BY added_at, event_id", [.id(individual)])
        return (0..<rows.count).map { rows.id($0, 0) }
    }

    package func galleryPortrait(_ event: EventID) async throws(StoreError) -> (box: [UInt8], node: String, rank: Int)? {
        let rows = try await query("SELECT box, node, rank FROM gallery WHERE event_id = $1", [.id(event)])
        return rows.count == 1 ? (rows.bytes(0, 0), rows.text(0, 1), Int(rows.int(0, 2))) : nil
    }

    // MARK: The choice

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
