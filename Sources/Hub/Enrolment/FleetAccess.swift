package import Base
package import Logging
private import ServiceLifecycle
private import Trust

/// Makes broker and web server agree with the store about who may connect: at once after a change made here, and within half a second after
/// one made by another replica or command.
package actor FleetAccess: Service {
    private let store: any FleetStore
    private let trust: HubTrust
    /// Nil where the broker is not the hub's own.
    private let broker: EmbeddedBroker?
    private let connections: NodeConnections
    private let clock: any WallClock
    private let logger: Logger
    private var rights: BrokerRights?
    private var stamp: String?
    /// The look that was asked for last.
    private var latest: Task<BrokerRights.Wanted, any Error>?
    private var revoked: Set<String>?
    private var listNumber: Int64 = 0

    /// Seconds between two looks at the store.
    private static let interval = 0.5
    /// Days until a list of revoked certificates ends. Mosquitto refuses everybody once it has, so ten years; each start signs it anew.
    private static let listDays = 3650

    package init(
        store: any FleetStore, trust: HubTrust, broker: EmbeddedBroker?, connections: NodeConnections, clock: any WallClock, logger: Logger
    ) {
        self.store = store
        self.trust = trust
        self.broker = broker
        self.connections = connections
        self.clock = clock
        self.logger = logger
    }

    /// Who tells the broker's plug-in. It asks back by `agreed`.
    package func use(_ rights: BrokerRights) { self.rights = rights }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(Self.interval))
                await self.look()
            }
        }
    }

    private func look() async {
        if let seen = try? await store.fleetStamp(), seen != stamp { await refresh() }
    }

    /// Looks at the store now. What cannot be done is logged and done at the next look.
    package func refresh() async {
        do {
            let seen = try await store.fleetStamp()
            _ = try await agreed()
            stamp = seen
        } catch {
            logger.error("who may connect could not be brought up to date; trying again", metadata: ["error": "\(error)"])
        }
        rights?.wake()
    }

    /// What the rights at the broker are to be, once the broker refuses the certificates that are revoked with them. A node loses its connection
    /// with its rights, and would come in again at once with a certificate that still counts, and stay.
    ///
    /// It looks after whoever does so already: an older look must not have the last word.
    /// - Throws: As `prepare`.
    package func agreed() async throws -> BrokerRights.Wanted {
        let before = latest
        let task = Task {
            _ = await before?.result
            return try await self.prepare()
        }
        latest = task
        return try await task.value
    }

    /// Writes what the broker starts with, and ends what is revoked.
    /// - Returns: What the rights at the broker are to be. Whoever is to lose them is among the revoked by then.
    /// - Throws: `StoreError`, `BrokerError`, `TrustError`, `PrivateFile.Failure`.
    @discardableResult
    package func prepare() async throws -> BrokerRights.Wanted {
        let wanted = try await wanted()
        let certificates = try await store.revokedCertificates(at: clock.now)
        let serials = Set(certificates.map(\.serial))
        let isChanged = serials != revoked
        var list: String?
        if isChanged {
            listNumber = max(listNumber + 1, clock.now.microseconds)
            list = try trust.authority.revocationList(
                certificates.map { Revocation(serial: $0.serial, revokedAt: $0.revokedAt ?? $0.issuedAt) }, number: listNumber,
                now: clock.now, days: Self.listDays)
        }
        if isChanged { connections.end(serials: serials) }
        if let broker {
            try await broker.set(nodes: wanted.nodes, revocations: list)
        } else if let list {
            // For its administrator to give to the broker. The rights there, which this hub sets, do not depend on it.
            do { try trust.write(revocations: list) } catch {
                logger.error("the list of revoked certificates could not be written", metadata: ["error": "\(error)"])
            }
        }
        revoked = serials
        return wanted
    }

    private func wanted() async throws -> BrokerRights.Wanted {
        let nodes = try await store.fleetNodes()
        let cameras = Dictionary(grouping: try await store.cameras(), by: \.node)
        return BrokerRights.Wanted(
            nodes: nodes.filter { $0.joinedAt != nil && $0.revokedAt == nil }.map { node in
                BrokerNode(name: node.name, cameras: (cameras[node.name] ?? []).map(\.id).sorted(), key: node.keyFingerprint)
            },
            removed: nodes.filter { $0.revokedAt != nil }.map(\.name))
    }
}
