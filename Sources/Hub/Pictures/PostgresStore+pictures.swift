package import Base
import Postgres
package import Protocol
package import Vision

/// Rows are locked in the order that `PostgresStore+identities` gives, pictures behind their individual.
extension PostgresStore {
    package func addPicture(_ picture: OfferedPicture, box: [UInt8]) async throws(StoreError) -> Bool {
        try await query(
            """
            WITH whom AS MATERIALIZED (SELECT id, kind FROM individuals WHERE id = $2 AND kind = $3 FOR KEY SHARE)
            INSERT INTO offered_pictures (id, individual, kind, state, found, chosen, trouble, added_at, added_by, box)
            SELECT $1, w.id, w.kind, $4, $5, $6, $7, $8, $9, $10 FROM whom w WHERE (SELECT count(*) FROM offered_pictures) < $11 RETURNING 1
            """,
            [
                .id(picture.id), .id(picture.individual), .text(picture.kind.rawValue), .text(picture.state.rawValue),
                .text(BoxText.text(picture.found)), picture.chosen.map { .text(BoxText.text([$0])) } ?? .null,
                picture.trouble.map { .text($0) } ?? .null, .time(picture.addedAt), .text(picture.addedBy), .bytea(box),
                .int8(Int64(OfferedPicture.limit)),
            ]
        ).count > 0
    }

    private static let pictureColumns = "id, individual, kind, state, found, chosen, trouble, added_at, added_by"

    private static func picture(_ rows: PostgresRows, _ row: Int) -> OfferedPicture? {
        guard let kind = IndividualKind(rawValue: rows.text(row, 2)), let state = OfferedPicture.State(rawValue: rows.text(row, 3)) else {
            return nil
        }
        return OfferedPicture(
            id: rows.id(row, 0), individual: rows.id(row, 1), kind: kind, state: state, found: BoxText.boxes(rows.text(row, 4)),
            chosen: rows.optionalText(row, 5).flatMap { BoxText.boxes($0).first }, trouble: rows.optionalText(row, 6),
            addedAt: rows.time(row, 7), addedBy: rows.text(row, 8))
    }

    package func offeredPictures(of individual: EventID) async throws(StoreError) -> [OfferedPicture] {
        let rows = try await query(
            "SELECT \(Self.pictureColumns) FROM offered_pictures WHERE individual = $1 ORDER BY id", [.id(individual)])
        return (0..<rows.count).compactMap { Self.picture(rows, $0) }
    }

    package func nextPicture(except aside: Set<EventID>) async throws(StoreError) -> OfferedPicture? {
        let rows = try await query(
            """
            SELECT \(Self.pictureColumns) FROM offered_pictures
            WHERE state = 'waiting' AND (kind <> 'person' OR EXISTS (SELECT 1 FROM recognition WHERE is_on)) AND id <> ALL ($1)
            ORDER BY id LIMIT 1
            """, [.ids(Array(aside))])
        return rows.count == 1 ? Self.picture(rows, 0) : nil
    }

    package func waitingPictures() async throws(StoreError) -> Int {
        Int(try await query("SELECT count(*) FROM offered_pictures WHERE state = 'waiting'").int(0, 0))
    }

    package func pictureBox(_ id: EventID) async throws(StoreError) -> [UInt8]? {
        let rows = try await query("SELECT box FROM offered_pictures WHERE id = $1", [.id(id)])
        return rows.count == 1 ? rows.bytes(0, 0) : nil
    }

    package func note(_ picture: OfferedPicture, at time: Timestamp) async throws(StoreError) {
        _ = try await query(
            """
            UPDATE offered_pictures SET state = $1, found = $2, chosen = NULL, trouble = $3, noted_at = $6
            WHERE id = $4 AND state = 'waiting' AND chosen IS NOT DISTINCT FROM $5::text
            """,
            [
                .text(picture.state.rawValue), .text(BoxText.text(picture.found)), picture.trouble.map { .text($0) } ?? .null,
                .id(picture.id), picture.chosen.map { .text(BoxText.text([$0])) } ?? .null, .time(time),
            ])
    }

