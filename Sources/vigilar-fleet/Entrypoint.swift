import ArgumentParser
import Fleet
import Protocol

/// The simulator's command line: for developers, not for installations.
@main
struct Entrypoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vigilar-fleet", abstract: "Simulates nodes with their real outbox and uplink, for load and fault tests.",
        version: Version.text,
        subcommands: [NodeCommand.self, FaultsCommand.self, DrainCommand.self, StreamCommand.self, RecordCommand.self])
}
