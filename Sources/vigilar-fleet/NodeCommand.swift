import ArgumentParser
import Base
import EdgeNode
import Fleet
import Logging
import Settings

/// One simulated node, until the hub has acknowledged all of its events.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Runs one simulated node; killed and started again with the same arguments, it goes on.")
    @Option(help: "The folder of its outbox and of the log of what that accepted.")
    var folder: String
    @Option(help: "The node's id.")
    var name: String
    @Option(help: "mqtt://user:password@host:port, or mqtts:// with --identity")
    var broker: String
    @Option(help: "The data folder of a node that has joined, for its certificate.")
    var identity: String?
    @Option(help: "Events to make.")
    var events: Int
    @Option(help: "Revisions a second; as fast as possible without.")
    var rate: Double?
    @Option(help: "Another seed makes other events.")
    var seed: UInt64 = 1
    @Option(help: "Time of the first event, in microseconds since 1970; the present by default.")
    var start: Int64?
    @Option(help: "Until this file exists the last tenth of the events trickles.")
    var release: String?
    @Flag(help: "Takes the broker's acknowledgement for the hub's, which loses events.")
    var trustBroker = false

    func run() async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "vigilar.fleet")
        logger.logLevel = .error
        guard let address = BrokerURL(broker) else { throw ValidationError("--broker must be mqtt://user:password@host:port") }
        let joined = try identity.map { folder in
            guard let found = try NodeIdentity.load(NodeIdentity.folder(in: folder)) else {
                throw ValidationError("--identity \(folder) is no data folder of a node that has joined")
            }
            return found
        }
        let node = SimulatedNode(
            name: name, folder: folder, broker: address, identity: joined, trustsBroker: trustBroker, logger: logger)
        let first = start.map { Timestamp(microseconds: $0) } ?? SystemClock().now
        try await NodeRun(
            node: node, plan: EventPlan(node: name, events: events, seed: seed, start: first),
            log: AcceptedLog(path: "\(folder)/\(name).accepted"), rate: rate, release: release
        ).run()
    }
}
