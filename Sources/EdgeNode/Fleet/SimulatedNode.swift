package import Base
package import Logging
package import MQTT
import Protocol
package import ServiceLifecycle

/// A node without cameras: the real outbox, uplink, commands and health over a real connection.
package struct SimulatedNode: Sendable {
    package let outbox: Outbox
    package let uplink: Uplink
    /// In the order of their start.
    package let services: [any Service]

    /// - Parameters:
    ///   - connection: The broker; session and will are filled in.
    ///   - trustBroker: Takes the broker's acknowledgement for the hub's: the fault that the directed runs must catch.
    ///   - executor: The thread of the outbox, which many nodes may share.
    package init(
        configuration: OutboxConfiguration, connection: MQTTConfiguration, settings: UplinkSettings = UplinkSettings(),
        trustBroker: Bool = false, executor: ThreadExecutor = ThreadExecutor(name: "outbox"), metrics: Metrics = Metrics(), logger: Logger
    ) {
        let node = configuration.node
        let client = MQTTClient(connection, logger: logger)
        let credulous = trustBroker ? CredulousTransport(client, node: node) : nil
        let transport: any UplinkTransport = credulous ?? client
        let outbox = Outbox(configuration, metrics: metrics, logger: logger, executor: executor)
        let uplink = Uplink(node: node, outbox: outbox, transport: transport, settings: settings, metrics: metrics, logger: logger)
        let started = SystemClock().now
        let link = HubLink(
            node: node, transport: transport, uplink: uplink, commands: CommandHandler(node: node, uplink: uplink),
            state: { NodeState(state: .online, version: "simulated", started: started, cameras: []) }, metrics: metrics, logger: logger)
        let health = HealthReporter(node: node, folder: "/", outbox: outbox, transport: transport, cameras: { [] }, logger: logger)
        self.outbox = outbox
        self.uplink = uplink
        services = [client] + (credulous.map { [$0] } ?? []) + [link, uplink, health]
    }
}
