package import Base
import Postgres

extension PostgresStore {
    private static let selectKiosks = "SELECT token_hash, name, cameras, side, approved_by, created_at, used_at, is_secure FROM kiosks"

    private static func kiosks(_ rows: PostgresRows) -> [Kiosk] {
        (0..<rows.count).map {
            Kiosk(
                tokenHash: rows.bytes($0, 0),
                plan: KioskPlan(
                    name: rows.text($0, 1), camerasText: rows.text($0, 2), side: Int(rows.int($0, 3)), approvedBy: rows.text($0, 4)),
                createdAt: rows.time($0, 5), usedAt: rows.time($0, 6), isSecure: rows.bool($0, 7))
        }
    }

    package func addPairing(_ pairing: KioskPairing, limit: Int, at time: Timestamp) async throws(StoreError) {
        // Of two with the same code, which never happens, the second finds that its time is over. The newest of each network come first, then the
        // second newest of each.
        _ = try await callInTurn { (connection) throws(PostgresError) in
            try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement("DELETE FROM kiosk_pairings WHERE expires_at <= $1", [.time(time)]),
                PostgresStatement(
                    """
                    INSERT INTO kiosk_pairings (secret_hash, code_hash, expires_at, network_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
                    """,
                    [
                        .bytea(pairing.secretHash), .bytea(pairing.codeHash), .time(pairing.expiresAt), .bytea(pairing.networkHash),
                    ]),
                PostgresStatement(
                    """
                    DELETE FROM kiosk_pairings WHERE approved_by IS NULL AND secret_hash IN (
                        SELECT secret_hash FROM (
                            SELECT secret_hash, expires_at,
                                row_number() OVER (PARTITION BY network_hash ORDER BY expires_at DESC, secret_hash) AS place
                            FROM kiosk_pairings WHERE approved_by IS NULL
                        ) AS codes ORDER BY place, expires_at DESC, secret_hash OFFSET $1
                    )
                    """, [.int8(Int64(limit))]),
                PostgresStatement("COMMIT"),
            ])
        }
    }

    package func approvePairing(codeHash: [UInt8], _ plan: KioskPlan, at time: Timestamp) async throws(StoreError) -> Bool {
        let rows = try await query(
            """
            UPDATE kiosk_pairings SET name = $1, cameras = $2, side = $3, approved_by = $4
            WHERE code_hash = $5 AND expires_at > $6 AND approved_by IS NULL RETURNING 1
            """,
            [
                .text(plan.name), .text(plan.camerasText), .int8(Int64(plan.side)), .text(plan.approvedBy), .bytea(codeHash), .time(time),
            ])
        return rows.count == 1
    }

    package func claimPairing(
        secretHash: [UInt8], tokenHash: [UInt8], isSecure: Bool, at time: Timestamp
    ) async throws(StoreError) -> KioskClaim {
        // A screen asks every other second: while nobody has approved it that is no reason to write.
        let open = try await query(
            "SELECT approved_by IS NOT NULL FROM kiosk_pairings WHERE secret_hash = $1 AND expires_at > $2",
            [.bytea(secretHash), .time(time)])
        guard open.count == 1 else { return .over }
        guard open.bool(0, 0) else { return .waiting }
        // Of two who claim at once the second waits for the row, and finds none.
        let claimed = Self.kiosks(
            try await query(
                """
                WITH claimed AS (
                    DELETE FROM kiosk_pairings WHERE secret_hash = $1 AND expires_at > $3 AND approved_by IS NOT NULL
                    RETURNING name, cameras, side, approved_by
                )
                INSERT INTO kiosks (token_hash, name, cameras, side, approved_by, created_at, used_at, is_secure)
                SELECT $2, name, cameras, side, approved_by, $3, $3, $4 FROM claimed
                RETURNING token_hash, name, cameras, side, approved_by, created_at, used_at, is_secure
                """, [.bytea(secretHash), .bytea(tokenHash), .time(time), .bool(isSecure)]))
        guard let kiosk = claimed.first else { return .over }
        return .claimed(kiosk)
    }

    package func kiosks() async throws(StoreError) -> [Kiosk] {
        Self.kiosks(try await query(Self.selectKiosks + " ORDER BY name, token_hash"))
    }

    package func kiosk(_ tokenHash: [UInt8]) async throws(StoreError) -> Kiosk? {
        Self.kiosks(try await query(Self.selectKiosks + " WHERE token_hash = $1", [.bytea(tokenHash)])).first
    }

    package func deleteKiosk(_ tokenHash: [UInt8]) async throws(StoreError) -> String? {
        let rows = try await query("DELETE FROM kiosks WHERE token_hash = $1 RETURNING name", [.bytea(tokenHash)])
        return rows.count == 1 ? rows.text(0, 0) : nil
    }

    /// A camera goes: no screen shows what gets its id next, and one that showed nothing else is none any more. Pairings come first, as with whoever
    /// claims one.
    static func takeFromKiosks(_ camera: String) -> [PostgresStatement] {
        ["kiosk_pairings", "kiosks"].flatMap { table in
            [
                PostgresStatement(
                    """
                    UPDATE \(table) SET cameras = btrim(replace(' ' || cameras || ' ', ' ' || $1 || ' ', ' '))
                    WHERE strpos(' ' || cameras || ' ', ' ' || $1 || ' ') > 0
                    """, [.text(camera)]),
                PostgresStatement("DELETE FROM \(table) WHERE cameras = ''"),
            ]
        }
    }
}
