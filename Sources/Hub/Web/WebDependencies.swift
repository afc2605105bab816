package import Base
package import Logging

/// What the web server is built on.
package struct WebDependencies: Sendable {
    package var store: any EventStore
    package var stream: EventFanout
    package var accounts: Accounts
    package var metrics: Metrics
    package var readiness: Readiness
    package var clock: any WallClock
    package var logger: Logger

    package init(
        store: any EventStore, stream: EventFanout, accounts: Accounts, metrics: Metrics, readiness: Readiness, clock: any WallClock,
        logger: Logger
    ) {
        self.store = store
        self.stream = stream
        self.accounts = accounts
        self.metrics = metrics
        self.readiness = readiness
        self.clock = clock
        self.logger = logger
    }
}