    package func choose(_ box: Box, of picture: EventID) async throws(StoreError) -> Bool {
        try await query(
            "UPDATE offered_pictures SET state = 'waiting', chosen = $1 WHERE id = $2 AND state = 'several' RETURNING 1",
            [.text(BoxText.text([box])), .id(picture)]
        ).count > 0
    }

    /// Whoever changes what somebody is known by has all of the kind compared anew: their rows come before those of the gallery.
    private static func lock(_ kind: IndividualKind) -> PostgresStatement {
        PostgresStatement(
            "SELECT 1 FROM identities WHERE kind = $1 AND account IS NULL ORDER BY event_id FOR UPDATE", [.text(kind.rawValue)])
    }

    package func learn(_ picture: OfferedPicture, model: String, portrait: [UInt8], at time: Timestamp) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) -> Bool in
            let answers = try connection.run([
                PostgresStatement("BEGIN"), PostgresStatement("SELECT is_on FROM recognition FOR SHARE"),
                PostgresStatement("SELECT 1 FROM individuals WHERE id = $1 FOR KEY SHARE", [.id(picture.individual)]),
                Self.lock(picture.kind),
                PostgresStatement(
                    """
                    WITH gone AS (
                        DELETE FROM offered_pictures WHERE id = $1 AND individual = $2 AND state = 'waiting'
                        RETURNING id, individual, kind, added_by, origin
                    )
                    INSERT INTO gallery (event_id, individual, node, rank, kind, model, box, added_at, added_by, origin)
                    SELECT id, individual, $3, $4, kind, $5, $6, $7, added_by, origin FROM gone RETURNING 1
                    """,
                    [
                        .id(picture.id), .id(picture.individual), .text(OfferedPortrait.node), .int2(Int16(OfferedPortrait.rank)),
                        .text(model), .bytea(portrait), .time(time),
                    ]),
            ])
            let isOn = answers[1].count == 1 && answers[1].bool(0, 0)
            guard answers[4].count == 1, picture.kind != .person || isOn else {
                connection.rollBack()
                return false
            }
            _ = try connection.run([Self.reconsider(picture.kind.rawValue), PostgresStatement("COMMIT")])
            return true
        }
    }

    package func removePicture(_ id: EventID, of individual: EventID) async throws(StoreError) -> Bool? {
        try await callInTurn { (connection) throws(PostgresError) -> Bool? in
            let values: [PostgresValue] = [.id(id), .id(individual)]
            let answers = try connection.run(
                [PostgresStatement("BEGIN")] + IndividualKind.allCases.map(Self.lock) + [
                    PostgresStatement("DELETE FROM offered_pictures WHERE id = $1 AND individual = $2 RETURNING 1", values),
                    PostgresStatement(
                        "DELETE FROM gallery WHERE event_id = $1 AND individual = $2 AND node = $3 RETURNING kind",
                        values + [.text(OfferedPortrait.node)]),
                ])
            let (offered, known) = (answers[answers.count - 2], answers[answers.count - 1])
            let changes = known.count > 0 ? [Self.reconsider(known.text(0, 0))] : []
            _ = try connection.run(changes + [PostgresStatement("COMMIT")])
            return known.count > 0 ? true : offered.count > 0 ? false : nil
        }
    }

    package func forgetPictures(before time: Timestamp) async throws(StoreError) -> Int {
        try await query("DELETE FROM offered_pictures WHERE state <> 'waiting' AND noted_at < $1 RETURNING 1", [.time(time)]).count
    }

    package func knownPictures(of individual: EventID) async throws(StoreError) -> [KnownPicture] {
        let rows = try await query(
            """
            SELECT event_id, node = $2, added_at, added_by, model FROM gallery WHERE individual = $1 ORDER BY added_at DESC, event_id DESC
            """, [.id(individual), .text(OfferedPortrait.node)])
        return (0..<rows.count).map { row in
            KnownPicture(
                id: rows.id(row, 0), wasOffered: rows.bool(row, 1), addedAt: rows.time(row, 2), addedBy: rows.text(row, 3),
                model: rows.text(row, 4))
        }
    }

    /// Portraits of another model than $3, of the gallery's kind $1 and of events' kind $2, but those of which nothing could be made.
    private static let oldInGallery = "kind = $1 AND model <> $3 AND given_up IS DISTINCT FROM $3"
    private static let oldOfEvents = "kind = $2 AND (model > '' AND model < $3 OR model > $3) AND given_up IS DISTINCT FROM $3"

    package func oldPortraitCount(_ kind: PortraitKind, model: String) async throws(StoreError) -> Int {
        let rows = try await query(
            """
            SELECT CASE WHEN $2 <> 'face' OR EXISTS (SELECT 1 FROM recognition WHERE is_on) THEN
                (SELECT count(*) FROM gallery WHERE \(Self.oldInGallery)) + (SELECT count(*) FROM portraits WHERE \(Self.oldOfEvents))
                ELSE 0 END
            """, [.text(IndividualKind(kind).rawValue), .text(kind.rawValue), .text(model)])
        return Int(rows.int(0, 0))
    }

    package func oldPortraits(_ kind: PortraitKind, model: String, except aside: Set<EventID>, limit: Int) async throws(StoreError)
        -> [OldPortrait]
    {
        let rows = try await query(
            """
            SELECT * FROM (
                (SELECT event_id, node, rank, model, box, true FROM gallery
                    WHERE \(Self.oldInGallery) AND event_id <> ALL ($5) ORDER BY event_id DESC LIMIT $4)
                UNION ALL
                (SELECT event_id, node, rank, model, box, false FROM portraits
                    WHERE \(Self.oldOfEvents) AND event_id <> ALL ($5) ORDER BY event_id DESC LIMIT $4)
            ) old WHERE $2 <> 'face' OR EXISTS (SELECT 1 FROM recognition WHERE is_on) LIMIT $4
            """,
            [
                .text(IndividualKind(kind).rawValue), .text(kind.rawValue), .text(model), .int8(Int64(limit)), .ids(Array(aside)),
            ])
        return (0..<rows.count).map { row in
            OldPortrait(
                place: rows.bool(row, 5) ? .gallery : .event, event: rows.id(row, 0), node: rows.text(row, 1), rank: Int(rows.int(row, 2)),
                kind: kind, model: rows.text(row, 3), box: rows.bytes(row, 4))
        }
    }

    package func renew(_ portrait: OldPortrait, model: String, box: [UInt8]) async throws(StoreError) {
        let values: [PostgresValue] = [
            .text(model), .bytea(box), .id(portrait.event), .int2(Int16(clamping: portrait.rank)), .text(portrait.model),
        ]
        switch portrait.place {
        case .gallery:
            let kind = IndividualKind(portrait.kind)
            try await callInTurn { (connection) throws(PostgresError) in
                _ = try connection.run([
                    PostgresStatement("BEGIN"), Self.lock(kind),
                    PostgresStatement("UPDATE gallery SET model = $1, box = $2 WHERE event_id = $3 AND rank = $4 AND model = $5", values),
                    Self.reconsider(kind.rawValue), PostgresStatement("COMMIT"),
                ])
            }
        case .event:
            _ = try await query(
                """
                WITH who AS MATERIALIZED (SELECT event_id FROM identities WHERE event_id = $3 FOR UPDATE), renewed AS (
                    UPDATE portraits p SET model = $1, box = $2 FROM who w
                    WHERE p.event_id = w.event_id AND p.rank = $4 AND p.model = $5 RETURNING p.event_id
                )
                UPDATE identities i SET due = due + 1 FROM renewed r WHERE i.event_id = r.event_id AND account IS NULL
                """, values)
        }
    }

    package func giveUp(_ portrait: OldPortrait, for model: String) async throws(StoreError) {
        let table = portrait.place == .gallery ? "gallery" : "portraits"
        _ = try await query(
            "UPDATE \(table) SET given_up = $1 WHERE event_id = $2 AND model = $3",
            [.text(model), .id(portrait.event), .text(portrait.model)])
    }
}
