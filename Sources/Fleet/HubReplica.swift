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

    /// - Parameter database: The database's URL, which must name the port of `databaseLine`.
    package init(
        name: String, program: String, folder: String, database: String, databaseLine: FaultProxy, broker: String, password: String
    ) throws {
        self.name = name
        self.program = program
        self.databaseLine = databaseLine
        port = try FreePort.find()
        dataFolder = "\(folder)/\(name)"
        arguments = ["serve", "--data", dataFolder, "--listen", "127.0.0.1:\(port)", "--database", database, "--broker", broker]
        // Replicas of one installation share their keys.
        environment = ["VIGILAR_REPLICA": name, "VIGILAR_ADMIN_PASSWORD": password, "VIGILAR_TLS_FOLDER": "\(folder)/trust"]
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
    package func check() async throws -> (status: Int32, output: String) {
        let child = try ChildProcess(
            executable: program, arguments: ["check", "--data", dataFolder, "--database", database], environment: environment)
        let status = await child.waitForExit()
        return (status, child.output)
    }
}
