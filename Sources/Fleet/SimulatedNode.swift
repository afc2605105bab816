package import Base
package import EdgeNode
package import Logging
import MQTT
import Protocol
package import ServiceLifecycle
package import Settings

/// A node without cameras: the real outbox and the real way to the hub.
package struct SimulatedNode: Sendable {
    package let name: String
    package let outbox: Outbox
    package let metrics: Metrics
    /// In the order of their start.
    package let services: [any Service]
    private let logger: Logger

    /// - Parameters:
    ///   - folder: Of the outbox's file; a node that is built again in the same folder goes on with it.
    ///   - identity: As joining made it, for a broker that is reached over TLS.
    ///   - trustsBroker: Whether it takes the broker's acknowledgement for the hub's, which loses events: to show that it does.
    package init(
        name: String, site: String = "home", folder: String, broker: BrokerURL, identity: NodeIdentity? = nil, trustsBroker: Bool = false,
        logger: Logger
    ) {
        self.name = name
        self.logger = logger
        metrics = Metrics()
        outbox = Outbox(
            OutboxConfiguration(path: Self.outboxPath(name: name, folder: folder), node: name, site: site), metrics: metrics, logger: logger
        )
        var session = HubSession.configuration(
            node: name, host: broker.host, port: broker.port, username: broker.username, password: broker.password?.value)
        if broker.isSecure { session.security = identity.map { HubSession.security($0) } ?? MQTTTransportSecurity() }
        let client = MQTTClient(session, logger: logger)
        let transport: any UplinkTransport = trustsBroker ? TrustingTransport(client, node: name) : client
        let uplink = Uplink(node: name, outbox: outbox, transport: transport, metrics: metrics, logger: logger)
        let link = HubLink(
            node: name, transport: transport, uplink: uplink, commands: CommandHandler(node: name, uplink: uplink),
            state: { NodeState(state: .online, version: Version.text) }, metrics: metrics, logger: logger)
        services = [client, uplink, link]
    }

    package static func outboxPath(name: String, folder: String) -> String { "\(folder)/\(name).sqlite" }

    /// Batches that the broker acknowledged.
    package var delivered: Double { metrics.value("vigilar_uplink_batches_total", labels: [("outcome", "delivered")]) }

    /// Runs the node while `body` does, then stops it in order and closes the outbox.
    package func run<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let group = ServiceGroup(services: services, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await outbox.close()
            return try result.get()
        }
    }

    /// Waits until the hub has acknowledged every row.
    package func waitUntilDrained() async throws {
        while try await outbox.status().waiting > 0 { try await Task.sleep(for: .milliseconds(20)) }
    }
}
