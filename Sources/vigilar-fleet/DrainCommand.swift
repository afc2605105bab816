import ArgumentParser
import Fleet

/// Ingest, measured.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Measures how fast full outboxes are drained to their acknowledgements, on this machine.")
    @Option(help: "Events of each node's outbox.")
    var events = 15_000
    @Option(help: "Simulated nodes.")
    var nodes = 4
    @Option(help: "Single events at 20 a second, for the delays.")
    var singles = 300
    @Flag(help: "Drains the same outboxes once more over TLS with client certificates, and prints both and their ratio.")
    var tls = false

    func validate() throws {
        guard events > 0, nodes > 0, singles > 0 else { throw ValidationError("all numbers must be positive") }
    }

    func run() async throws {
        let report = try await DrainRun(events: events, nodes: nodes, singles: singles, comparesTLS: tls).run(
            programs: .besideThisProcess())
        print(report.table)
    }
}
