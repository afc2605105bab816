import Foundation
import Synchronization
package import TestSupport

/// A hub as a process of its own, on ports that stay the same over its restarts.
package final class HubReplica: Sendable {
    package let name: String
    /// Of the web server.
    package let port: Int
    /// On the way to the database.
    package let databaseLine: FaultProxy
    package let dataFolder: String
    private let program: String
    private let arguments: [String]
    private let environment: [String: String]
    private let process = Mutex<ChildProcess?>(nil)

    /// - Parameters:
    ///   - database: The database's URL, which must name the port of `databaseLine`.
    ///   - settings: Further keys of `hub.toml` with their values.
    package init(
        name: String, program: String, folder: String, database: String, databaseLine: FaultProxy, broker: String, password: String,
        settings: [String: String] = [:]
    ) throws {
        self.name = name
        self.program = program
        self.databaseLine = databaseLine
        port = try FreePort.find()
        dataFolder = "\(folder)/\(name)"
        arguments = ["serve", "--data", dataFolder, "--listen", "127.0.0.1:\(port)", "--database", database, "--broker", broker]
        // Replicas of one installation share their keys.
        var environment = ["VIGILAR_REPLICA": name, "VIGILAR_ADMIN_PASSWORD": password, "VIGILAR_TLS_FOLDER": "\(folder)/trust"]
        for (key, value) in settings { environment["VIGILAR_\(key.uppercased())"] = value }
        self.environment = environment
        outputFile = "\(folder)/\(name).log"
        self.database = database
    }

    private let outputFile: String
    private let database: String

    /// What the process has written, over all its lives.
    package var output: String { (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "" }

    package var pid: Int32? { process.withLock { $0?.pid } }

    /// Starts the process; it is ready when `isReady` says so.
    package func start() throws {
        let child = try ChildProcess(executable: program, arguments: arguments, environment: environment, outputFile: outputFile)
        process.withLock { $0 = child }
    }

    /// `kill -9`.
    package func kill() async {
        guard let child = process.withLock({ $0 }) else { return }
        child.signal(SIGKILL)
        _ = await child.waitForExit()
    }

    package func stop() async { await process.withLock { $0 }?.terminate(within: .seconds(20)) }

    /// Stalls the process (SIGSTOP), or lets it go on (SIGCONT).
    package func freeze(_ frozen: Bool) { process.withLock { $0 }?.signal(frozen ? SIGSTOP : SIGCONT) }

    package func isReady() async -> Bool { await HubRequest.send("GET", "/readyz", port: port)?.status == 200 }

    /// Runs `vigilar-hub check` beside the running hub.
    /// - Returns: Its exit status and what it printed.
    package func check() async throws -> (status: Int32, output: String) { try await command(["check"]) }

    /// Runs a command of `vigilar-hub` beside the running hub, which carries it out.
    /// - Returns: Its exit status and what it printed.
    package func command(_ words: [String]) async throws -> (status: Int32, output: String) {
        let child = try ChildProcess(
            executable: program, arguments: words + ["--data", dataFolder, "--database", database], environment: environment)
        let status = await child.waitForExit()
        return (status, child.output)
    }

    /// Has the hub invite a node.
    /// - Returns: The hub's address and the invitation, as the line to run beside the camera has them.
    /// - Throws: `FleetError` where it does not.
    package func invite(_ node: String, site: String = "home") async throws -> (address: String, invitation: String) {
        let (status, output) = try await command(["invite", "--site", site, "--name", node])
        let words =
            output.split(separator: "\n").last { $0.hasPrefix("vigilar-edge join ") }?.split(separator: " ").map { String($0) } ?? []
        guard status == 0, words.count == 4 else { throw FleetError("\(name) does not invite \(node): \(output)") }
        return (words[2], words[3])
    }
}
