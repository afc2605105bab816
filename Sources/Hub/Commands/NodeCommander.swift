private import Base
package import Logging
package import MQTT
package import Protocol
private import ServiceLifecycle

/// Asks nodes to do something and waits for their answers: MQTT 5 request and response, matched by correlation data.
package actor NodeCommander: Service {
    private let client: MQTTClient
    private let subscription: KeptSubscription
    private let logger: Logger
    private var pending: [[UInt8]: AsyncStream<NodeReply>.Continuation] = [:]

    /// Seconds until a node that does not answer is given up, and as long the request lives at the broker.
    private static let patience = 30
    /// Requests that may wait at one time.
    private static let bound = 256

    /// - Parameter client: Its events are read here.
    package init(client: MQTTClient, logger: Logger) {
        self.client = client
        self.logger = logger
        subscription = KeptSubscription(client: client, filters: [Topics.allReplies]) { refusal in
            guard let refusal else { return }
            logger.error("Cannot subscribe to the nodes' replies; trying again", metadata: ["error": "\(refusal)"])
        }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.subscription.run() }
                group.addTask { await self.receive() }
                await group.next()
                group.cancelAll()
            }
        }
        for waiting in pending.values { waiting.finish() }
    }

    /// Sends a command and waits for the node's reply.
    ///
    /// - Throws: `AdministrationError` where there is no such node at the moment, or it does not answer in time.
    package func send(_ command: NodeCommand, to node: String) async throws -> NodeReply {
        guard pending.count < Self.bound else { throw AdministrationError("Too many commands wait for an answer: try again in a minute.") }
        guard let payload = NodeJSON.encode(command) else { throw AdministrationError("The command cannot be written as JSON.") }
        let correlation = Array(Secret.make().utf8.prefix(32))
        let (replies, continuation) = AsyncStream<NodeReply>.makeStream(bufferingPolicy: .bufferingOldest(1))
        pending[correlation] = continuation
        defer { pending[correlation] = nil }
        let message = MQTTMessage(
            topic: Topics.command(node: node), payload: payload, contentType: Topics.json, responseTopic: Topics.reply(node: node),
            correlationData: correlation, messageExpiry: UInt32(Self.patience))
        do {
            guard try await client.publish(message) == .delivered else {
                throw AdministrationError("The node '\(node)' is not connected.")
            }
        } catch let error as MQTTError {
            throw AdministrationError("The command did not reach the broker: \(error).")
        }
        let timer = Task {
            try? await Task.sleep(for: .seconds(Self.patience))
            continuation.finish()
        }
        defer { timer.cancel() }
        for await reply in replies { return reply }
        throw AdministrationError("The node '\(node)' did not answer within \(Self.patience) s: it may be away.")
    }

    private func receive() async {
        for await event in client.events {
            switch event {
            case .connected: subscription.connected()
            case .disconnected: subscription.disconnected()
            case .message(let message): take(message)
            }
        }
    }

    private func take(_ message: MQTTMessage) {
        guard let correlation = message.correlationData, let waiting = pending[correlation] else { return }
        do {
            waiting.yield(try NodeJSON.decode(NodeReply.self, from: message.payload))
        } catch {
            logger.warning("A node's reply cannot be read", metadata: ["topic": "\(message.topic)", "error": "\(error)"])
            waiting.yield(NodeReply(ok: false, error: "its reply cannot be read"))
        }
    }
}
