import ArgumentParser
import Foundation
import Hub
import Protocol

/// The hub's command line.
@main
struct Entrypoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigilar-hub", abstract: "Takes events in from nodes, keeps them and shows them.", version: Version.text,
        subcommands: [Serve.self, Check.self, NodeCommands.self])
}

/// Where the configuration comes from; flags win over `VIGILAR_…` variables, and those over the file.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config: String?
    @Option(help: "The folder of the hub's own files.")
    var data: String?
    @Option(help: "sqlite:, sqlite:PATH or postgres://…")
    var database: String?

    func load(_ more: [String: String?] = [:]) throws -> HubConfiguration {
        let overrides = more.merging(["data": data, "database": database]) { first, _ in first }.compactMapValues { $0 }
        return try HubConfiguration.load(path: config, environment: ProcessInfo.processInfo.environment, overrides: overrides)
    }
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the hub until it is told to stop.")
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "HOST:PORT of the web server.")
    var listen: String?
    @Option(help: "An MQTT 5 broker's URL; without it the hub runs a Mosquitto of its own.")
    var broker: String?

    func run() async throws {
        let configuration = try options.load(["listen": listen, "broker": broker])
        let password = ProcessInfo.processInfo.environment["VIGILAR_ADMIN_PASSWORD"]
        try await HubProcess.serve(configuration, administratorPassword: password)
    }
}

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verifies the invariants in the store; exits with 1 and a list of what is broken.")
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let broken = try await HubProcess.administer(.init(command: .check), options.load())
        broken.forEach { print($0) }
        if !broken.isEmpty { throw ExitCode(1) }
        print("The store is sound.")
    }
}

struct NodeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "The nodes that may connect.", subcommands: [NodeAdd.self, NodeResend.self])
}

struct NodeAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a node and prints the file that holds its MQTT secret, for its edge.toml.")
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "The site that the node belongs to.")
    var site: String
    @Option(help: "The node's id.")
    var name: String

    func run() async throws {
        let lines = try await HubProcess.administer(.init(command: .nodeAdd, site: site, name: name), options.load())
        lines.forEach { print($0) }
    }
}

struct NodeResend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend", abstract: "Makes a node send again what it has kept, for a hub that was restored from a backup.")
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "The node's id.")
    var name: String
    @Option(help: "Everything that the hub acknowledged since this time, such as 2026-11-23T08:00:00Z; a node keeps it for 7 days.")
    var since: String

    func run() async throws {
        let lines = try await HubProcess.administer(.init(command: .nodeResend, name: name, since: since), options.load())
        lines.forEach { print($0) }
    }
}
