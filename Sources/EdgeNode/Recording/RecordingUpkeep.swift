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
        metrics.declare(
            "vigilar_recording_removal_failures_total", .counter,
            help: "Attempts to delete a segment, or to settle one that was cut off, that failed at its files.")
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
        var failures: [DurableFile.Failure] = []
        do {
            for row in try place.library.interrupted() {
                try attempt(&failures) { try SegmentRecovery.settle(row, in: place.library, logger: logger) }
            }
            for row in try place.library.segments(.removing) {
                // What somebody has deleted may be days of footage: a node that ends goes on with it at its next start.
                if Task.isCancelled { break }
                try attempt(&failures) { _ = try place.library.remove(row) }
            }
            if !Task.isCancelled {
                for keep in [SegmentRow.Class.continuous, .event] { try removeOld(keep, &failures) }
                // Ends with the first failure: where nothing can be removed no more than one segment at a time is given up for nothing.
                try attempt(&failures) { try makeRoom() }
            }
        } catch {
            logger.error("The recordings cannot be looked after; trying again", metadata: ["why": "\(error)"])
        }
        guard let first = failures.first else { return }
        metrics.add("vigilar_recording_removal_failures_total", Double(failures.count))
        logger.error(
            "Recordings cannot be looked after; trying again", metadata: ["segments": "\(failures.count)", "why": "\(first)"])
    }

    /// One segment whose files cannot be removed or written does not stop what is done with the others. Such a one is `removing`, or cut off, still,
    /// and nobody comes upon it again before the next look.
    /// - Throws: What is no fault of the segment's own files, such as `RecordingError`.
    private func attempt(_ failures: inout [DurableFile.Failure], _ step: () throws -> Void) throws {
        do { try step() } catch let failure as DurableFile.Failure { failures.append(failure) }
    }

    private func removeOld(_ keep: SegmentRow.Class, _ failures: inout [DurableFile.Failure]) throws {
        let days = keep == .event ? settings.eventDays : settings.continuousDays
        let limit = clock.now.advanced(bySeconds: -days * 86_400)
        while true {
            let rows = try place.library.oldest(keep, before: limit, atMost: Self.step)
            for row in rows { try attempt(&failures) { try remove(row, why: "age") } }
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
