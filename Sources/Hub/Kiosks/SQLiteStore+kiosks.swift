package import Base
import Foundation
import GRDB

extension SQLiteStore {
    private static let selectKiosks = "SELECT token_hash, name, cameras, side, approved_by, created_at, used_at, is_secure FROM kiosks"

    private static func kiosk(of row: Row) -> Kiosk {
        Kiosk(
            tokenHash: [UInt8](row[0] as Data), plan: KioskPlan(name: row[1], camerasText: row[2], side: row[3], approvedBy: row[4]),
            createdAt: Timestamp(microseconds: row[5]), usedAt: Timestamp(microseconds: row[6]), isSecure: row[7])
    }

    static func kiosk(_ tokenHash: [UInt8], _ db: Database) throws -> Kiosk? {
        try Row.fetchOne(db, sql: Self.selectKiosks + " WHERE token_hash = ?", arguments: [Data(tokenHash)]).map { Self.kiosk(of: $0) }
    }

    package func addPairing(_ pairing: KioskPairing, limit: Int, at time: Timestamp) async throws(StoreError) {
        try await write { db in
            try db.execute(sql: "DELETE FROM kiosk_pairings WHERE expires_at <= ?", arguments: [time.microseconds])
            // Of two with the same code, which never happens, the second finds that its time is over.
            try db.execute(
                sql: "INSERT OR IGNORE INTO kiosk_pairings (secret_hash, code_hash, expires_at, network_hash) VALUES (?, ?, ?, ?)",
                arguments: [
                    Data(pairing.secretHash), Data(pairing.codeHash), pairing.expiresAt.microseconds, Data(pairing.networkHash),
                ])
            // The newest of each network come first, then the second newest of each.
            try db.execute(
                sql: """
                    DELETE FROM kiosk_pairings WHERE secret_hash IN (
                        SELECT secret_hash FROM (
                            SELECT secret_hash, expires_at,
                                row_number() OVER (PARTITION BY network_hash ORDER BY expires_at DESC, secret_hash) AS place
                            FROM kiosk_pairings WHERE approved_by IS NULL
                        ) AS codes ORDER BY place, expires_at DESC, secret_hash LIMIT -1 OFFSET ?
                    )
                    """, arguments: [limit])
        }
    }

    package func approvePairing(codeHash: [UInt8], _ plan: KioskPlan, at time: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE kiosk_pairings SET name = ?, cameras = ?, side = ?, approved_by = ?
                    WHERE code_hash = ? AND expires_at > ? AND approved_by IS NULL
                    """, arguments: [plan.name, plan.camerasText, plan.side, plan.approvedBy, Data(codeHash), time.microseconds])
            return db.changesCount == 1
        }
    }

    package func claimPairing(
        secretHash: [UInt8], tokenHash: [UInt8], isSecure: Bool, at time: Timestamp
    ) async throws(StoreError) -> KioskClaim {
        let isOpen = "WHERE secret_hash = ? AND expires_at > ?"
        // A screen asks every other second: while nobody has approved it that is no reason to write.
        let found = try await read { db in
            try Bool.fetchOne(
                db, sql: "SELECT approved_by IS NOT NULL FROM kiosk_pairings \(isOpen)", arguments: [Data(secretHash), time.microseconds])
        }
        guard let isApproved = found else { return .over }
        guard isApproved else { return .waiting }
        return try await write { db in
            let approved = try Row.fetchOne(
                db, sql: "SELECT name, cameras, side, approved_by FROM kiosk_pairings \(isOpen) AND approved_by IS NOT NULL",
                arguments: [Data(secretHash), time.microseconds])
            guard let row = approved else { return .over }
            let plan = KioskPlan(name: row[0], camerasText: row[1], side: row[2], approvedBy: row[3])
            try db.execute(sql: "DELETE FROM kiosk_pairings WHERE secret_hash = ?", arguments: [Data(secretHash)])
            try db.execute(
                sql: """
                    INSERT INTO kiosks (token_hash, name, cameras, side, approved_by, created_at, used_at, is_secure)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Data(tokenHash), plan.name, plan.camerasText, plan.side, plan.approvedBy, time.microseconds, time.microseconds,
                    isSecure,
                ])
            return .claimed(Kiosk(tokenHash: tokenHash, plan: plan, createdAt: time, usedAt: time, isSecure: isSecure))
        }
    }

    package func kiosks() async throws(StoreError) -> [Kiosk] {
        try await read { db in
            try Row.fetchAll(db, sql: Self.selectKiosks + " ORDER BY name, token_hash").map { Self.kiosk(of: $0) }
        }
    }

    package func kiosk(_ tokenHash: [UInt8]) async throws(StoreError) -> Kiosk? { try await read { try Self.kiosk(tokenHash, $0) } }

    package func deleteKiosk(_ tokenHash: [UInt8]) async throws(StoreError) -> String? {
        try await write { db in
            guard let kiosk = try Self.kiosk(tokenHash, db) else { return nil }
            try db.execute(sql: "DELETE FROM kiosks WHERE token_hash = ?", arguments: [Data(tokenHash)])
            return kiosk.plan.name
        }
    }

    /// A camera goes: no screen shows what gets its id next, and one that showed nothing else is none any more.
    static func takeFromKiosks(_ camera: String, _ db: Database) throws {
        for table in ["kiosk_pairings", "kiosks"] {
            try db.execute(
                sql: """
                    UPDATE \(table) SET cameras = trim(replace(' ' || cameras || ' ', ' ' || ?1 || ' ', ' '))
                    WHERE instr(' ' || cameras || ' ', ' ' || ?1 || ' ') > 0
                    """, arguments: [camera])
            try db.execute(sql: "DELETE FROM \(table) WHERE cameras = ''")
        }
    }
}
