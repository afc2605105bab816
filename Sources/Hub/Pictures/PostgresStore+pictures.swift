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

    package func nextPicture() async throws(StoreError) -> (picture: OfferedPicture, box: [UInt8])? {
        let rows = try await query(
            """
            SELECT \(Self.pictureColumns), box FROM offered_pictures
            WHERE state = 'waiting' AND (kind <> 'person' OR EXISTS (SELECT 1 FROM recognition WHERE is_on)) ORDER BY id LIMIT 1
            """)
        guard rows.count == 1, let picture = Self.picture(rows, 0) else { return nil }
        return (picture, rows.bytes(0, 9))
    }

    package func waitingPictures() async throws(StoreError) -> Int {
        Int(try await query("SELECT count(*) FROM offered_pictures WHERE state = 'waiting'").int(0, 0))
    }

    package func pictureBox(_ id: EventID) async throws(StoreError) -> [UInt8]? {
        let rows = try await query("SELECT box FROM offered_pictures WHERE id = $1", [.id(id)])
        return rows.count == 1 ? rows.bytes(0, 0) : nil
    }

    package func note(_ picture: OfferedPicture) async throws(StoreError) {
        _ = try await query(
            """
            UPDATE offered_pictures SET state = $1, found = $2, chosen = NULL, trouble = $3
            WHERE id = $4 AND state = 'waiting' AND chosen IS NOT DISTINCT FROM $5::text
            """,
            [
                .text(picture.state.rawValue), .text(BoxText.text(picture.found)), picture.trouble.map { .text($0) } ?? .null,
                .id(picture.id), picture.chosen.map { .text(BoxText.text([$0])) } ?? .null,
            ])
    }

    package func choose(_ box: Box, of picture: EventID) async throws(StoreError) -> Bool {
        try await query(
            "UPDATE offered_pictures SET state = 'waiting', chosen = $1 WHERE id = $2 AND state = 'several' RETURNING 1",
            [.text(BoxText.text([box])), .id(picture)]
        ).count > 0
    }

    package func learn(_ picture: OfferedPicture, model: String, portrait: [UInt8], at time: Timestamp) async throws(StoreError) -> Bool {
        try await query(
            """
            WITH whom AS MATERIALIZED (SELECT id FROM individuals WHERE id = $2 FOR KEY SHARE), gone AS (
                DELETE FROM offered_pictures o USING whom w WHERE o.individual = w.id AND o.id = $1 AND o.state = 'waiting'
                RETURNING o.id, o.individual, o.kind, o.added_by
            )
            INSERT INTO gallery (event_id, individual, node, rank, kind, model, box, added_at, added_by)
            SELECT id, individual, $3, $4, kind, $5, $6, $7, added_by FROM gone RETURNING 1
            """,
            [
                .id(picture.id), .id(picture.individual), .text(OfferedPortrait.node), .int2(Int16(OfferedPortrait.rank)), .text(model),
                .bytea(portrait), .time(time),
            ]
        ).count > 0
    }

    package func removePicture(_ id: EventID, of individual: EventID) async throws(StoreError) -> Bool? {
        let rows = try await query(
            """
            WITH offered AS (DELETE FROM offered_pictures WHERE id = $1 AND individual = $2 RETURNING 1), known AS (
                DELETE FROM gallery WHERE event_id = $1 AND individual = $2 AND node = $3 RETURNING 1
            )
            SELECT (SELECT count(*) FROM offered), (SELECT count(*) FROM known)
            """, [.id(id), .id(individual), .text(OfferedPortrait.node)])
        return rows.int(0, 1) > 0 ? true : rows.int(0, 0) > 0 ? false : nil
    }

    package func forgetPictures(before time: Timestamp) async throws(StoreError) -> Int {
        try await query("DELETE FROM offered_pictures WHERE state <> 'waiting' AND added_at < $1 RETURNING 1", [.time(time)]).count
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

    package func oldPortraits(_ kind: PortraitKind, model: String, limit: Int) async throws(StoreError) -> [OldPortrait] {
        let rows = try await query(
            """
            (SELECT event_id, node, rank, model, box, true FROM gallery
                WHERE kind = $1 AND model <> $3 AND given_up IS DISTINCT FROM $3 ORDER BY event_id DESC LIMIT $4)
            UNION ALL
            (SELECT event_id, node, rank, model, box, false FROM portraits
                WHERE kind = $2 AND model NOT IN ($3, '') AND given_up IS DISTINCT FROM $3 ORDER BY event_id DESC LIMIT $4)
            LIMIT $4
            """, [.text(IndividualKind(kind).rawValue), .text(kind.rawValue), .text(model), .int8(Int64(limit))])
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
            _ = try await query("UPDATE gallery SET model = $1, box = $2 WHERE event_id = $3 AND rank = $4 AND model = $5", values)
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
