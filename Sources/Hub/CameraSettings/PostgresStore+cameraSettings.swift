package import Base
import Postgres
package import Protocol

// Whoever changes a camera's settings, or whose it is, locks the camera's row first: what is asked after that is what was committed before.

extension PostgresStore {
    package func setCameraSettings(
        _ camera: String, _ settings: [UInt8], over digest: String?, by account: String, at time: Timestamp
    ) async throws(StoreError) -> CameraSettingsOutcome {
        try await callInTurn { (connection) throws(PostgresError) -> CameraSettingsOutcome in
            let rows = try connection.run([
                PostgresStatement("BEGIN"), Self.lock(camera),
                PostgresStatement("\(StoredCameraSettings.select) WHERE c.id = $1", [.text(camera)]),
            ])[2]
            guard let record = Self.records(rows).first else {
                connection.rollBack()
                return .unknownCamera
            }
            if let refusal = record.refusal(over: digest) {
                connection.rollBack()
                return refusal
            }
            _ = try connection.run([
                PostgresStatement(
                    """
                    INSERT INTO camera_settings (camera, revision, settings, base, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (camera) DO UPDATE SET revision = excluded.revision, settings = excluded.settings, base = excluded.base,
                        changed_at = excluded.changed_at, changed_by = excluded.changed_by
                    """,
                    [
                        .text(camera), .int8(record.nextRevision), .textBytes(settings),
                        record.report.map { PostgresValue.text($0.digest) } ?? .null, .time(time), .text(account),
                    ]), PostgresStatement("COMMIT"),
            ])
            return .stored(revision: record.nextRevision)
        }
    }

    package func takeCameraReport(_ report: CameraConfigReport, of camera: String, at time: Timestamp) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) in
            try connection.run([
                PostgresStatement("BEGIN"), Self.lock(camera),
                PostgresStatement(
                    """
                    INSERT INTO camera_settings AS s (camera, report, reported_at) SELECT id, $2, $3 FROM cameras WHERE id = $1
                    ON CONFLICT (camera) DO UPDATE SET report = excluded.report, reported_at = excluded.reported_at
                        WHERE s.report IS DISTINCT FROM excluded.report
                    """, [.text(camera), .textBytes(report.payload), .time(time)]), PostgresStatement("COMMIT"),
            ])[2].affected == 1
        }
    }

    package func cameraSettings(_ camera: String) async throws(StoreError) -> CameraSettingsRecord? {
        Self.records(try await query("\(StoredCameraSettings.select) WHERE c.id = $1", [.text(camera)])).first
    }

    package func wantedCameraSettings() async throws(StoreError) -> [CameraSettingsRecord] {
        Self.records(try await query("\(StoredCameraSettings.select) WHERE s.revision IS NOT NULL ORDER BY c.id"))
    }

    package func cameraSettingsStamp() async throws(StoreError) -> String {
        try await query(
            """
            SELECT coalesce(md5(string_agg(concat_ws(' ', c.id, c.node, s.revision, s.changed_at), ',' ORDER BY c.id)), '')
            FROM cameras c LEFT JOIN camera_settings s ON s.camera = c.id
            """
        ).text(0, 0)
    }

    /// What a node said of a camera that has become another's is forgotten.
    static func forgetCameraReport(_ camera: String) -> PostgresStatement {
        PostgresStatement(
            "UPDATE camera_settings SET base = NULL, report = NULL, reported_at = NULL WHERE camera = $1", [.text(camera)])
    }

    /// Waits for whoever else changes the camera.
    static func lock(_ camera: String) -> PostgresStatement {
        PostgresStatement("SELECT node FROM cameras WHERE id = $1 FOR UPDATE", [.text(camera)])
    }

    private static func records(_ rows: PostgresRows) -> [CameraSettingsRecord] {
        (0..<rows.count).map { row in
            StoredCameraSettings(
                camera: rows.text(row, 0), node: rows.text(row, 1), revision: rows.optionalInt(row, 2), settings: rows.optionalText(row, 3),
                base: rows.optionalText(row, 4), changedAt: rows.optionalTime(row, 5), changedBy: rows.optionalText(row, 6),
                report: rows.optionalText(row, 7), reportedAt: rows.optionalTime(row, 8)
            ).record
        }
    }
}
