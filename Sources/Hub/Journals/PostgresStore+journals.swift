package import Base
import Postgres
package import Protocol

extension PostgresStore {
    package func places() async throws(StoreError) -> [String: CameraPlace] {
        let rows = try await query("SELECT camera, place FROM camera_places")
        return Dictionary(
            (0..<rows.count).compactMap { row in CameraPlace(rawValue: rows.text(row, 1)).map { (rows.text(row, 0), $0) } },
            uniquingKeysWith: { $1 })
    }

    package func setPlace(_ place: CameraPlace?, of camera: String) async throws(StoreError) -> Bool {
        if let place {
            return try await query(
                """
                INSERT INTO camera_places (camera, place) SELECT id, $2 FROM cameras WHERE id = $1
                ON CONFLICT (camera) DO UPDATE SET place = excluded.place RETURNING 1
                """, [.text(camera), .text(place.rawValue)]
            ).count > 0
        }
        return try await query(
            "WITH gone AS (DELETE FROM camera_places WHERE camera = $1) SELECT 1 FROM cameras WHERE id = $1", [.text(camera)]
        ).count > 0
    }

    package func timeZones() async throws(StoreError) -> [String: String] {
        let rows = try await query("SELECT site, time_zone FROM site_clocks")
        return Dictionary((0..<rows.count).map { (rows.text($0, 0), rows.text($0, 1)) }, uniquingKeysWith: { $1 })
    }

    package func setTimeZone(_ zone: String?, of site: String) async throws(StoreError) {
        if let zone {
            _ = try await query(
                "INSERT INTO site_clocks (site, time_zone) VALUES ($1, $2) ON CONFLICT (site) DO UPDATE SET time_zone = excluded.time_zone",
                [.text(site), .text(zone)])
        } else {
            _ = try await query("DELETE FROM site_clocks WHERE site = $1", [.text(site)])
        }
    }

    package func setSpecies(
        _ name: String?, of event: EventID, by account: String, at time: Timestamp
    ) async throws(StoreError) -> Bool {
        // Whoever deletes the event waits for the row, or this finds none.
        let change =
            name == nil
            ? "DELETE FROM species WHERE event_id IN (SELECT id FROM known) RETURNING event_id"
            : """
            INSERT INTO species AS s (event_id, name, account, said_at) SELECT id, $2, $3, $4 FROM known
            ON CONFLICT (event_id) DO UPDATE SET name = excluded.name, account = excluded.account, said_at = excluded.said_at
            WHERE s.name <> excluded.name RETURNING event_id
            """
        let parameters: [PostgresValue] = name.map { [.id(event), .text($0), .text(account), .time(time)] } ?? [.id(event)]
        return try await query(
            """
            WITH known AS MATERIALIZED (SELECT id, ts FROM event_ids WHERE id = $1 FOR KEY SHARE), changed AS (\(change)),
            fed AS (INSERT INTO feed_pending (event_id, event_ts) SELECT k.id, k.ts FROM known k JOIN changed c ON c.event_id = k.id)
            SELECT 1 FROM known
            """, parameters
        ).count > 0
    }

    package func petRules() async throws(StoreError) -> [PetRule] {
        let rows = try await query(
            "SELECT id, individual, kind, first, second, created_at, created_by FROM pet_rules ORDER BY created_at, id")
        return (0..<rows.count).compactMap { row in
            PetRule.Condition(kind: rows.text(row, 2), first: Int(rows.int(row, 3)), second: Int(rows.int(row, 4))).map {
                PetRule(
                    id: rows.id(row, 0), individual: rows.id(row, 1), condition: $0, createdAt: rows.time(row, 5),
                    createdBy: rows.text(row, 6))
            }
        }
    }

    package func addPetRule(_ rule: PetRule) async throws(StoreError) -> PetRuleOutcome {
        let (kind, first, second) = rule.condition.stored
        let rows = try await query(
            """
            WITH pet AS (SELECT id FROM individuals WHERE id = $2 AND kind = 'pet' FOR KEY SHARE), added AS (
                INSERT INTO pet_rules (id, individual, kind, first, second, created_at, created_by)
                SELECT $1, p.id, $3, $4, $5, $6, $7 FROM pet p WHERE (SELECT count(*) FROM pet_rules) < $8 RETURNING 1
            )
            SELECT (SELECT count(*) FROM pet), (SELECT count(*) FROM added)
            """,
            [
                .id(rule.id), .id(rule.individual), .text(kind), .int8(Int64(first)), .int8(Int64(second)), .time(rule.createdAt),
                .text(rule.createdBy), .int8(Int64(PetRule.limit)),
            ])
        return rows.int(0, 0) == 0 ? .unknownPet : rows.int(0, 1) == 0 ? .tooMany : .added
    }

    package func deletePetRule(_ id: EventID) async throws(StoreError) -> Bool {
        try await query("DELETE FROM pet_rules WHERE id = $1 RETURNING 1", [.id(id)]).count > 0
    }

    package func setSubject(_ individual: EventID, of event: EventID) async throws(StoreError) {
        // Rows are locked in the order that `PostgresStore+identities` gives.
        _ = try await query(
            """
            WITH whom AS MATERIALIZED (SELECT id FROM individuals WHERE id = $1 FOR KEY SHARE), added AS (
                INSERT INTO event_subjects (event_id, individual) SELECT n.id, w.id FROM whom w, event_ids n WHERE n.id = $2
                ON CONFLICT (event_id) DO NOTHING RETURNING event_id
            )
            INSERT INTO feed_pending (event_id, event_ts) SELECT n.id, n.ts FROM added a JOIN event_ids n ON n.id = a.event_id
            """, [.id(individual), .id(event)])
    }
}
