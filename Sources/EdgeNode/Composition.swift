package import Base
import Foundation
package import Logging
import MQTT
import Protocol
package import ServiceLifecycle
import Settings

/// Builds and orders the parts of a node. Nothing else wires; tests build through here too.
package struct EdgeComposition: Sendable {
    /// Every service, in the order of their start; they stop in reverse: cameras, analyses, what records their events, the way to the hub.
    package let services: [any Service]
    package let outbox: Outbox
    package let cameras: [CameraUnit]
    package let metrics: Metrics

    package static func outboxPath(_ configuration: EdgeConfiguration) -> String { "\(configuration.dataFolder)/outbox.sqlite" }

    /// - Throws: `OutboxError`, or what the file system says of the data folder.
    package static func build(
        _ configuration: EdgeConfiguration, clock: any WallClock = SystemClock(), logger: Logger
    ) async throws -> EdgeComposition {
        try FileManager.default.createDirectory(
            atPath: configuration.dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let metrics = Metrics()
        let node = configuration.node
        let outbox = Outbox(
            OutboxConfiguration(
                path: outboxPath(configuration), node: node, site: configuration.site, maximumEvents: configuration.outbox.maximumEvents,
                keepDays: configuration.outbox.keepDays),
            clock: clock, metrics: metrics, logger: logger)
        try await outbox.open()
        let recorder = EventRecorder(outbox: outbox, clock: clock, metrics: metrics, logger: logger)
        let cameras = configuration.cameras.map { CameraUnit($0, metrics: metrics, clock: clock, logger: logger) }

        let broker = configuration.hub?.broker ?? BrokerURL(host: "127.0.0.1", port: 1883)
        let client = MQTTClient(
            HubSession.configuration(
                node: node, host: broker.host, port: broker.port, username: broker.username, password: broker.password?.value),
            logger: logger)
        let uplink = Uplink(node: node, outbox: outbox, transport: client, clock: clock, metrics: metrics, logger: logger)
        let started = clock.now
        let link = HubLink(
            node: node, transport: client, uplink: uplink, commands: CommandHandler(node: node, uplink: uplink),
            state: { NodeState(state: .online, version: Version.text, started: started, cameras: cameras.map(\.announcement)) },
            metrics: metrics, logger: logger)
        let health = HealthReporter(
            node: node, folder: configuration.dataFolder, outbox: outbox, transport: client, cameras: { cameras.map(\.health) },
            clock: clock,
            logger: logger)
        let reports = CameraReports(cameras: cameras, recorder: recorder, onPresence: { await link.stateChanged() })
        var services: [any Service] = [client, link, uplink, health, recorder, reports]
        services += cameras.map(\.analysis)
        services += cameras.map(\.reader)
        return EdgeComposition(services: services, outbox: outbox, cameras: cameras, metrics: metrics)
    }
}
