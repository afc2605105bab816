import ArgumentParser
import Foundation
import Hub
import Protocol

/// The hub's command line.
@main
struct Entrypoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigilar-hub", abstract: "Takes events in from nodes, keeps them and shows them.", version: Version.text,
        subcommands: [
            Serve.self, Check.self, Invite.self, Revoke.self, Admit.self, AccountCommands.self, CameraCommands.self, NodeCommands.self,
            KeyCommands.self, Decrypt.self,
        ])
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

/// A command that a running hub carries out, or this process where none runs.
protocol AdministrationCommand: AsyncParsableCommand {
    var options: ConfigurationOptions { get }
    var request: AdministrationRequest { get }
}

extension AdministrationCommand {
    func run() async throws {
        for line in try await HubProcess.administer(request, options.load()) { print(line) }
    }
}

struct Invite: AdministrationCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a line that lets one node join: run it on the machine beside the camera.")
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "The site that the node belongs to.")
    var site: String
    @Option(help: "The node's id.")
    var name: String
    @Option(help: "Hours for which the line is good.")
    var hours = 24

    var request: AdministrationRequest { .init(command: .invite, site: site, name: name, hours: hours) }

    func validate() throws {
        guard (1...8760).contains(hours) else { throw ValidationError("--hours must be between 1 and 8760.") }
    }
}

struct Revoke: AdministrationCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ends a node: its certificate, its rights and its connections. It needs another invitation to come back.")
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The node's id.")
    var name: String

    var request: AdministrationRequest { .init(command: .revoke, name: name) }
}

struct Admit: AdministrationCommand {
    static let configuration = CommandConfiguration(abstract: "Lets a node in again that was away for longer than its certificate lasts.")
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The node's id.")
    var name: String

    var request: AdministrationRequest { .init(command: .admit, name: name) }
}

struct AccountCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Lets somebody in again who has lost their password or their phone.",
        subcommands: [AccountReset.self])
}

struct AccountReset: AdministrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract:
            "Prints a link, good once and for a day, by which an account gets another password; its second factor goes with the old one.")
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The account's name.")
    var name: String

    var request: AdministrationRequest { .init(command: .accountReset, name: name) }
}

struct CameraCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera", abstract: "Which node a camera belongs to.", subcommands: [CameraMove.self])
}

struct CameraMove: AdministrationCommand {
    static let configuration = CommandConfiguration(commandName: "move", abstract: "Gives a camera's id to another node.")
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The camera's id.")
    var camera: String
    @Option(name: .customLong("to"), help: "The node that it belongs to from now on.")
    var node: String

    var request: AdministrationRequest { .init(command: .cameraMove, name: node, camera: camera) }
}

struct NodeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "What nodes can be asked for.", subcommands: [NodeResend.self])
}

struct NodeResend: AdministrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend", abstract: "Makes a node send again what it has kept, for a hub that was restored from a backup.")
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "The node's id.")
    var name: String
    @Option(help: "Everything that the hub acknowledged since this time, such as 2026-11-23T08:00:00Z; a node keeps it for 7 days.")
    var since: String

    var request: AdministrationRequest { .init(command: .nodeResend, name: name, since: since) }
}
