private import Base
package import Logging
private import ServiceLifecycle
package import Settings

/// Says in the store, again and again, that this replica runs and where the others reach it.
package struct ReplicaAnnouncer: Service {
    private let id: String
    private let name: String
    private let address: @Sendable () -> HostAndPort?
    private let store: any ReplicaStore
    private let logger: Logger

    /// Seconds until it looks again whether the web server listens by now, and until a store that was away is told again.
    private static let pause = 0.1
    private static let retry = 1.0

    /// - Parameters:
    ///   - id: As of `ReplicaID`.
    ///   - name: In the configuration.
    ///   - address: Nil until the web server listens.
    package init(id: String, name: String, store: any ReplicaStore, logger: Logger, address: @escaping @Sendable () -> HostAndPort?) {
        self.id = id
        self.name = name
        self.address = address
        self.store = store
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                let pause: Double
                switch await self.announce(isFailing: &isFailing) {
                case .told: pause = ReplicaRecord.interval
                case .early: pause = Self.pause
                case .failed: pause = Self.retry
                }
                try? await Task.sleep(for: .seconds(pause))
            }
        }
        // Whoever is asked to relay something here learns at once that nobody waits for it. Otherwise the row runs out.
        try? await store.withdrawReplica(id)
    }

    private enum Outcome {
        case told, early, failed
    }

    private func announce(isFailing: inout Bool) async -> Outcome {
        guard let address = address() else { return .early }
        do throws(StoreError) {
            try await store.announceReplica(ReplicaRecord(id: id, name: name, address: address.description))
            isFailing = false
            return .told
        } catch {
            // Once, not every second.
            if !isFailing { logger.error("the other replicas could not be told where this one is", metadata: ["error": "\(error)"]) }
            isFailing = true
            return .failed
        }
    }
}
