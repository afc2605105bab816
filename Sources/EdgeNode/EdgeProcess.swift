private import Base
private import Foundation
private import Logging
private import Media
private import Protocol
private import Recording
private import ServiceLifecycle
import Sight
private import UnixSignals
import Vision

/// The node as a process: what the command line calls.
package enum EdgeProcess {
    /// Joins a hub and keeps what it said in the configuration's data folder. Where there is no configuration yet, one is written to be
    /// filled in.
    /// - Returns: Lines to print.
    /// - Throws: `IdentityError`, `SettingsError`.
    package static func join(address: String, invitation: String, configuration path: String) async throws -> [String] {
        var lines: [String] = []
        if !FileManager.default.fileExists(atPath: path) {
            try PrivateFile.write(firstConfiguration, to: URL(filePath: path))
            lines.append("wrote \(path): name your cameras in it, or add them on the hub's page under System")
        }
        let environment = ProcessInfo.processInfo.environment
        let configuration = try EdgeConfiguration.load(path: path, environment: environment, purpose: .join)
        let identity = try await Joining.join(address: address, invitation: invitation, dataFolder: configuration.dataFolder)
        lines.insert("joined as \(identity.node), site \(identity.site); certificate until \(identity.answer.notAfter)", at: 0)
        return lines + ["run: vigilar-edge run --config \(path)"]
    }

    private static let firstConfiguration = """
        # Configuration of vigilar-edge; every key is explained in docs/reference/configuration.md.
        # It may hold camera passwords: keep it readable for its owner only.
        data = "./data"

        # One table for each camera. Take away the marks and put in your camera's address.
        #[[camera]]
        #id = "porch-cam"
        #name = "Porch"
        #source = "rtsp://user:password@192.0.2.10:554/stream1"

        """

    /// Runs the node until SIGTERM or SIGINT.
    /// - Parameter metrics: Where to serve metrics; nil leaves it to the configuration.
    package static func run(configuration path: String, metrics: String? = nil) async throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = try EdgeConfiguration.load(path: path, environment: environment, purpose: .join).dataFolder
        let identity = try NodeIdentity.load(NodeIdentity.folder(in: folder))
        let configuration = try EdgeConfiguration.load(
            path: path, environment: environment, overrides: metrics.map { ["metrics": $0] } ?? [:],
            joined: identity.map { JoinedNode(node: $0.node, site: $0.site) })
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let logger = Logger(label: "vigilar.edge")
        let lock = try recordingLock(configuration, identity)
        defer { withExtendedLifetime(lock) {} }
        let node = try await EdgeComposition.build(configuration, identity: identity, file: path, logger: logger)
        if configuration.cameras.isEmpty {
            logger.notice("The node has no cameras: add one on the hub's page, or in its configuration", metadata: ["file": "\(path)"])
        }
        logger.notice(
            "The node starts",
            metadata: ["version": "\(Version.text)", "node": "\(configuration.node)", "cameras": "\(configuration.cameras.count)"])
        let group = ServiceGroup(
            configuration: .init(
                services: node.services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        await node.outbox.close()
        logger.notice("The node has stopped")
    }

    /// Holds the folder of the recordings, so that nobody repairs it meanwhile, and no second node writes there.
    private static func recordingLock(_ configuration: EdgeConfiguration, _ identity: NodeIdentity?) throws -> FolderLock? {
        guard EdgeComposition.isRecording(configuration, identity) else { return nil }
        let folder = configuration.recording.folder
        try DurableFile.makeFolder(folder)
        guard let lock = try RecordingLibrary.lock(folder) else {
            throw RecordingError(.io, "another node, or a check that repairs, uses the recordings in \(folder): stop it first")
        }
        return lock
    }

    /// Verifies the invariants in the node's data folder and that of its recordings.
    /// - Parameters:
    ///   - repair: Whether to mend the recordings; no node may run then.
    ///   - quick: Whether to leave the segments' bytes unread.
    /// - Returns: Lines to print, and whether all is well, or was mended.
    package static func check(
        _ configuration: EdgeConfiguration, repair: Bool = false, quick: Bool = false
    ) async throws -> (lines: [String], isSound: Bool) {
        let path = EdgeComposition.outboxPath(configuration)
        let outbox = FileManager.default.fileExists(atPath: path) ? try OutboxCheck.run(path: path) : []
        let continuous = Set(configuration.cameras.filter { $0.recording.mode == .continuous }.map(\.id))
        let folder = configuration.recording.folder
        let logger = Logger(label: "check", factory: { _ in SwiftLogNoOpLogHandler() })
        let findings = try RecordingCheck.run(folder: folder, continuous: continuous, repair: repair, quick: quick, logger: logger)
        var lines = outbox.map { "outbox: \($0)" } + findings.map { "recordings: \($0)" }
        if outbox.isEmpty { lines.append("The outbox is sound.") }
        let isSound = !findings.contains(where: \.isBroken)
        if isSound {
            lines.append(quick ? "The recordings are sound, as far as can be told without reading them." : "The recordings are sound.")
        }
        return (lines, outbox.isEmpty && isSound)
    }

    /// What `analyze` looks for.
    package struct Analysis: Sendable {
        package var source: String
        /// The configuration whose first camera's settings count; nil for the standard ones.
        package var configuration: String?
        package var json: Bool
        package var gate: Bool
        /// Nil leaves it to whether there is what it takes.
        package var objects: Bool?
        /// The folder of the models; nil for that of the configuration's data folder.
        package var models: String?

        package init(
            source: String, configuration: String? = nil, json: Bool = false, gate: Bool = true, objects: Bool? = nil, models: String? = nil
        ) {
            self.source = source
            self.configuration = configuration
            self.json = json
            self.gate = gate
            self.objects = objects
            self.models = models
        }
    }

    /// Analyses a clip or stream to its end.
    /// - Parameter note: Gets what else people should know.
    package static func analyze(_ analysis: Analysis, note: (String) -> Void, write: (String) -> Void) async throws {
        var settings = AnalysisSettings()
        let configuration = try analysis.configuration.map { path in
            try EdgeConfiguration.load(path: path, environment: ProcessInfo.processInfo.environment, purpose: .analyze)
        }
        if let camera = configuration?.cameras.first { settings = AnalysisSettings(camera.motion) }
        if !analysis.gate { settings.gate = false }
        var perception: Perception?
        if analysis.objects != false {
            do {
                perception = try await NodeModels.perception(configuration, folder: analysis.models)
                perception?.shortcomings.forEach(note)
            } catch {
                if analysis.objects == true { throw error }
                note("only motion is looked for: \(error)")
            }
        }
        try await AnalyzeCommand(
            source: MediaSource(analysis.source), settings: settings, perception: perception,
            faces: configuration?.cameras.first?.faces ?? true, objects: configuration?.cameras.first?.objects ?? CameraObjects(),
            json: analysis.json
        )
        .run(write: write)
    }
}
