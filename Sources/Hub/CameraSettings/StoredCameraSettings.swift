import Base
import Protocol

/// A row of `cameras` with its row of `camera_settings`, as both databases give it.
struct StoredCameraSettings {
    static let select = """
        SELECT c.id, c.node, s.revision, s.settings, s.base, s.changed_at, s.changed_by, s.report, s.reported_at
        FROM cameras c LEFT JOIN camera_settings s ON s.camera = c.id
        """

    var camera: String
    var node: String
    var revision: Int64?
    var settings: String?
    var base: String?
    var changedAt: Timestamp?
    var changedBy: String?
    var report: String?
    var reportedAt: Timestamp?

    /// How far a node may be ahead of the hub, which is then restored from a backup. A node that claims more would use up the revisions.
    private static let longestLead: Int64 = 1_000_000

    /// A report that cannot be read, or believed, is left out: the node's next one takes its place.
    var record: CameraSettingsRecord {
        var record = CameraSettingsRecord(camera: camera, node: node)
        if let revision, let settings, let changedAt, let changedBy {
            record.wanted = WantedCameraSettings(
                revision: revision, settings: Array(settings.utf8), base: base, changedAt: changedAt, changedBy: changedBy)
        }
        if let report = report.flatMap({ try? CameraConfigReport(Array($0.utf8)) }), report.revision - (revision ?? 0) <= Self.longestLead {
            record.report = report
            record.reportedAt = reportedAt
        }
        return record
    }
}
