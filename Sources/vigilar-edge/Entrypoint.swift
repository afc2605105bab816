import ArgumentParser
import EdgeNode
import Foundation
import Protocol

/// The node's command line.
@main
struct Entrypoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigilar-edge", abstract: "Watches cameras and tells the hub what happens.", version: Version.text,
        subcommands: [Run.self, Analyze.self, Check.self])
}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the node until it is told to stop.")
    @Option(help: "The configuration file.")
    var config = "edge.toml"

    func run() async throws {
        try await EdgeProcess.run(EdgeConfiguration.load(path: config, environment: ProcessInfo.processInfo.environment))
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verifies the invariants in the node's data folder; exits with 1 and a list of what is broken.")
    @Option(help: "The configuration file.")
    var config = "edge.toml"

    func run() async throws {
        let configuration = try EdgeConfiguration.load(path: config, environment: ProcessInfo.processInfo.environment, purpose: .analyze)
        let broken = try await EdgeProcess.check(configuration)
        broken.forEach { print($0) }
        if !broken.isEmpty { throw ExitCode(1) }
        print("The outbox is sound.")
    }
}
