package import Base
private import Foundation
package import Logging
private import MQTT
package import ServiceLifecycle
private import Settings

/// Builds and orders the parts of a hub. Nothing else wires; tests build through here too.
package struct HubComposition: Sendable {
    /// Every service, in the order of their start; they stop in reverse.
    package let services: [any Service]
    package let store: any EventStore
    package let metrics: Metrics
    package let readiness: Readiness
    package let nodes: NodeRegistry
    /// Who may connect to the embedded broker; nil where another one was named.
    package let access: BrokerAccess?
    package let web: WebApplication
    private let lock: DataFolder.Lock

    /// - Parameters:
    ///   - administratorPassword: Sets the first administrator's password; nil leaves the accounts as they are.
    /// - Throws: `AdministrationError`, `StoreError`, `BrokerError`, `AccountError`: each says what to do.
    package static func build(
        _ configuration: HubConfiguration, administratorPassword: String?, clock: any WallClock = SystemClock(), logger: Logger
    ) async throws -> HubComposition {
        let data = try DataFolder(configuration.dataFolder)
        let lock = try data.lock()
        let metrics = Metrics()
        let readiness = Readiness(expecting: [.broker, .bridge])
        let store = try await openStore(configuration, data, logger)
        let nodes = NodeRegistry(data: data.url, store: store, clock: clock)
        let (access, client) = try await connect(configuration, data, nodes, logger)

        let ingestClient = MQTTClient(client("ingest"), logger: logger)
        let sequencerClient = MQTTClient(client("sequencer"), logger: logger)
        let bridgeClient = MQTTClient(client("bridge"), logger: logger)
        let sequencer = SequencerService(
            store: store, client: sequencerClient, clock: clock, metrics: metrics, readiness: readiness, logger: logger,
            holder: configuration.replica)
        let ingest = IngestService(
            client: ingestClient, store: store, clock: clock, metrics: metrics, readiness: readiness, logger: logger,
            onCommit: { sequencer.wake() })
        let accounts = Accounts(store: store, clock: clock, logger: logger)
        if let administratorPassword {
            try await waitingForDatabase(logger) { try await accounts.ensureAdministrator(password: administratorPassword) }
        }
        let fanout = EventFanout(metrics: metrics, logger: logger) { hash in
            do { return try await accounts.session(tokenHash: hash) != nil } catch { return true }
        }
        let bridge = EventBridge(
            source: BrokerSubscription(client: bridgeClient), store: store, fanout: fanout, readiness: readiness, logger: logger)
        let web = WebApplication(
            WebDependencies(
                store: store, stream: fanout, accounts: accounts, metrics: metrics, readiness: readiness, clock: clock, logger: logger),
            host: configuration.listen.host, port: configuration.listen.port)
        let maintenance = MaintenanceService(
            store: store, clock: clock, retention: configuration.retention, metrics: metrics, logger: logger)
        let commandClient = MQTTClient(client("commands"), logger: logger)
        let commander = NodeCommander(client: commandClient, logger: logger)
        let administration = AdministrationServer(socket: data.socket, logger: logger) { request in
            await Administration.answer(request, nodes: nodes, store: store, access: access, commander: commander)
        }
        var services: [any Service] = access.map { [$0.broker] } ?? []
        services += [ingestClient, sequencerClient, bridgeClient, commandClient]
        services += [maintenance, commander, sequencer, fanout, bridge, ingest, administration, web]
        return HubComposition(
            services: services, store: store, metrics: metrics, readiness: readiness, nodes: nodes, access: access, web: web, lock: lock)
    }

    static func openStore(_ configuration: HubConfiguration, _ data: DataFolder, _ logger: Logger) async throws -> any EventStore {
        try await waitingForDatabase(logger) {
            switch configuration.database {
            case .sqlite(let path): try await SQLiteStore.open(path: path ?? data.database.path)
            case .postgres(let url): try await PostgresStore.open(url: url.value)
            }
        }
    }

    /// A database server that is away is waited for: it may start after the hub, or be restarted while the hub starts.
    static func waitingForDatabase<Value: Sendable>(_ logger: Logger, _ body: () async throws -> Value) async throws -> Value {
        var backoff = Backoff(base: 0.5, maximum: 10)
        while true {
            do { return try await body() } catch {
                guard (error as? StoreError)?.code == .unavailable || (error as? AccountError)?.code == .store else { throw error }
                logger.error("The database does not answer; trying again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(backoff.next()))
            }
        }
    }

    /// The broker of the configuration, or one of its own with the hub and every known node as users.
    private static func connect(
        _ configuration: HubConfiguration, _ data: DataFolder, _ nodes: NodeRegistry, _ logger: Logger
    ) async throws -> (BrokerAccess?, @Sendable (String) -> MQTTConfiguration) {
        let replica = configuration.replica
        if let address = configuration.broker {
            return (
                nil,
                { part in
                    MQTTConfiguration(
                        host: address.host, port: address.port, clientID: "hub-\(replica)-\(part)", username: address.username,
                        password: address.password?.value)
                }
            )
        }
        let broker = try EmbeddedBroker(folder: data.broker, port: configuration.brokerListen.port, logger: logger)
        // The hub's own secret lives as long as this process: it is nobody else's to know.
        let secret = Secret.make()
        let access = BrokerAccess(broker: broker, hub: BrokerUser(name: "hub", secret: secret, role: .hub), nodes: nodes, logger: logger)
        try await access.update()
        let port = broker.port
        return (
            access,
            { part in
                MQTTConfiguration(host: "127.0.0.1", port: port, clientID: "hub-\(replica)-\(part)", username: "hub", password: secret)
            }
        )
    }
}
