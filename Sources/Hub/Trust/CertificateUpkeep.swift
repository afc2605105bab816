package import Base
package import Logging
private import ServiceLifecycle

/// Renews the hub's own certificate while the hub runs: web server and broker take the new one for every connection from then on.
package struct CertificateUpkeep: Service {
    private let settings: TrustSettings
    private let names: [String]
    private let web: WebCertificate
    private let broker: EmbeddedBroker?
    private let clock: any WallClock
    private let logger: Logger

    /// Seconds between two looks. Renewed with a third of 397 days left, it does not matter which.
    private static let interval = 43_200.0

    /// - Parameter broker: Nil where the broker is not the hub's own.
    package init(
        settings: TrustSettings, names: [String], web: WebCertificate, broker: EmbeddedBroker?, clock: any WallClock, logger: Logger
    ) {
        self.settings = settings
        self.names = names
        self.web = web
        self.broker = broker
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(Self.interval))
                if !Task.isCancelled { await self.look() }
            }
        }
    }

    /// Makes a new certificate where it is time, and has whatever lies in the folder taken: a given one may have been replaced by hand, and a
    /// shared one renewed by another replica.
    package func look() async {
        do {
            let trust = try HubTrust.open(settings, names: names, now: clock.now)
            guard try web.replace(trust) else { return }
            await broker?.reloadCertificate()
            logger.notice("the hub has a new certificate", metadata: ["until": "\(trust.notAfter)"])
        } catch {
            logger.error("the hub's certificate could not be renewed; trying again", metadata: ["error": "\(error)"])
        }
    }
}
