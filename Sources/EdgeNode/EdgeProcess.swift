private import Foundation
private import Logging
private import Media
private import Protocol
private import ServiceLifecycle
private import UnixSignals

/// The node as a process: what the command line calls.
package enum EdgeProcess {
    /// Runs the node until SIGTERM or SIGINT.
    package static func run(_ configuration: EdgeConfiguration) async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let logger = Logger(label: "vigilar.edge")
        let node = try await EdgeComposition.build(configuration, logger: logger)
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

    /// Verifies the invariants in the node's data folder; returns what is broken.
    package static func check(_ configuration: EdgeConfiguration) async throws -> [String] {
        let path = EdgeComposition.outboxPath(configuration)
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try OutboxCheck.run(path: path)
    }

    /// Analyses a clip or stream; blocks its thread until the end.
    package static func analyze(
        source: String, configuration path: String?, json: Bool, gate: Bool, write: (String) -> Void
    ) throws {
        var settings = AnalysisSettings()
        if let path {
            let configuration = try EdgeConfiguration.load(path: path, environment: ProcessInfo.processInfo.environment, purpose: .analyze)
            if let camera = configuration.cameras.first { settings = AnalysisSettings(camera.motion) }
        }
        if !gate { settings.gate = false }
        try AnalyzeCommand(source: MediaSource(source), settings: settings, json: json).run(write: write)
    }
}
