import Base
import EdgeNode
import Foundation
import Logging
import MQTT
import Protocol
import TestSupport
import Trust

/// A node as far as its cameras and their settings go, played by the test over the hub's own broker.
///
/// It takes every setting but a sensitivity of 13, and is changed by hand when the test says so.
actor PlayedNode {
    private struct Camera {
        var settings: [UInt8]
        /// What came from the hub last.
        var taken: [UInt8]?
        var revision: Int64 = 0
        var edits = 0

        var digest: String { "d-\(edits)-\(settings.count)-\(settings.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF })" }
    }

    private let identity: NodeIdentity
    private let client: MQTTClient
    /// Says that it is there, also for a hub that has only begun to listen.
    private let health: HealthReporter
    private var cameras: [String: Camera] = [:]
    private var changes: [Int64] = []
    /// The addresses that it was sent, opened.
    private(set) var sources: [String] = []

    init(_ identity: NodeIdentity, brokerPort: Int, cameras: [String: String]) {
        self.identity = identity
        self.cameras = cameras.mapValues { Camera(settings: Array($0.utf8)) }
        var configuration = MQTTConfiguration(host: "127.0.0.1", port: brokerPort, clientID: identity.node)
        let folder = identity.folder
        configuration.security = MQTTTransportSecurity(
            authorityFile: folder.appending(path: "authority.pem").path, certificateFile: folder.appending(path: "certificate.pem").path,
            keyFile: folder.appending(path: "node.key").path)
        configuration.reconnectDelay = 0.05...0.3
        var logger = Logger(label: "node")
        logger.logLevel = .critical
        client = MQTTClient(configuration, logger: logger)
        // It has no events, so that its outbox is never opened.
        let outbox = Outbox(
            OutboxConfiguration(path: folder.appending(path: "outbox.sqlite").path, node: identity.node, site: identity.site),
            logger: logger)
        health = HealthReporter(
            node: identity.node, folder: folder.path, outbox: outbox, transport: client, cameras: { [] }, interval: .seconds(1),
            logger: logger)
    }

    /// Plays while `body` runs.
    func run<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.client.run() }
            group.addTask { try await self.listen() }
            group.addTask { try await self.health.run() }
            let result = try await body()
            group.cancelAll()
            _ = try? await group.waitForAll()
            return result
        }
    }

    var ids: [String] { cameras.keys.sorted() }

    func settings(of camera: String) -> String { String(decoding: cameras[camera]?.settings ?? [], as: UTF8.self) }

    /// Somebody changes the file, and the node reads it again.
    func editByHand(_ camera: String, _ settings: String) async throws {
        cameras[camera]?.settings = Array(settings.utf8)
        cameras[camera]?.edits += 1
        try await report(camera, (cameras[camera]?.revision ?? 0) == 0 ? .own : .conflict)
    }

    private func listen() async throws {
        for await event in client.events {
            switch event {
            case .connected:
                try await subscribe(Topics.command(node: identity.node))
                try await announce()
            case .disconnected: break
            case .message(let message):
                if message.topic == Topics.command(node: identity.node) {
                    try await obey(message)
                } else if let topic = Topics.parse(camera: message.topic), topic.rest == "config", !message.payload.isEmpty {
                    try await take(message.payload, topic.camera)
                }
            }
        }
    }

    /// The hub gives the rights to a camera's topics a moment after the camera.
    private func subscribe(_ topic: String) async throws {
        try await eventually("the right to \(topic)") {
            do {
                try await client.subscribe([(filter: topic, qos: .atLeastOnce)])
                return true
            } catch { return false }
        }
    }

    private func publish(_ topic: String, _ payload: [UInt8], retain: Bool = true, correlation: [UInt8]? = nil) async throws {
        try await eventually("the right to publish on \(topic)") {
            do {
                try await client.publish(MQTTMessage(topic: topic, payload: payload, retain: retain, correlationData: correlation))
                return true
            } catch { return false }
        }
    }

    private func announce() async throws {
        let names = cameras.keys.sorted().map { NodeCamera(id: $0, name: $0, online: true) }
        let state = NodeState(state: .online, version: "1", started: SystemClock().now, cameras: names)
        try await publish(Topics.state(node: identity.node), NodeJSON.encode(state) ?? [])
    }

    private func report(_ camera: String, _ state: CameraConfigReport.State, _ faults: [CameraConfigReport.Fault] = []) async throws {
        guard let known = cameras[camera] else { return }
        let report = CameraConfigReport(
            revision: known.revision, state: state, settings: known.settings, digest: known.digest, faults: faults)
        try await publish(Topics.configReport(camera: camera), report.payload)
    }

    private func open(_ signed: String?, _ signature: String?, domain: String) throws -> [UInt8] {
        let bytes = NodeJSON.encode(["signed": signed ?? "", "signature": signature ?? ""]) ?? []
        let hub = try VerifyingKey(text: identity.answer.signingKey)
        return try NodeJSON.decode(SignedMessage.self, from: bytes).open(domain: domain, with: hub)
    }

    private func obey(_ message: MQTTMessage) async throws {
        let command = try NodeJSON.decode(NodeCommand.self, from: message.payload)
        var reply = NodeReply(ok: true)
        switch command.command {
        case "cameras":
            for camera in cameras.keys where cameras[camera]?.revision == 0 {
                try await report(camera, .own)
                try await subscribe(Topics.config(camera: camera))
            }
        case "camera":
            do { try await change(open(command.signed, command.signature, domain: SignedDomain.camera)) } catch {
                reply = NodeReply(ok: false, error: "\(error)")
            }
        default: reply = NodeReply(ok: false, error: "not played here")
        }
        try await publish(
            message.responseTopic ?? "", NodeJSON.encode(reply) ?? [], retain: false, correlation: message.correlationData)
    }

    private func change(_ text: [UInt8]) async throws {
        let change = try NodeJSON.decode(CameraChange.self, from: text)
        guard change.node == identity.node, change.number > changes.last ?? 0 else { return }
        changes.append(change.number)
        if let box = change.source.flatMap({ Base64URL.decode($0) }) {
            let context = SignedDomain.source(node: identity.node, camera: change.camera, number: change.number)
            sources.append(String(decoding: try SealedBox.open(box, with: identity.sealingKey, context: context), as: UTF8.self))
        }
        switch change.action {
        case .put:
            if cameras[change.camera] == nil { cameras[change.camera] = Camera(settings: Array("{\"sensitivity\":50}".utf8)) }
        case .remove: cameras[change.camera] = nil
        }
        try await announce()
    }

    private func take(_ payload: [UInt8], _ camera: String) async throws {
        let message = try JSONObject(payload)
        let config = try CameraConfig(open(message.string("signed"), message.string("signature"), domain: SignedDomain.config))
        guard var known = cameras[camera], config.camera == camera, config.revision >= known.revision else { return }
        let isKnown = known.settings == known.taken || known.digest == config.base
        known.revision = config.revision
        guard isKnown else {
            cameras[camera] = known
            return try await report(camera, .conflict)
        }
        let sensitivity = try JSONObject(config.settings).integer("sensitivity")
        guard sensitivity != 13 else {
            cameras[camera] = known
            return try await report(
                camera, .refused,
                [
                    .init(key: "sensitivity", message: "13 brings bad luck: take another one"),
                    .init(key: "objects.limits[1].minimum_score", message: "the first limit is too strict"),
                ])
        }
        known.settings = config.settings
        known.taken = config.settings
        cameras[camera] = known
        try await report(camera, .applied)
    }
}
