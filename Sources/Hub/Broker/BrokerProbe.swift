private import Base
package import Logging
package import MQTT
private import Protocol
private import ServiceLifecycle
private import Synchronization

/// Finds out whether a broker that is not the hub's own lets this hub do what it needs, by doing it: subscribes to the hub's own filters,
/// publishes on the hub's topics, and sees whether what a node would publish arrives. It speaks for a node that cannot be, `hub-probe`.
///
/// What is missing stands in `/readyz` under `rights`. The hub works as well as it can all the same; it looks again until nothing is missing.
package struct BrokerProbe: Service {
    private static let node = "hub-probe"
    /// Seconds until a connection, or a message that should come, is given up.
    private static let connectPatience = 30.0
    private static let patience = 5.0
    /// Attempts to find a hub that takes events in, which this one begins to do at the same time.
    private static let attempts = 10

    private let configuration: MQTTConfiguration
    private let readiness: Readiness
    private let logger: Logger

    /// - Parameter configuration: Of a connection of its own, which lasts as long as the look.
    package init(_ configuration: MQTTConfiguration, readiness: Readiness, logger: Logger) {
        self.configuration = configuration
        self.readiness = readiness
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = Backoff(base: 5, maximum: 300)
            var told: [String] = []
            while !Task.isCancelled {
                let missing = await self.look()
                if let missing {
                    self.readiness.note(.rights, missing.isEmpty ? nil : Self.sentence(missing), by: .probe)
                    if !missing.isEmpty, missing != told {
                        self.logger.warning("rights at the broker are missing", metadata: ["missing": "\(missing.joined(separator: "; "))"])
                    }
                    told = missing
                }
                // A service that returned would end the hub.
                let pause = missing?.isEmpty == true ? 86_400 : backoff.next()
                try? await Task.sleep(for: .seconds(pause))
            }
        }
    }

    /// For a person who reads `/readyz`.
    static func sentence(_ missing: [String]) -> String {
        "At the broker this hub's user \(missing.joined(separator: "; ")). Allow that there: the rights are listed in docs/reference/mqtt.md."
    }

    /// What is missing, in words that follow "this hub's user"; nil where the connection did not come about, or ended.
    private func look() async -> [String]? {
        let client = MQTTClient(configuration, logger: logger)
        let arrivals = Arrivals()
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await client.run() }
            group.addTask {
                for await event in client.events { if case .message(let message) = event { arrivals.note(message) } }
            }
            defer { group.cancelAll() }
            guard await Self.until(Self.connectPatience, { client.isConnected }) else { return nil }
            do { return try await Self.missing(client, arrivals) } catch { return nil }
        }
    }

    private static func missing(_ client: MQTTClient, _ arrivals: Arrivals) async throws(MQTTError) -> [String] {
        var missing: [String] = []
        // What nodes and hubs publish, as topics of the node that is none.
        let wanted: [(filter: String, topic: String?)] = [
            (Topics.allStates, Topics.state(node: node)), (Topics.allHealth, Topics.health(node: node)),
            (Topics.allReplies, Topics.reply(node: node)), (Topics.wake, Topics.wake), (Topics.published, nil),
        ]
        for (filter, topic) in wanted {
            do throws(MQTTError) { try await client.subscribe([(filter, .atLeastOnce)]) } catch {
                guard case .subscriptionRefused(_, let reason) = error else { throw error }
                missing.append("may not subscribe to \(filter): \(reason)")
                continue
            }
            guard let topic else { continue }
            let content = makeContent()
            // A hub need not be allowed to speak for nodes: then it cannot be tried whether it hears them.
            guard try await refusal(client, topic, content) == nil else { continue }
            if await !until(patience, { arrivals.have(topic, content) }) {
                missing.append("does not get what is published on \(filter)")
            }
        }
        let sent = [
            (Topics.acknowledgement(node: "+"), Topics.acknowledgement(node: node)),
            (Topics.command(node: "+"), Topics.command(node: node)),
        ]
        for (name, topic) in sent + [(Topics.wake, Topics.wake)] {
            if let reason = try await refusal(client, topic, makeContent()) { missing.append("may not publish on \(name): \(reason)") }
        }
        if try await isDeaf(client, arrivals) { missing.append("does not get what is published on \(Topics.sharedEvents)") }
        return missing
    }

    /// Sends an empty batch as a node would, which a hub acknowledges; true where the broker has taken it and no hub does.
    private static func isDeaf(_ client: MQTTClient, _ arrivals: Arrivals) async throws(MQTTError) -> Bool {
        let answers = Topics.acknowledgement(node: node)
        do throws(MQTTError) { try await client.subscribe([(answers, .atLeastOnce)]) } catch {
            guard case .subscriptionRefused = error else { throw error }
            return false
        }
        // Nor need it be allowed to hear acknowledgements, without which this cannot be tried.
        let content = makeContent()
        guard try await refusal(client, answers, content) == nil, await until(patience, { arrivals.have(answers, content) }) else {
            return false
        }
        var unanswered = 0
        for _ in 0..<attempts where unanswered < 2 {
            let epoch = makeContent()
            let batch = EventBatch.encode(node: node, epoch: epoch, batch: 1, bodies: [])
            let outcome: MQTTPublishOutcome
            do throws(MQTTError) {
                outcome = try await client.publish(
                    MQTTMessage(topic: Topics.events(node: node), payload: batch, contentType: Topics.json, messageExpiry: 30))
            } catch {
                guard case .refused = error else { throw error }
                return false
            }
            if outcome == .delivered {
                if await until(patience, { arrivals.have(answers, epoch) }) { return false }
                unanswered += 1
            } else {
                _ = await until(1) { false }
            }
        }
        // Where nobody is subscribed, the subscription's own trouble stands under `broker`.
        return unanswered > 0
    }

    /// Why a message was refused; nil where it was taken.
    private static func refusal(_ client: MQTTClient, _ topic: String, _ content: String) async throws(MQTTError) -> MQTTReason? {
        do throws(MQTTError) {
            try await client.publish(MQTTMessage(topic: topic, payload: Array("{\"probe\":\"\(content)\"}".utf8), messageExpiry: 30))
            return nil
        } catch {
            guard case .refused(let reason) = error else { throw error }
            return reason
        }
    }

    private static func makeContent() -> String { String(Secret.make().prefix(32)) }

    private static func until(_ seconds: Double, _ condition: () -> Bool) async -> Bool {
        let clock = SystemClock()
        let end = clock.uptime + seconds
        while !condition() {
            guard clock.uptime < end, !Task.isCancelled else { return false }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// What has come, as far as it is this probe's own.
    private final class Arrivals: Sendable {
        private static let bound = 256
        private let messages = Mutex<[(topic: String, text: String)]>([])

        func note(_ message: MQTTMessage) {
            guard message.topic.hasPrefix("vigilar/node/\(BrokerProbe.node)/") || message.topic == Topics.wake else { return }
            messages.withLock { messages in
                if messages.count >= Self.bound { messages.removeFirst() }
                messages.append((message.topic, String(decoding: message.payload, as: UTF8.self)))
            }
        }

        func have(_ topic: String, _ content: String) -> Bool {
            messages.withLock { $0.contains { $0.topic == topic && $0.text.contains(content) } }
        }
    }
}
