import ArgumentParser
import Fleet
import Foundation

/// A whole installation on this machine under a schedule of faults.
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "Strikes an installation on this machine with faults; exits with 1 if anything was lost.")
    @Option(help: "Faults to strike with.")
    var faults = 200
    @Option(help: "Events over all nodes.")
    var events = 100_000
    @Option(help: "Simulated nodes, a process each.")
    var nodes = 4
    @Option(help: "Hub replicas.")
    var replicas = 2
    @Option(help: "Events a second over all nodes; by default such that they last as long as the faults.")
    var rate: Double?
    @Option(help: "Another seed makes another schedule.")
    var seed: UInt64 = 1
    @Flag(help: "Nodes take the broker's acknowledgement for the hub's: events are lost, and it shows.")
    var trustBroker = false
    @Flag(help: "Nodes join first, and everything between them, broker and hubs is TLS with certificates.")
    var tls = false

    /// Seconds that a fault takes on average, until everything flows again.
    private static let secondsPerFault = 4.0

    func validate() throws {
        guard faults > 0, events >= nodes, (1...16).contains(nodes), (1...8).contains(replicas) else {
            throw ValidationError("there must be faults, 1 to 16 nodes with an event each, and 1 to 8 replicas")
        }
    }

    func run() async throws {
        var settings = FaultRunSettings()
        settings.faults = faults
        settings.events = events
        settings.nodes = nodes
        settings.replicas = replicas
        settings.rate = rate ?? max(20, Double(events) / (Double(faults) * Self.secondsPerFault))
        settings.seed = seed
        settings.trustsBroker = trustBroker
        settings.isSecure = tls
        let run = try await FaultRun(settings, programs: .besideThisProcess()) { line in
            // Not `print`, which keeps lines back when nobody watches a terminal.
            FileHandle.standardOutput.write(Data("\(line)\n".utf8))
        }
        let report = try await run.run()
        print(report.table)
        if !report.isClean { throw ExitCode(1) }
    }
}
