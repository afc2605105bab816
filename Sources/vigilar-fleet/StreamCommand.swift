import ArgumentParser
import Fleet
import Foundation

/// A client of the event stream that checks what it sees.
struct StreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sse", abstract: "Follows the event stream of a hub on this machine and says what is missing or twice in it.")
    @Option(help: "Ports of the hubs.")
    var port: [Int]
    @Option(help: "The administrator's password.")
    var password: String
    @Option(help: "Seconds to follow.")
    var seconds = 60.0
    @Flag(help: "Leaves and comes back to any of the ports at random.")
    var hop = false

    func validate() throws {
        guard !port.isEmpty else { throw ValidationError("--port is needed") }
    }

    func run() async throws {
        let cookie = try await HubRequest.signIn(port: port[0], password: password)
        let client = StreamClient(name: "client", ports: port, hops: hop ? 0.5...6 : nil, cookie: cookie, seed: .random(in: 0...UInt64.max))
        try await Task.sleep(for: .seconds(seconds))
        client.stop()
        let record = client.record
        record.faults.forEach { print($0) }
        print("\(record.events) events, cursor \(record.cursor ?? 0), \(client.connections) connections, \(record.faults.count) faults")
        if !record.faults.isEmpty { throw ExitCode(1) }
    }
}
