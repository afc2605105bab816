import Base
import Foundation
import Hub
import Logging
import MQTT
import Protocol
import Synchronization
import TestSupport
import Trust

/// A store with two nodes and their cameras, a broker that forgets everything when it stops, and replicas that look more often than real ones.
final class SettingsSite: Sendable {
    let broker: MosquittoServer
    let fixture: StoreFixture
    let key = SigningKey()
    let metrics = Metrics()
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    var store: any HubStore { fixture.store }

    init() async throws {
        broker = try await MosquittoServer()
        fixture = try await StoreFixture.open(.sqlite)
        for node in ["porch", "attic"] {
            try await fixture.store.upsertNode(NodeRecord(name: node, site: "home", addedAt: SystemClock().now))
        }
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["a", "b"], at: SystemClock().now)
    }

    /// Sets settings as a person at some replica does.
    func set(_ camera: String, _ settings: String, over digest: String? = nil) async throws -> CameraSettingsOutcome {
        try await store.setCameraSettings(camera, Array(settings.utf8), over: digest, by: "admin", at: SystemClock().now)
    }

    private func client(_ id: String) throws -> MQTTClient {
        var configuration = try MQTTConfiguration(url: broker.url, clientID: id)
        configuration.reconnectDelay = 0.05...0.3
        return MQTTClient(configuration, logger: Self.logger)
    }

    /// Runs a replica's service while `body` does.
    /// - Parameter interval: Seconds between two looks at the store.
    func withService(_ id: String = "hub", interval: Double = 0.05, _ body: (CameraSettingsService) async throws -> Void) async throws {
        let client = try client(id)
        let service = CameraSettingsService(
            store: store, client: client, key: key, clock: SystemClock(), metrics: metrics, logger: Self.logger, interval: interval)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            group.addTask { try await service.run() }
            try await eventually("the replica to connect") { client.isConnected }
            try await body(service)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Connects as a node while `body` does.
    func withNode(_ id: String = "porch", _ body: (Node) async throws -> Void) async throws {
        let node = Node(client: try client(id), hub: key.verifyingKey)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.client.run() }
            group.addTask { await node.listen() }
            try await eventually("the node to have subscribed") { node.isListening }
            try await body(node)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// A node that has heard what is retained for every camera.
    final class Node: Sendable {
        let client: MQTTClient
        private let hub: VerifyingKey
        private let state = Mutex((isListening: false, messages: [MQTTMessage]()))

        init(client: MQTTClient, hub: VerifyingKey) {
            self.client = client
            self.hub = hub
        }

        var isListening: Bool { state.withLock { $0.isListening } }

        func listen() async {
            for await event in client.events {
                switch event {
                case .connected:
                    try? await client.subscribe([(filter: "vigilar/camera/+/config", qos: .atLeastOnce)])
                    state.withLock { $0.isListening = true }
                case .disconnected: break
                case .message(let message): state.withLock { $0.messages.append(message) }
                }
            }
        }

        /// The last message for a camera; nil where there was none.
        func last(_ camera: String) -> MQTTMessage? {
            state.withLock { $0.messages.last { $0.topic == Topics.config(camera: camera) } }
        }

        /// What the last message for a camera says, by the hub's signature.
        func config(_ camera: String) throws -> CameraConfig? {
            guard let payload = last(camera)?.payload, !payload.isEmpty else { return nil }
            return try CameraConfig(try NodeJSON.decode(SignedMessage.self, from: payload).open(domain: SignedDomain.config, with: hub))
        }

        /// Forgets what it has heard.
        func forget() { state.withLock { $0.messages = [] } }

        func send(_ topic: String, _ payload: [UInt8]) async throws {
            try await eventually("the node to be heard by the broker") {
                do {
                    try await client.publish(MQTTMessage(topic: topic, payload: payload, retain: true))
                    return true
                } catch { return false }
            }
        }

        func report(_ camera: String, _ report: CameraConfigReport) async throws {
            try await send(Topics.configReport(camera: camera), report.payload)
        }
    }
}
