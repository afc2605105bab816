package import Base
package import Logging
import Recording
import ServiceLifecycle
import Protocol

/// Looks after the recordings on the disk: settles what an earlier run left, and deletes what is too old or too much.
package struct RecordingUpkeep: Service {
    /// Seconds between two looks.
    private static let interval = 10.0
    /// Segments that are looked at in one step.
    private static let step = 50

    private let place: RecordingPlace
    private let settings: RecordingSettings
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let executor = ThreadExecutor(name: "rec-upkeep")

    package init(place: RecordingPlace, settings: RecordingSettings, clock: any WallClock, metrics: Metrics, logger: Logger) {
        self.place = place
        self.settings = settings
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_recording_removed_total", .counter, help: "Segments deleted, by why.")
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await withTaskExecutorPreference(executor) { self.look() }
                try? await Task.sleep(for: .seconds(Self.interval))
            }
        }
    }

    /// Does what there is to do now; blocks.
    package func look() {
        do {
            for row in try place.library.interrupted() { try SegmentRecovery.settle(row, in: place.library, logger: logger) }
            for row in try place.library.segments(.removing) {
                // What somebody has deleted may be days of footage: a node that ends goes on with it at its next start.
                if Task.isCancelled { return }
                _ = try place.library.remove(row)
            }
            for keep in [SegmentRow.Class.continuous, .event] { try removeOld(keep) }
            try makeRoom()
        } catch {
            logger.error("The recordings cannot be looked after; trying again", metadata: ["why": "\(error)"])
        }
    }

    private func removeOld(_ keep: SegmentRow.Class) throws {
        let days = keep == .event ? settings.eventDays : settings.continuousDays
        let limit = clock.now.advanced(bySeconds: -days * 86_400)
        while true {
            let rows = try place.library.oldest(keep, before: limit, atMost: Self.step)
            for row in rows { try remove(row, why: "age") }
            if rows.count < Self.step { return }
        }
    }

    /// Deletes the oldest footage until sizes are kept: continuous first, then events'. What is starred stays.
    private func makeRoom() throws {
        for keep in [SegmentRow.Class.continuous, .event] {
            while let why = try lack() {
                guard let row = try place.library.oldest(keep, before: nil, atMost: 1).first else { break }
                try remove(row, why: why)
            }
        }
        if let why = try lack() {
            logger.error("There is no room for recordings, and nothing left that may be deleted", metadata: ["limit": "\(why)"])
        }
    }

    private func lack() throws -> String? {
        if let free = place.freeBytes(), free < settings.minimumFree { return "disk" }
        if let maximum = settings.maximumBytes, try place.library.totalBytes() > maximum { return "size" }
        return nil
    }

    private func remove(_ row: SegmentRow, why: String) throws {
        guard try place.library.remove(row) else { return }
        metrics.add("vigilar_recording_removed_total", labels: [("why", why)])
    }
}
