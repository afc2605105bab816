package import Base
import GRDB
package import Protocol

extension SQLiteStore {
    package func setCameraSettings(
        _ camera: String, _ settings: [UInt8], over digest: String?, by account: String, at time: Timestamp
    ) async throws(StoreError) -> CameraSettingsOutcome {
        try await write { db in
            guard let record = try Self.cameraSettings(camera, db) else { return .unknownCamera }
            if let refusal = record.refusal(over: digest) { return refusal }
            try db.execute(
                sql: """
                    INSERT INTO camera_settings (camera, revision, settings, base, changed_at, changed_by) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET revision = excluded.revision, settings = excluded.settings, base = excluded.base,
                        changed_at = excluded.changed_at, changed_by = excluded.changed_by
                    """,
                arguments: [
                    camera, record.nextRevision, String(decoding: settings, as: UTF8.self), record.report?.digest, time.microseconds,
                    account,
                ])
            return .stored(revision: record.nextRevision)
        }
    }

    package func takeCameraReport(_ report: CameraConfigReport, of camera: String, at time: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            let text = String(decoding: report.payload, as: UTF8.self)
            try db.execute(
                sql: """
                    INSERT INTO camera_settings (camera, report, reported_at) SELECT id, ?2, ?3 FROM cameras WHERE id = ?1
                    ON CONFLICT DO UPDATE SET report = excluded.report, reported_at = excluded.reported_at
                        WHERE report IS NOT excluded.report
                    """, arguments: [camera, text, time.microseconds])
            return db.changesCount == 1
        }
    }

    package func cameraSettings(_ camera: String) async throws(StoreError) -> CameraSettingsRecord? {
        try await read { db in try Self.cameraSettings(camera, db) }
    }

    package func wantedCameraSettings() async throws(StoreError) -> [CameraSettingsRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "\(StoredCameraSettings.select) WHERE s.revision IS NOT NULL ORDER BY c.id").map(Self.record)
        }
    }

    package func cameraSettingsStamp() async throws(StoreError) -> String {
        try await read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT ifnull(group_concat(c.id || '=' || c.node || ' ' || ifnull(s.revision, 0) || ' ' || ifnull(s.changed_at, 0)), '')
                    FROM cameras c LEFT JOIN camera_settings s ON s.camera = c.id
                    """) ?? ""
        }
    }

    /// What a node said of a camera that has become another's is forgotten.
    static func forgetCameraReport(_ camera: String, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE camera_settings SET base = NULL, report = NULL, reported_at = NULL WHERE camera = ?", arguments: [camera])
    }

    private static func cameraSettings(_ camera: String, _ db: Database) throws -> CameraSettingsRecord? {
        try Row.fetchOne(db, sql: "\(StoredCameraSettings.select) WHERE c.id = ?", arguments: [camera]).map(record)
    }

    private static func record(_ row: Row) -> CameraSettingsRecord {
        func time(_ microseconds: Int64?) -> Timestamp? { microseconds.map(Timestamp.init(microseconds:)) }
        return StoredCameraSettings(
            camera: row[0], node: row[1], revision: row[2], settings: row[3], base: row[4], changedAt: time(row[5]), changedBy: row[6],
            report: row[7], reportedAt: time(row[8])
        ).record
    }
}
