private import Base
package import Foundation
package import Logging
import ServiceLifecycle
private import Synchronization

/// A Mosquitto that the hub starts, keeps running, and ends with itself.
///
/// Its files lie in a folder of their own below the hub's data folder. It listens on 127.0.0.1 only, since nothing is encrypted. A
/// Mosquitto that a killed hub left behind is ended before a new one starts.
package final class EmbeddedBroker: Service, Sendable {
    /// How the broker does.
    package enum Status: Sendable, Hashable {
        case starting
        /// It accepts connections.
        case ready
        /// It does not run; the text says why. It is being started again.
        case failed(String)
        case stopped
    }

    private struct State: Sendable {
        var status = Status.starting
        var process: BrokerProcess?
        var stopping = false
        /// Users changed while Mosquitto was not yet able to be told.
        var reloadPending = false
        var starts = 0
    }

    /// Where it listens on 127.0.0.1.
    package let port: Int
    private let executable: String
    private let files: BrokerFiles
    private let logger: Logger
    private let state = Mutex(State())

    /// Prepares the folder; starts nothing.
    /// - Parameters:
    ///   - folder: For the broker's own files; made if it is missing.
    ///   - port: 0 for the port of the last time, or else one that is free now.
    ///   - executable: Mosquitto's path; nil to look in the usual places.
    /// - Throws: `BrokerError` when Mosquitto is not installed or no port is free; errors of the file system.
    package init(folder: URL, port: Int, executable: String? = nil, logger: Logger) throws {
        try PrivateFile.makeFolder(folder)
        // The path has to read the same in the next hub's eyes, however it is started.
        let files = BrokerFiles(folder: folder.resolvingSymlinksInPath().absoluteURL)
        self.files = files
        self.logger = logger
        let candidates =
            executable.map { [$0] } ?? ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"].map { "\($0)/mosquitto" }
        guard let program = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw BrokerError("Mosquitto is not installed: install the package 'mosquitto', or name a broker with --broker.")
        }
        self.executable = program
        self.port = try port != 0 ? port : Self.keptPort(files)
        try BrokerFiles.write(
            files.configurationText(host: "127.0.0.1", port: self.port, isRoot: NSUserName() == "root"), to: files.configuration)
        for file in [files.passwords, files.access] where !FileManager.default.fileExists(atPath: file.path) {
            try BrokerFiles.write("", to: file)
        }
    }

    package var status: Status { state.withLock { $0.status } }

    /// The present Mosquitto's process id; nil while none runs.
    package var processID: Int32? { state.withLock { $0.process?.pid } }

    /// How often Mosquitto has been started.
    package var starts: Int { state.withLock { $0.starts } }

    /// Replaces the list of those who may connect. A running Mosquitto reads it within a second; connections of users that are gone, or
    /// have another secret now, are closed by it then.
    /// - Throws: `BrokerError` for a name that is no id, an empty secret or a name used twice; errors of the file system.
    package func setUsers(_ users: [BrokerUser]) async throws {
        if let wrong = users.first(where: { !$0.isValid }) {
            throw BrokerError("The broker's user '\(wrong.name)' needs an id as name, and a secret.")
        }
        guard Set(users.map(\.name)).count == users.count else { throw BrokerError("Two of the broker's users have the same name.") }
        let (passwords, access) = (try BrokerFiles.passwordText(users), BrokerFiles.accessText(users))
        try state.withLock { state in
            try BrokerFiles.write(passwords, to: files.passwords)
            try BrokerFiles.write(access, to: files.access)
            if state.status == .ready { state.process?.signal(SIGHUP) } else { state.reloadPending = true }
        }
    }

    /// Keeps Mosquitto running until the task is cancelled or a graceful shutdown begins, then ends it.
    /// - Throws: `BrokerError` when a predecessor's Mosquitto cannot be ended.
    package func run() async throws {
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                let leftovers = try await BrokerLeftovers.end(configuration: files.configuration.path)
                if leftovers > 0 {
                    logger.notice("ended the broker that a killed hub left behind", metadata: ["processes": "\(leftovers)"])
                }
                await supervise()
            } onCancel: {
                requestStop()
            }
        } onGracefulShutdown: {
            self.requestStop()
        }
    }

    private func supervise() async {
        var backoff = Backoff(base: 0.2, maximum: 10)
        let clock = SystemClock()
        while !state.withLock({ $0.stopping }) {
            let start = clock.uptime
            let reason = await runOnce()
            if state.withLock({ $0.stopping }) { break }
            state.withLock { $0.status = .failed(reason) }
            logger.error("the broker ended and is started again", metadata: ["reason": "\(reason)", "log": "\(files.log.path)"])
            if clock.uptime - start > 10 { backoff.reset() }
            let delay = backoff.next()
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(delay)) }
        }
        state.withLock { $0.status = .stopped }
    }

    /// One Mosquitto from start to end; returns why it ended.
    private func runOnce() async -> String {
        // What is written from here on may come too late for the start that follows.
        state.withLock { $0.reloadPending = false }
        let process: BrokerProcess
        do throws(BrokerError) {
            limitLog()
            process = try BrokerProcess(executable: executable, arguments: ["-c", files.configuration.path])
        } catch {
            return error.description
        }
        let stopping = state.withLock { state in
            state.process = process
            state.starts += 1
            state.status = .starting
            return state.stopping
        }
        if stopping { Self.end(process) }
        let code = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.announceReadiness(of: process) }
            let code = await process.waitForExit()
            state.withLock { $0.process = nil }
            group.cancelAll()
            return code
        }
        return code > 128 ? "Mosquitto was ended by signal \(code - 128)" : "Mosquitto ended with status \(code); is port \(port) taken?"
    }

    private func announceReadiness(of process: BrokerProcess) async {
        while !process.hasExited {
            if BrokerPort.accepts(port) {
                state.withLock { state in
                    guard !process.hasExited else { return }
                    state.status = .ready
                    if state.reloadPending { process.signal(SIGHUP) }
                    state.reloadPending = false
                }
                return
            }
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }

    private func requestStop() {
        let process = state.withLock { state in
            state.stopping = true
            return state.process
        }
        if let process { Self.end(process) }
    }

    /// Asks Mosquitto to end, and kills it if it has not after three seconds. A signal to one that has ended goes nowhere.
    private static func end(_ process: BrokerProcess) {
        process.signal(SIGCONT)
        process.signal(SIGTERM)
        DispatchQueue.global().asyncAfter(deadline: .now() + 3) { process.signal(SIGKILL) }
    }

    /// Mosquitto appends to its log for ever: one old file of a megabyte or more is kept beside it.
    private func limitLog() {
        let size = (try? FileManager.default.attributesOfItem(atPath: files.log.path)[.size] as? Int) ?? 0
        guard size > 1 << 20 else { return }
        let old = files.log.appendingPathExtension("1")
        try? FileManager.default.removeItem(at: old)
        try? FileManager.default.moveItem(at: files.log, to: old)
    }

    private static func keptPort(_ files: BrokerFiles) throws -> Int {
        if let text = try? String(contentsOf: files.port, encoding: .utf8),
            let port = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)), (1...65_535).contains(port)
        {
            return port
        }
        guard let port = BrokerPort.findFree() else { throw BrokerError("No port of 127.0.0.1 is free for the broker.") }
        try BrokerFiles.write("\(port)\n", to: files.port)
        return port
    }
}
