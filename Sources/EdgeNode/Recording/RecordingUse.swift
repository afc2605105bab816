package import Base
package import Protocol

/// How much room the recordings take, for the health report: measured now and then, since all rows of the table have to be looked at.
package actor RecordingUse {
    /// Seconds between two measurements at least, and how many times as long as one takes: it shall not be what the node does most.
    private static let interval = 10.0
    private static let restraint = 100.0

    private let library: RecordingLibrary
    private let settings: RecordingSettings
    private let clock: any WallClock
    private let executor = ThreadExecutor(name: "rec-use")
    private var bytes: [String: Int64]?
    private var nextUptime = -Double.infinity

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    package init(library: RecordingLibrary, settings: RecordingSettings, clock: any WallClock) {
        self.library = library
        self.settings = settings
        self.clock = clock
    }

    /// The figures of a report. Where the table does not answer they are those of before, or none.
    package func figures() -> (recording: NodeHealth.Recording, cameras: [String: Int64])? {
        let begin = clock.uptime
        if begin >= nextUptime {
            if let measured = try? library.bytesByCamera() { bytes = measured }
            let now = clock.uptime
            nextUptime = now + max(Self.interval, (now - begin) * Self.restraint)
        }
        guard let bytes else { return nil }
        return (
            NodeHealth.Recording(
                bytes: bytes.values.reduce(0, +), continuousDays: settings.continuousDays, eventDays: settings.eventDays,
                maximumBytes: settings.maximumBytes),
            bytes
        )
    }
}
