package import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func erase(_ erasure: Erasure) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) -> Bool in
            let who = PostgresValue.id(erasure.individual)
            // Whoever is about to say that it was them waits, and finds them gone.
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SELECT 1 FROM individuals WHERE id = $1 FOR UPDATE", [who]),
                PostgresStatement("SELECT 1 FROM erasures WHERE individual = $1", [who]),
                PostgresStatement(
                    "\(Self.mergeTree) SELECT t.id, m.name IS NOT NULL FROM tree t LEFT JOIN merges m ON m.id = t.id ORDER BY t.id", [who]),
                PostgresStatement(Self.ownEvents, [who]),
            ])
            let merged = answers[3]
            let tree = (0..<merged.count).map { (id: merged.id($0, 0), isIndividual: merged.bool($0, 1)) }
            var isDue = answers[1].count > 0
            // In an older copy they may be merged into somebody. At any other time those who are go with whom they are part of: what was
            // compared since has the other's id.
            if erasure.reason == .restore, !isDue {
                isDue = answers[2].count == 0 || tree.contains { $0.id == erasure.individual && $0.isIndividual }
            }
            guard isDue else {
                connection.rollBack()
                return false
            }
            let events = Set((0..<answers[4].count).map { answers[4].id($0, 0) } + erasure.events).sorted()
            let individuals = tree.filter { $0.isIndividual || $0.id == erasure.individual }.map(\.id)
            _ = try connection.run(Self.statements(erasure, .ids(events), merged: .ids(tree.map(\.id)), individuals: .ids(individuals)))
            return true
        }
    }

    /// Events in which somebody ($1) was known, or is known by.
    private static let ownEvents = """
        \(mergeTree) SELECT event_id FROM identities WHERE individual = $1
        UNION SELECT event_id FROM gallery WHERE (individual = $1 OR origin IN (SELECT id FROM tree)) AND node <> ''
        """

    /// Events in whose pictures people are still to be hidden.
    static let toHide = """
        SELECT s.id FROM erasures d JOIN erasure_events b ON b.individual = d.individual JOIN event_ids i ON i.id = b.event_id
            JOIN snapshots s ON s.ts = i.ts AND s.id = i.id
        WHERE d.hidden AND s.rank <> \(SnapshotWire.hiddenRank)
        """

    package func picturesToHide(limit: Int) async throws(StoreError) -> [EventID] {
        let rows = try await query("\(Self.toHide) GROUP BY 1 ORDER BY 1 LIMIT $1", [.int8(Int64(limit))])
        return (0..<rows.count).map { rows.id($0, 0) }
    }

    /// Whether somebody was erased who was seen in an event ($1), as a condition.
    /// - Parameter pictures: Whether the whole pictures went, too.
    static func isErased(pictures: Bool) -> String {
        """
        EXISTS (SELECT 1 FROM erasure_events b JOIN erasures d ON d.individual = b.individual
            WHERE b.event_id = $1\(pictures ? " AND d.with_pictures" : ""))
        """
    }

    /// Leaves nothing of what somebody in events is known by, also where it is still on its way.
    static func emptyPortraits(of events: PostgresValue, at time: Timestamp) -> [PostgresStatement] {
        [
            PostgresStatement("DELETE FROM identities WHERE event_id = ANY ($1)", [events]),
            PostgresStatement(
                """
                INSERT INTO portraits (event_id, node, rank, kind, model, received_at, box)
                SELECT e.id, e.node, \(PortraitWire.ranks.upperBound), 'face', '', $2, '' FROM event_ids n
                    JOIN events e ON e.ts = n.ts AND e.id = n.id WHERE n.id = ANY ($1) ORDER BY e.id
                ON CONFLICT (event_id) DO UPDATE SET rank = excluded.rank, model = '', box = ''
                """, [events, .time(time)]),
        ]
    }

    /// Rows are locked in the order that `PostgresStore+identities` gives, and events before snapshots.
    /// - Parameters:
    ///   - merged: Whatever is merged into them, and they themselves.
    ///   - individuals: Of those, who had a name.
    private static func statements(
        _ erasure: Erasure, _ events: PostgresValue, merged: PostgresValue, individuals: PostgresValue
    ) -> [PostgresStatement] {
        let who = PostgresValue.id(erasure.individual)
        var statements = [
            PostgresStatement("SELECT 1 FROM event_ids WHERE id = ANY ($1) ORDER BY id FOR UPDATE", [events]),
            PostgresStatement("SELECT 1 FROM identities WHERE event_id = ANY ($1) ORDER BY event_id FOR UPDATE", [events]),
        ]
        statements += emptyPortraits(of: events, at: erasure.time)
        if erasure.isOfPictures {
            // Those in which people are hidden already stay where that is what is wanted.
            let staying = PostgresValue.int2(erasure.pictures == .hidden ? Int16(SnapshotWire.hiddenRank) : -1)
            statements.append(
                PostgresStatement(
                    """
                    UPDATE events e SET snapshot_rank = 0 FROM event_ids n WHERE n.id = ANY ($1) AND e.ts = n.ts AND e.id = n.id
                        AND e.snapshot_rank <> $2
                    """, [events, staying]))
        }
        if erasure.pictures == .deleted {
            statements.append(
                PostgresStatement(
                    "DELETE FROM snapshots s USING event_ids n WHERE n.id = ANY ($1) AND s.ts = n.ts AND s.id = n.id", [events]))
        }
        return statements + [
            PostgresStatement(
                """
                INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM event_ids n WHERE n.id = ANY ($2)
                    OR n.id IN (SELECT event_id FROM event_subjects WHERE individual = $1 OR origin = ANY ($3))
                """, [who, events, merged]),
            // The gallery and the rules go with their individual, and it is no event's subject any more.
            PostgresStatement("DELETE FROM individuals WHERE id = $1", [who]),
            PostgresStatement("DELETE FROM gallery WHERE origin = ANY ($1)", [merged]),
            PostgresStatement("DELETE FROM pet_rules WHERE origin = ANY ($1)", [merged]),
            PostgresStatement("DELETE FROM offered_pictures WHERE origin = ANY ($1)", [merged]),
            PostgresStatement("DELETE FROM event_subjects WHERE origin = ANY ($1)", [merged]),
            PostgresStatement("DELETE FROM merges WHERE id = ANY ($1)", [merged]),
            PostgresStatement(
                """
                INSERT INTO erasures AS e (individual, erased_at, account, reason, with_pictures, hidden)
                SELECT unnest($1::uuid[]), $2, $3, $4, $5, $6
                ON CONFLICT (individual) DO UPDATE
                    SET with_pictures = e.with_pictures OR excluded.with_pictures, hidden = excluded.hidden
                """,
                [
                    individuals, .time(erasure.time), erasure.account.map { .text($0) } ?? .null, .text(erasure.reason.rawValue),
                    .bool(erasure.isOfPictures), .bool(erasure.pictures == .hidden),
                ]),
            // One that is not here, or not yet, is noted: nothing of it is taken in when it comes.
            PostgresStatement(
                """
                INSERT INTO erasure_events (individual, event_id, node)
                SELECT $1, w.id, coalesce(e.node, '') FROM unnest($2::uuid[]) AS w (id) LEFT JOIN event_ids n ON n.id = w.id
                    LEFT JOIN events e ON e.ts = n.ts AND e.id = n.id
                ON CONFLICT (individual, event_id) DO UPDATE SET confirmed_at = NULL
                """, [who, events]),
            PostgresStatement("COMMIT"),
        ]
    }

    package func erasures() async throws(StoreError) -> Int64 { try await query("SELECT count(*) FROM erasures").int(0, 0) }

    private static func erasures(_ rows: PostgresRows) -> [Erasure] {
        (0..<rows.count).map { row in
            Erasure(
                individual: rows.id(row, 0), time: rows.time(row, 1), account: rows.optionalText(row, 2),
                reason: Erasure.Reason(rawValue: rows.text(row, 3)) ?? .request,
                pictures: Erasure.Pictures(isOfPictures: rows.bool(row, 4), isHidden: rows.bool(row, 5)))
        }
    }

    private static let selectErasure = "SELECT individual, erased_at, account, reason, with_pictures, hidden FROM erasures"

    package func erasureList() async throws(StoreError) -> [Erasure] {
        let all = try await query("\(Self.selectErasure) ORDER BY erased_at, individual")
        let rows = try await query("SELECT individual, event_id FROM erasure_events ORDER BY event_id")
        let events = Dictionary(grouping: 0..<rows.count) { rows.id($0, 0) }
        return Self.erasures(all).map {
            var erasure = $0
            erasure.events = (events[erasure.individual] ?? []).map { rows.id($0, 1) }
            return erasure
        }
    }

    package func erasureReceipts(limit: Int) async throws(StoreError) -> [ErasureReceipt] {
        let erasures = Self.erasures(
            try await query("\(Self.selectErasure) ORDER BY erased_at DESC, individual LIMIT $1", [.int8(Int64(limit))]))
        let rows = try await query(
            """
            SELECT b.individual, b.node, count(*), count(b.confirmed_at), max(b.confirmed_at), bool_or(n.revoked_at IS NOT NULL)
            FROM erasure_events b LEFT JOIN nodes n ON n.name = b.node WHERE b.individual = ANY ($1) AND b.node <> '' GROUP BY 1, 2 ORDER BY 1, 2
            """, [.ids(erasures.map(\.individual))])
        let hiding = try await query(
            "SELECT w.id, (SELECT count(*) FROM (\(Self.toHide) AND d.individual = w.id) h) FROM unnest($1::uuid[]) w (id)",
            [.ids(erasures.map(\.individual))])
        let toHide = Dictionary((0..<hiding.count).map { (hiding.id($0, 0), hiding.int($0, 1)) }) { $1 }
        let nodes = Dictionary(grouping: 0..<rows.count) { rows.id($0, 0) }
        return erasures.map { erasure in
            ErasureReceipt(
                erasure: erasure, toHide: toHide[erasure.individual] ?? 0,
                nodes: (nodes[erasure.individual] ?? []).map {
                    ErasureReceipt.Node(
                        node: rows.text($0, 1), events: Int(rows.int($0, 2)), confirmed: Int(rows.int($0, 3)),
                        confirmedAt: rows.optionalTime($0, 4), isRevoked: rows.bool($0, 5))
                })
        }
    }

    package func erasureErrands(limit: Int) async throws(StoreError) -> [ErasureErrand] {
        let rows = try await query(
            """
            SELECT b.individual, b.node, e.with_pictures, b.event_id FROM erasure_events b JOIN erasures e ON e.individual = b.individual
            WHERE b.confirmed_at IS NULL AND EXISTS (SELECT 1 FROM nodes n WHERE n.name = b.node AND n.revoked_at IS NULL)
            ORDER BY b.node, b.individual, b.event_id
            """)
        var errands: [ErasureErrand] = []
        for row in 0..<rows.count {
            ErasureErrand.add(
                rows.id(row, 3), individual: rows.id(row, 0), node: rows.text(row, 1), withPictures: rows.bool(row, 2), limit: limit,
                to: &errands)
        }
        return errands
    }

    package func confirm(_ errand: ErasureErrand, at time: Timestamp) async throws(StoreError) {
        _ = try await query(
            "UPDATE erasure_events SET confirmed_at = $4 WHERE individual = $1 AND node = $2 AND event_id = ANY ($3)",
            [.id(errand.individual), .text(errand.node), .ids(errand.events), .time(time)])
    }

    package func overdueIndividuals(at time: Timestamp) async throws(StoreError) -> [EventID] {
        // The day of those who were merged into somebody is that one's, too.
        let rows = try await query(
            """
            WITH RECURSIVE over (id) AS (
                SELECT individual FROM merges WHERE keep_until <= $1 UNION SELECT m.individual FROM merges m JOIN over o ON o.id = m.id
            ) SELECT id FROM individuals WHERE keep_until <= $1 OR id IN (SELECT id FROM over) ORDER BY id
            """, [.time(time)])
        return (0..<rows.count).map { rows.id($0, 0) }
    }

    /// Seconds.
    private static let purgePatience = 3600.0

    /// Deleted rows stand in PostgreSQL's files until they are vacuumed, which it does by itself sooner or later.
    package func purge() async throws(StoreError) {
        try await call { (connection) throws(PostgresError) in
            try connection.script("SET statement_timeout = 0")
            defer { try? connection.script("SET statement_timeout = '60s'") }
            try connection.script(
                "VACUUM individuals, gallery, offered_pictures, identities, portraits, event_subjects, pet_rules, merges, snapshots",
                timeout: Self.purgePatience)
        }
    }
}
