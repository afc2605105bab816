import Base
import EdgeNode
import Fleet
import Foundation
import GRDB
import Protocol
import Synchronization
import TestSupport

/// `vigilar-edge` as a process of its own, with one camera.
final class SecureNode: Sendable {
    let name: String
    private let program: String
    private let configuration: String
    private let dataFolder: String
    private let outputFile: String
    private let process = Mutex<ChildProcess?>(nil)

    /// Writes its configuration; starts nothing.
    /// - Parameters:
    ///   - source: Of its camera; a file is played over and over.
    ///   - metricsPort: Where it tells its figures; nil for nowhere.
    init(name: String, program: String, folder: String, source: String, metricsPort: Int? = nil) throws {
        self.name = name
        self.program = program
        dataFolder = "\(folder)/\(name).data"
        configuration = "\(folder)/\(name).toml"
        outputFile = "\(folder)/\(name).log"
        let metrics = metricsPort.map { "metrics = \"127.0.0.1:\($0)\"\n" } ?? ""
        try PrivateFile.write(
            "data = \"\(dataFolder)\"\n\(metrics)[[camera]]\nid = \"\(name)-cam\"\nsource = \"\(source)\"\n",
            to: URL(filePath: configuration))
    }

    /// What the process has written, over all its lives.
    var output: String { (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "" }

    /// Runs the line that an invitation is.
    func join(address: String, invitation: String) async throws {
        let child = try ChildProcess(executable: program, arguments: ["join", address, invitation, "--config", configuration])
        let status = await child.waitForExit()
        guard status == 0 else { throw FleetError("\(name) could not join: \(child.output)") }
    }

    func start() throws {
        let child = try ChildProcess(executable: program, arguments: ["run", "--config", configuration], outputFile: outputFile)
        process.withLock { $0 = child }
    }

    func stop() async { await process.withLock { $0 }?.terminate(within: .seconds(20)) }

    /// What its configuration file says now.
    func configurationText() throws -> String { try String(contentsOfFile: configuration, encoding: .utf8) }

    /// Has it go by one address of the hubs alone, in place of those that joining told it of.
    func goBy(_ address: String) throws {
        let file = NodeIdentity.folder(in: dataFolder).appending(path: "hub.json")
        var answer = try NodeJSON.decode(JoinAnswer.self, from: Array(Data(contentsOf: file)))
        answer.hubs = [address]
        guard let bytes = NodeJSON.encode(answer) else { throw FleetError("the answer to \(name) cannot be written") }
        try PrivateFile.write(bytes, to: file)
    }

    /// What joining brought.
    func identity() throws -> NodeIdentity {
        guard let found = try NodeIdentity.load(NodeIdentity.folder(in: dataFolder)) else { throw FleetError("\(name) has not joined") }
        return found
    }

    /// Every event in its outbox, acknowledged ones included, at its last revision.
    func accepted() throws -> [EventID: Int64] {
        try read { database in
            var out: [EventID: Int64] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT id, MAX(rev) AS rev FROM event GROUP BY id") {
                guard let id = EventID(row["id"] as String) else { throw FleetError("the outbox of \(name) holds an id that is none") }
                out[id] = row["rev"]
            }
            return out
        }
    }

    /// Rows that wait for the hub.
    func waiting() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM event WHERE acked_at IS NULL") ?? 0 }
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        var settings = Configuration()
        settings.readonly = true
        settings.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: "\(dataFolder)/outbox.sqlite", configuration: settings)
        defer { try? queue.close() }
        return try queue.read(body)
    }
}
