package import Base
package import Logging
import MQTT
package import Protocol
import ServiceLifecycle

/// Everything between a node and its hub that goes over MQTT: subscribes, says that the node is there, and hands on what comes.
package actor HubLink: Service {
    private let node: String
    private let transport: any UplinkTransport
    private let uplink: Uplink
    private let commands: CommandHandler
    private let state: @Sendable () async -> NodeState
    private let topics: CameraTopics?
    private let metrics: Metrics
    private let logger: Logger
    /// Commands and settings, one after the other. After a connection the settings of every camera come at once.
    private let requests = BoundedFeed<MQTTMessage>(bound: 2 * EdgeConfiguration.maximumCameras)
    private let settlements: AsyncStream<Void>
    private let settlement: AsyncStream<Void>.Continuation
    /// Counts connections, so that work for one that is gone ends.
    private var connection = 0
    private var isConnected = false

    /// - Parameters:
    ///   - state: What is published as the node's retained state after every connection.
    ///   - topics: What goes over the topics of the node's cameras; nil for a node without any.
    package init(
        node: String, transport: any UplinkTransport, uplink: Uplink, commands: CommandHandler,
        state: @escaping @Sendable () async -> NodeState, topics: CameraTopics? = nil, metrics: Metrics = Metrics(), logger: Logger
    ) {
        (settlements, settlement) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.topics = topics
        self.node = node
        self.transport = transport
        self.uplink = uplink
        self.commands = commands
        self.state = state
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_link_connections_total", .counter, help: "Connections to the broker that were fully set up.")
        metrics.declare("vigilar_link_unexpected_messages_total", .counter, help: "Messages on topics that the node did not ask for.")
        metrics.declare("vigilar_commands_total", .counter, help: "Commands from the hub, by outcome.")
    }

    /// Works until the transport ends, the task is cancelled or a graceful shutdown begins; then says that the node is offline.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await request in self.requests.stream { await self.answer(request) } }
                group.addTask { for await _ in self.settlements { await self.topics?.settled() } }
                for await event in self.transport.events {
                    if await self.take(event) {
                        let number = await self.connection
                        group.addTask { await self.setUp(connection: number) }
                    }
                }
                group.cancelAll()
            }
        }
        if isConnected {
            await topics?.end()
            await publish(NodeState(state: .offline))
        }
    }

    /// Publishes the state again, because something in it has changed.
    package func stateChanged() async {
        guard isConnected else { return }
        await publish(await state())
        await topics?.changed()
    }

    /// The hub has said whose the node's cameras are.
    package func camerasSettled() { settlement.yield() }

    /// Returns true where a new connection is to be set up.
    private func take(_ event: MQTTEvent) async -> Bool {
        switch event {
        case .connected:
            connection += 1
            await topics?.connectionChanged()
            return true
        case .disconnected:
            connection += 1
            isConnected = false
            await topics?.connectionChanged()
            await uplink.disconnected()
        case .message(let message):
            switch message.topic {
            case Topics.acknowledgement(node: node): await uplink.received(acknowledgement: message.payload)
            case Topics.command(node: node):
                if !requests.send(message) { metrics.add("vigilar_commands_total", labels: [("outcome", "dropped")]) }
            case let topic where Topics.parse(camera: topic)?.rest == "config":
                if !requests.send(message) { metrics.add("vigilar_commands_total", labels: [("outcome", "dropped")]) }
            default: metrics.add("vigilar_link_unexpected_messages_total")
            }
        }
        return false
    }

    /// Subscribes first, so that no acknowledgement can be missed; repeated while the broker refuses.
    private func setUp(connection number: Int) async {
        var backoff = Backoff(base: 2, maximum: 60)
        while connection == number, !Task.isCancelled {
            do {
                try await transport.subscribe([
                    (Topics.acknowledgement(node: node), .atLeastOnce), (Topics.command(node: node), .atLeastOnce),
                ])
                guard connection == number else { return }
                isConnected = true
                metrics.add("vigilar_link_connections_total")
                await publish(await state())
                if connection == number { await uplink.connected() }
                return
            } catch {
                logger.error("the node cannot subscribe to its hub's answers", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(backoff.next()))
            }
        }
    }

    private func publish(_ state: NodeState) async {
        guard let payload = NodeJSON.encode(state) else { return }
        do {
            try await transport.publish(
                MQTTMessage(topic: Topics.state(node: node), payload: payload, retain: true, contentType: Topics.json))
        } catch {
            logger.warning("the node's state was not published", metadata: ["error": "\(error)"])
        }
    }

    private func answer(_ request: MQTTMessage) async {
        if let camera = Topics.parse(camera: request.topic)?.camera {
            await topics?.received(request, camera: camera)
            return
        }
        let (reply, outcome) = await commands.handle(request)
        metrics.add("vigilar_commands_total", labels: [("outcome", outcome.rawValue)])
        guard let reply else { return }
        do { try await transport.publish(reply) } catch {
            logger.warning("a command's reply was not published", metadata: ["error": "\(error)"])
        }
    }
}
