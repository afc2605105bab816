import ArgumentParser
import EdgeNode
import Foundation
import Protocol

/// The node's command line.
@main
struct Entrypoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigilar-edge", abstract: "Watches cameras and tells the hub what happens.", version: Version.text,
        subcommands: [Join.self, Run.self, Analyze.self, Detect.self, Check.self, ModelsCommand.self])
}

struct Join: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes this node a part of a hub's installation. `vigilar-hub invite` prints the whole line.")
    @Argument(help: "The hub's address, https://host:port.")
    var hub: String
    @Argument(help: "The invitation.")
    var invitation: String
    @Option(help: "The configuration file; where it is missing, one to be filled in is written.")
    var config = "edge.toml"

    func run() async throws {
        for line in try await EdgeProcess.join(address: hub, invitation: invitation, configuration: config) { print(line) }
    }
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the node until it is told to stop.")
    @Option(help: "The configuration file.")
    var config = "edge.toml"
    @Option(help: "Serve the node's metrics to this machine, as in 127.0.0.1:9101.")
    var metrics: String?

    func run() async throws {
        try await EdgeProcess.run(configuration: config, metrics: metrics)
    }
}

struct Analyze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the node's own analysis over a clip, as fast as it goes, on the clip's own clock.")
    @Argument(help: "A file, or a camera's address.")
    var source: String
    @Option(help: "Take the settings of the first camera in this configuration file.")
    var config: String?
    @Flag(help: "One JSON line for every analysed frame and every event, and a summary.")
    var json = false
    @Flag(help: "Decode every frame.")
    var noGate = false
    @Option(help: "What to look for, separated by commas: motion, objects. By default both, where runtime and model are there.")
    var detect: String?
    @Option(help: "The folder of the models; by default \"models\" in the data folder of the configuration.")
    var models: String?

    private var wanted: [String]? { detect?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }

    func validate() throws {
        let unknown = (wanted ?? []).filter { $0 != "motion" && $0 != "objects" }
        guard unknown.isEmpty else {
            throw ValidationError("This version detects motion and objects, not \(unknown.joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let analysis = EdgeProcess.Analysis(
            source: source, configuration: config, json: json, gate: !noGate, objects: wanted.map { $0.contains("objects") }, models: models
        )
        try await EdgeProcess.analyze(
            analysis, note: { FileHandle.standardError.write(Data("note: \($0)\n".utf8)) }, write: { print($0) })
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verifies the outbox and the recordings; exits with 1 and a list of what is broken.")
    @Option(help: "The configuration file.")
    var config = "edge.toml"
    @Flag(help: "Mend what can be mended of the recordings. The node must not run meanwhile.")
    var repair = false
    @Flag(help: "Look at rows, descriptions and lengths only, and do not read every byte. Not with --repair.")
    var quick = false

    func validate() throws {
        if quick, repair { throw ValidationError("--repair mends by what it reads, every byte: leave out --quick") }
    }

    func run() async throws {
        let configuration = try EdgeConfiguration.load(path: config, environment: ProcessInfo.processInfo.environment, purpose: .analyze)
        let (lines, isSound) = try await EdgeProcess.check(configuration, repair: repair, quick: quick)
        lines.forEach { print($0) }
        if !isSound { throw ExitCode(1) }
    }
}
