package import Base
package import Logging
package import MQTT
private import ServiceLifecycle

/// Keeps the rights at the broker as the store wants them: each joined node has its own topics and those of its cameras, a revoked one has
/// nothing and is cut off. Works on the embedded broker and on any Mosquitto whose plug-in this hub may use.
package actor BrokerRights: Service {
    /// What the rights are to be.
    package struct Wanted: Sendable {
        /// Nodes that may connect.
        package var nodes: [BrokerNode]
        /// Nodes that may no longer. Users that are in neither list are left alone: they are somebody else's.
        package var removed: [String]

        package init(nodes: [BrokerNode], removed: [String]) {
            self.nodes = nodes
            self.removed = removed
        }
    }

    private let client: MQTTClient
    private let plugin: DynamicSecurityClient
    private let wanted: @Sendable () async throws -> Wanted
    private let readiness: Readiness
    private let metrics: Metrics
    private let logger: Logger
    private let wakes = Batcher<Void>(bound: 1)
    private var isConnected = false
    private var isSubscribed = false
    /// Told once, not at every attempt.
    private var reported: String?
    /// What was set over this connection.
    private var applied: [String: BrokerNode] = [:]
    /// The key that each node came with, over all connections.
    private var keys: [String: String] = [:]

    /// - Parameter wanted: Read whenever something may have changed.
    package init(
        client: MQTTClient, readiness: Readiness, metrics: Metrics, logger: Logger, wanted: @escaping @Sendable () async throws -> Wanted
    ) {
        self.client = client
        self.readiness = readiness
        self.metrics = metrics
        self.logger = logger
        self.wanted = wanted
        plugin = DynamicSecurityClient(client: client)
        metrics.declare("vigilar_broker_rights_changes_total", .counter, help: "Nodes whose rights at the broker were set or taken away.")
        metrics.declare("vigilar_broker_rights_errors_total", .counter, help: "Attempts to set rights at the broker that failed.")
    }

    /// Something has changed: the rights are looked at soon.
    package nonisolated func wake() { wakes.put(()) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listen() }
                group.addTask { await self.work() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func listen() async {
        for await event in client.events {
            switch event {
            case .connected:
                applied = [:]
                isSubscribed = false
                isConnected = true
                wake()
            case .disconnected:
                isConnected = false
                await plugin.disconnected()
            case .message(let message): await plugin.received(message)
            }
        }
    }

    private func work() async {
        var backoff = Backoff(base: 0.5, maximum: 30)
        while !Task.isCancelled {
            _ = await wakes.take(atMost: 1)
            guard isConnected else { continue }
            do {
                if !isSubscribed {
                    try await plugin.connected()
                    isSubscribed = true
                }
                try await settle()
                readiness.note(.rights, nil, by: .plugin)
                reported = nil
                backoff.reset()
            } catch {
                guard isConnected, !Task.isCancelled else { continue }
                metrics.add("vigilar_broker_rights_errors_total")
                readiness.note(.rights, "\(error)", by: .plugin)
                if reported != "\(error)" {
                    logger.warning("the rights at the broker are not as they should be", metadata: ["error": "\(error)"])
                }
                reported = "\(error)"
                let delay = backoff.next()
                try? await Task.sleep(for: .seconds(delay))
                wake()
            }
        }
    }

    /// Makes the broker agree with what is wanted.
    private func settle() async throws {
        let wanted = try await wanted()
        let present = try await plugin.users()
        for name in wanted.removed where present.contains(name) {
            try await carryOut(DynamicSecurityCommand.remove(name), tolerating: ["Client not found", "Role not found"])
            applied[name] = nil
            keys[name] = nil
            metrics.add("vigilar_broker_rights_changes_total")
            logger.notice("a node lost its rights at the broker", metadata: ["node": "\(name)"])
        }
        for node in wanted.nodes where applied[node.name] != node || !present.contains(node.name) {
            if present.contains(node.name) {
                // Joined anew: whoever is connected with the key of before goes. Its certificate is refused by now.
                let isReplaced = keys[node.name].map { $0 != node.key } ?? false
                try await carryOut((isReplaced ? DynamicSecurityCommand.cutOff(node.name) : []) + [.change(node)], tolerating: [])
            } else {
                // A role that an interrupted attempt left behind is brought up to date.
                try await carryOut(
                    DynamicSecurityCommand.add(node) + [.change(node)], tolerating: ["Role already exists", "Client already exists"])
            }
            applied[node.name] = node
            keys[node.name] = node.key
            metrics.add("vigilar_broker_rights_changes_total")
        }
    }

    private func carryOut(_ commands: [DynamicSecurityCommand], tolerating known: Set<String>) async throws {
        for answer in try await plugin.send(commands) {
            guard let error = answer.error, !known.contains(error) else { continue }
            throw BrokerError("The broker refuses \(answer.command ?? "a command"): \(error).")
        }
    }
}
