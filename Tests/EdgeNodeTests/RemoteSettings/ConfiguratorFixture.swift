import Base
import Foundation
import Logging
import Protocol
import Settings
import TestSupport
import Trust

@testable import EdgeNode

/// A node's configuration file, its cameras (which nothing runs), and a hub that signs.
struct ConfiguratorFixture {
    static let start = """
        # mine
        node = "porch"

        [[camera]]
        id = "yard"   # behind the house
        name = "Yard"
        source = "rtsp://192.0.2.1/one"

        [camera.motion]
        sensitivity = 40   # quiet

        [[camera]]
        id = "attic"
        source = "rtsp://192.0.2.2/"

        """

    let folder: TemporaryDirectory
    let outbox: OutboxFixture
    let signing = SigningKey()
    let sealing = SealingPrivateKey()
    let metrics = Metrics()
    let cameras: CameraSet
    let joined = JoinedNode(node: "porch", site: "home")

    init(_ text: String = start) async throws {
        folder = try TemporaryDirectory("settings")
        outbox = try OutboxFixture()
        try PrivateFile.write(text, to: URL(filePath: folder.path("edge.toml")))
        let configuration = try EdgeConfiguration.load(path: folder.path("edge.toml"), environment: [:], joined: joined)
        let recorder = EventRecorder(
            outbox: Outbox(OutboxConfiguration(path: outbox.path, node: "porch", site: "home"), logger: .silent), logger: .silent)
        let metrics = metrics
        cameras = CameraSet(configuration.cameras, recorder: recorder) {
            CameraUnit($0, metrics: metrics, clock: SystemClock(), logger: .silent)
        }
    }

    /// The node's part, as after a start.
    func configurator(keys: Bool = true) -> CameraConfigurator {
        let hub = HubKeys(verifying: signing.verifyingKey, sealing: sealing)
        return CameraConfigurator(
            node: "porch", file: ConfigurationFile(path: folder.path("edge.toml"), joined: joined), folder: folder.path, cameras: cameras,
            keys: { keys ? hub : nil }, metrics: metrics, logger: .silent)
    }

    var text: String { get throws { try String(contentsOfFile: folder.path("edge.toml"), encoding: .utf8) } }

    func edit(_ change: (String) -> String) throws {
        try PrivateFile.write(change(text), to: URL(filePath: folder.path("edge.toml")))
    }

    /// What the hub publishes.
    func message(
        _ settings: String, revision: Int64, base: String? = nil, camera: String = "yard", node: String = "porch", key: SigningKey? = nil,
        domain: String = SignedDomain.config
    ) throws -> [UInt8] {
        let config = CameraConfig(camera: camera, node: node, revision: revision, settings: Array(settings.utf8), base: base)
        return try NodeJSON.encode(SignedMessage(signing: config.text, domain: domain, with: key ?? signing)) ?? []
    }

    /// The hub's command for a camera.
    func command(
        _ action: CameraChange.Action, _ camera: String, number: Int64, name: String? = nil, source: String? = nil, node: String = "porch",
        sealedFor other: String? = nil
    ) throws -> NodeCommand {
        let box = try source.map {
            Base64URL.encode(
                try SealedBox.seal(
                    Array($0.utf8), to: sealing.publicKey,
                    context: SignedDomain.source(node: node, camera: other ?? camera, number: number)))
        }
        let change = CameraChange(node: node, number: number, camera: camera, action: action, name: name, source: box)
        let message = try SignedMessage(
            signing: String(decoding: NodeJSON.encode(change) ?? [], as: UTF8.self), domain: SignedDomain.camera, with: signing)
        return NodeCommand(command: "camera", signed: message.signed, signature: message.signature)
    }
}
