import Base
import Foundation
import Logging
import MQTT
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// A store with two nodes, a broker, and replicas that are less patient than real ones.
final class PresenceSite: Sendable {
    let broker: MosquittoServer
    let fixture: StoreFixture
    private let replicas = Mutex<[(metrics: Metrics, task: Task<Void, any Error>)]>([])
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    var store: any EventStore & PresenceStore { fixture.store }

    init(_ kind: StoreKind) async throws {
        // A broker that keeps what it was told, as one of an installation does: what it kept must not pass for life.
        broker = try await MosquittoServer()
        fixture = try await StoreFixture.open(kind)
        for node in ["porch", "yard"] {
            try await fixture.store.upsertNode(NodeRecord(name: node, site: "home", addedAt: SystemClock().now))
        }
    }

    /// Writes rows as an earlier leader would have, whose lease has run out.
    func plant(_ records: [PresenceRecord]) async throws {
        // Long enough for a busy machine, and given back at once.
        let lease = try #require(try await store.acquireLease("presence", holder: "earlier", seconds: 60))
        try #require(try await store.savePresence(records, lease))
        try await store.releaseLease(lease)
    }

    private func client(_ id: String) throws -> MQTTClient {
        var configuration = try MQTTConfiguration(url: broker.url, clientID: id)
        configuration.reconnectDelay = 0.05...0.3
        return MQTTClient(configuration, logger: Self.logger)
    }

    /// Seconds of silence after which a node is away.
    static let patience = 3.0

    /// Runs replicas of the service while `body` does.
    func run(replicas count: Int, _ body: () async throws -> Void) async throws {
        for number in 0..<count {
            let metrics = Metrics()
            var settings = PresenceSettings()
            // Long enough for a busy machine to hear a node that talks ten times a second.
            settings.patience = Self.patience
            settings.tick = 0.05
            settings.writing = 0.1
            settings.registry = 0.3
            settings.figures = 0.2
            let client = try client("hub-\(number)")
            let service = PresenceService(
                store: store, client: client, clock: SystemClock(), settings: settings, metrics: metrics, logger: Self.logger,
                holder: "hub-\(number)", onCommit: {})
            let task = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await client.run() }
                    group.addTask { try await service.run() }
                    try await group.waitForAll()
                }
            }
            replicas.withLock { $0.append((metrics, task)) }
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for replica in replicas.withLock({ $0 }) {
            replica.task.cancel()
            _ = try? await replica.task.value
        }
        replicas.withLock { $0 = [] }
        try result.get()
    }

    var metrics: [Metrics] { replicas.withLock { $0.map(\.metrics) } }
    /// How many replicas lead.
    var leading: Double { metrics.reduce(0) { $0 + $1.value("vigilar_presence_leading") } }
    func ignored(_ reason: String) -> Double {
        metrics.reduce(0) { $0 + $1.value("vigilar_presence_ignored_total", labels: [("reason", reason)]) }
    }

    /// Stops the replica that leads.
    func stopLeader() async throws {
        let leader = replicas.withLock { replicas in
            replicas.firstIndex { $0.metrics.value("vigilar_presence_leading") == 1 }.map { replicas.remove(at: $0) }
        }
        leader?.task.cancel()
        _ = try? await leader?.task.value
    }

    func rows() async throws -> [PresenceRecord] { try await store.presence() }

    func events(_ type: String) async throws -> [StoredEvent] {
        var query = EventQuery(.everything)
        query.types = [type]
        return try await store.events(query)
    }

    /// A node that says how it is, and again once a replica has heard it. What gets lost on the way it says again after a tenth of a second.
    final class Node: Sendable {
        let name: String
        private let client: MQTTClient
        private let heard: @Sendable () -> Double
        private let isSilent = Mutex(false)

        /// - Parameter heard: How many reports the replicas have taken in.
        init(_ name: String, _ client: MQTTClient, heard: @escaping @Sendable () -> Double) {
            self.name = name
            self.client = client
            self.heard = heard
        }

        func run() async throws {
            while !Task.isCancelled {
                try await eventually("the node to speak", timeout: .seconds(600)) { !isSilent.withLock { $0 } && client.isConnected }
                let before = heard()
                try? await report()
                try? await eventually("a replica to hear it", timeout: .milliseconds(100)) { heard() > before }
            }
        }

        private func report() async throws {
            var health = NodeHealth(ts: SystemClock().now)
            health.epoch = "e1"
            health.lastSeq = 3
            health.outbox = .init(waiting: 3, kept: 0, deadLetters: 0)
            health.cpu = 0.5
            try await client.publish(
                MQTTMessage(topic: Topics.health(node: name), payload: NodeJSON.encode(health) ?? [], qos: .atMostOnce))
        }

        /// It falls silent, as one that has died.
        func silence() { isSilent.withLock { $0 = true } }

        func speak() {
            isSilent.withLock { $0 = false }
        }

        func announce(_ presence: NodeState.Presence) async throws {
            let state = NodeState(
                state: presence, version: presence == .online ? "1.2" : nil,
                cameras: presence == .online ? [NodeCamera(id: "\(name)-cam", name: name.capitalized, online: true)] : nil)
            try await send("state", String(decoding: NodeJSON.encode(state) ?? [], as: UTF8.self), retain: true)
        }

        func send(_ part: String, _ text: String, retain: Bool = false) async throws {
            try await eventually("\(name) to be heard by the broker") {
                do {
                    try await client.publish(MQTTMessage(topic: "vigilar/node/\(name)/\(part)", payload: Array(text.utf8), retain: retain))
                    return true
                } catch { return false }
            }
        }
    }

    /// Runs a node while `body` does.
    func withNode(_ name: String, _ body: (Node) async throws -> Void) async throws {
        let client = try client("node-\(name)")
        let node = Node(name, client) { self.metrics.reduce(0) { $0 + $1.value("vigilar_presence_reports_total") } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask { for await _ in client.events {} }
            group.addTask { try? await node.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(node)) } catch { result = .failure(error) }
            group.cancelAll()
            try await group.waitForAll()
            try result.get()
        }
    }
}
