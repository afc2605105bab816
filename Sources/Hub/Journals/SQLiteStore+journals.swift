package import Base
import GRDB
package import Protocol

extension SQLiteStore {
    package func places() async throws(StoreError) -> [String: CameraPlace] {
        try await read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT camera, place FROM camera_places")
            return Dictionary(
                rows.compactMap { row in CameraPlace(rawValue: row[1]).map { (row[0] as String, $0) } }, uniquingKeysWith: { $1 })
        }
    }

    package func setPlace(_ place: CameraPlace?, of camera: String) async throws(StoreError) -> Bool {
        try await write { db in
            guard try Bool.fetchOne(db, sql: "SELECT 1 FROM cameras WHERE id = ?", arguments: [camera]) == true else { return false }
            if let place {
                try db.execute(
                    sql: "INSERT INTO camera_places (camera, place) VALUES (?, ?) ON CONFLICT DO UPDATE SET place = excluded.place",
                    arguments: [camera, place.rawValue])
            } else {
                try db.execute(sql: "DELETE FROM camera_places WHERE camera = ?", arguments: [camera])
            }
            return true
        }
    }

    package func timeZones() async throws(StoreError) -> [String: String] {
        try await read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT site, time_zone FROM site_clocks")
            return Dictionary(rows.map { ($0[0] as String, $0[1] as String) }, uniquingKeysWith: { $1 })
        }
    }

    package func setTimeZone(_ zone: String?, of site: String) async throws(StoreError) {
        try await write { db in
            if let zone {
                try db.execute(
                    sql: "INSERT INTO site_clocks (site, time_zone) VALUES (?, ?) ON CONFLICT DO UPDATE SET time_zone = excluded.time_zone",
                    arguments: [site, zone])
            } else {
                try db.execute(sql: "DELETE FROM site_clocks WHERE site = ?", arguments: [site])
            }
        }
    }

    package func setSpecies(
        _ name: String?, of event: EventID, by account: String, at time: Timestamp
    ) async throws(StoreError) -> Bool {
        try await write { db in
            guard try Bool.fetchOne(db, sql: "SELECT 1 FROM events WHERE id = ?", arguments: [event.blob]) == true else { return false }
            if let name {
                try db.execute(
                    sql: """
                        INSERT INTO species AS s (event_id, name, account, said_at) VALUES (?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET name = excluded.name, account = excluded.account, said_at = excluded.said_at
                        WHERE s.name <> excluded.name
                        """, arguments: [event.blob, name, account, time.microseconds])
            } else {
                try db.execute(sql: "DELETE FROM species WHERE event_id = ?", arguments: [event.blob])
            }
            if db.changesCount > 0 { try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event.blob]) }
            return true
        }
    }

    package func petRules() async throws(StoreError) -> [PetRule] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT id, individual, kind, first, second, created_at, created_by FROM pet_rules ORDER BY created_at, id"
            ).compactMap { row in
                guard let id = EventID(row[0] as String), let individual = EventID(row[1] as String),
                    let condition = PetRule.Condition(kind: row[2], first: row[3], second: row[4])
                else { return nil }
                return PetRule(
                    id: id, individual: individual, condition: condition, createdAt: Timestamp(microseconds: row[5]), createdBy: row[6])
            }
        }
    }

    package func addPetRule(_ rule: PetRule) async throws(StoreError) -> PetRuleOutcome {
        try await write { db in
            let individual = rule.individual.description
            guard
                try Bool.fetchOne(db, sql: "SELECT 1 FROM individuals WHERE id = ? AND kind = 'pet'", arguments: [individual]) == true
            else { return .unknownPet }
            guard try Int.fetchOne(db, sql: "SELECT count(*) FROM pet_rules") ?? 0 < PetRule.limit else { return .tooMany }
            let (kind, first, second) = rule.condition.stored
            try db.execute(
                sql: "INSERT INTO pet_rules (id, individual, kind, first, second, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [rule.id.description, individual, kind, first, second, rule.createdAt.microseconds, rule.createdBy])
            return .added
        }
    }

    package func deletePetRule(_ id: EventID) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(sql: "DELETE FROM pet_rules WHERE id = ?", arguments: [id.description])
            return db.changesCount > 0
        }
    }

    package func setSubject(_ individual: EventID, of event: EventID) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO event_subjects (event_id, individual) SELECT e.id, p.id FROM events e, individuals p
                    WHERE e.id = ? AND p.id = ? ON CONFLICT DO NOTHING
                    """, arguments: [event.blob, individual.description])
            if db.changesCount > 0 { try db.execute(sql: "INSERT INTO feed_pending (event_id) VALUES (?)", arguments: [event.blob]) }
        }
    }
}
