package import Logging

/// Who may connect to the embedded broker: this hub, and every node whose secret lies in the data folder.
package struct BrokerAccess: Sendable {
    package let broker: EmbeddedBroker
    private let hub: BrokerUser
    private let nodes: NodeRegistry
    private let logger: Logger

    package init(broker: EmbeddedBroker, hub: BrokerUser, nodes: NodeRegistry, logger: Logger) {
        self.broker = broker
        self.hub = hub
        self.nodes = nodes
        self.logger = logger
    }

    /// Makes the broker's list agree with the data folder.
    package func update() async throws {
        let (secrets, unreadable) = try nodes.secrets()
        for name in unreadable {
            logger.error("A node's secret file is damaged: remove it and add the node again", metadata: ["node": "\(name)"])
        }
        try await broker.setUsers([hub] + secrets.map { BrokerUser(name: $0.name, secret: $0.secret, role: .node) })
    }
}
