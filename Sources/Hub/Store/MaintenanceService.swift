package import Base
package import Logging
private import ServiceLifecycle

/// Makes partitions ahead and lets go of what is older than its retention, at start and then every hour.
package struct MaintenanceService: Service {
    private let store: any EventStore
    private let clock: any WallClock
    private let retention: RetentionSettings
    private let metrics: Metrics
    private let logger: Logger

    private static let interval = 3600.0

    package init(store: any EventStore, clock: any WallClock, retention: RetentionSettings, metrics: Metrics, logger: Logger) {
        self.store = store
        self.clock = clock
        self.retention = retention
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_store_expired_events_total", .counter, help: "Events deleted because their retention was over.")
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await maintain()
                try await Task.sleep(for: .seconds(Self.interval))
            }
        }
    }

    private func maintain() async {
        do {
            let report = try await store.maintain(now: clock.now, eventDays: retention.eventsDays, feedDays: retention.feedDays)
            metrics.add("vigilar_store_expired_events_total", Double(report.deletedEvents))
            logger.info(
                "Maintained the store",
                metadata: [
                    "deleted_events": "\(report.deletedEvents)", "deleted_feed_rows": "\(report.deletedFeedRows)",
                    "dropped": "\(report.droppedPartitions)", "made": "\(report.madePartitions)",
                ])
        } catch {
            logger.error("Cannot maintain the store; it is tried again in an hour", metadata: ["error": "\(error)"])
        }
    }
}
