import Settings
import Trust

/// Where and for how long a node keeps recordings: the table `[recording]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `folder` | path | `recordings` in the data folder |
/// | `encrypt` | boolean: seal recordings to the hub's key | true |
/// | `recovery_key` | public key to which recordings are sealed besides | none |
/// | `continuous_days` | number 0.01–3650 | 7 |
/// | `event_days` | number 0.01–3650 | 30 |
/// | `maximum_gigabytes` | number 0.1–1,000,000 | none |
/// | `minimum_free_gigabytes` | number 0.1–100,000 | 2 |
/// | `uplink_megabits` | number 0.05–100,000: megabits a second for what the hub asks for | none |
package struct RecordingSettings: Sendable, Equatable {
    /// Absolute.
    package let folder: String
    package let encrypt: Bool
    /// `SealingPublicKey.text`; nil where there is none.
    package let recoveryKey: String?
    /// Days that continuous footage is kept, and that of events.
    package let continuousDays: Double
    package let eventDays: Double
    /// Bytes of all recordings; nil for no limit but the disk.
    package let maximumBytes: Int64?
    /// Bytes of the disk that stay free: the oldest recordings go first.
    package let minimumFree: Int64

    /// Bytes a second that recordings may take of the way to the hub, all together; nil for no limit.
    package let uplink: Double?

    /// Bytes below which nothing is recorded: half of what is to stay free, so that events have room while footage is deleted.
    package var reserve: Int64 { minimumFree / 2 }

    static let keys = [
        KeyDescription("recording.folder", "path", standard: "recordings in the data folder"),
        KeyDescription("recording.encrypt", "boolean", standard: "true"),
        KeyDescription("recording.recovery_key", "public key", standard: "none"),
        KeyDescription("recording.continuous_days", "number 0.01–3650", standard: "7"),
        KeyDescription("recording.event_days", "number 0.01–3650", standard: "30"),
        KeyDescription("recording.maximum_gigabytes", "number 0.1–1000000", standard: "none"),
        KeyDescription("recording.minimum_free_gigabytes", "number 0.1–100000", standard: "2"),
        KeyDescription("recording.uplink_megabits", "number 0.05–100000", standard: "none"),
    ]

    init(_ table: TableReader, dataFolder: String) {
        folder = table.path("folder") ?? "\(dataFolder)/recordings"
        encrypt = table.boolean("encrypt") ?? true
        recoveryKey = table.string("recovery_key")
        if let recoveryKey, (try? SealingPublicKey(text: recoveryKey)) == nil {
            table.fail("recovery_key", "is no public key: paste the 44 characters that `vigilar-hub keys recovery` printed")
        }
        continuousDays = table.number("continuous_days", in: 0.01...3650) ?? 7
        eventDays = table.number("event_days", in: 0.01...3650) ?? 30
        maximumBytes = table.number("maximum_gigabytes", in: 0.1...1_000_000).map { Int64($0 * 1e9) }
        minimumFree = Int64((table.number("minimum_free_gigabytes", in: 0.1...100_000) ?? 2) * 1e9)
        uplink = table.number("uplink_megabits", in: 0.05...100_000).map { $0 * 1e6 / 8 }
    }
}
