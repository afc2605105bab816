private import Base
package import Foundation
package import Logging
package import MQTT
private import Protocol
import ServiceLifecycle
package import Settings
private import Synchronization

/// A Mosquitto that the hub starts, keeps running, and ends with itself.
///
/// Its files lie in a folder of their own below the hub's data folder. Nodes come over TLS with a certificate of the hub's authority, the
/// hub's own clients by a socket of the file system. A Mosquitto that a killed hub left behind is ended before a new one starts.
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
        /// How often files that Mosquitto reads have changed, and how many of these changes it has read.
        var changes = 0
        var changesRead = 0
        var starts = 0
        /// Who may connect when it starts; while it runs the plug-in is told by `BrokerRights`.
        var nodes: [BrokerNode] = []
    }

    /// Where it listens for nodes.
    package let port: Int
    /// The password of the hub's own clients, which lives as long as this process: it is nobody else's to know.
    private let secret = Secret.make()
    private let executable: String
    private let files: BrokerFiles
    private let logger: Logger
    private let state = Mutex(State())

    /// Prepares the folder; starts nothing.
    /// - Parameters:
    ///   - folder: For the broker's own files; made if it is missing.
    ///   - listen: Where nodes connect; port 0 for the port of the last time, or else one that is free now.
    ///   - executable: Mosquitto's path; nil to look in the usual places.
    /// - Throws: `BrokerError` when Mosquitto or its plug-in is not installed or no port is free; errors of the file system.
    package init(
        folder: URL, listen: HostAndPort, certificates: BrokerCertificates, executable: String? = nil, logger: Logger
    ) throws {
        try PrivateFile.makeFolder(folder)
        // The path has to read the same in the next hub's eyes, however it is started.
        let files = BrokerFiles(folder: folder.resolvingSymlinksInPath().absoluteURL)
        self.files = files
        self.logger = logger
        guard files.socket.path.utf8.count <= BrokerPort.longestPath else {
            throw BrokerError(
                "The path \(files.socket.path) is longer than a socket's may be (\(BrokerPort.longestPath) bytes): choose a shorter --data."
            )
        }
        let candidates =
            executable.map { [$0] } ?? ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"].map { "\($0)/mosquitto" }
        guard let program = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw BrokerError("Mosquitto is not installed: install the package 'mosquitto', or name a broker with --broker.")
        }
        self.executable = program
        guard let plugin = Self.plugin() else {
            throw BrokerError(
                "Mosquitto's plug-in mosquitto_dynamic_security.so is not installed: it is part of Debian's package 'mosquitto'.")
        }
        self.port = try listen.port != 0 ? listen.port : Self.keptPort(files)
        try PrivateFile.write(
            files.configurationText(
                listen: HostAndPort(host: listen.host, port: self.port), certificates: certificates, plugin: plugin,
                isRoot: NSUserName() == "root"),
            to: files.configuration)
    }

    /// Beside the libraries, in Debian's folder for this processor or elsewhere in the usual one.
    private static func plugin() -> String? {
        let name = "mosquitto_dynamic_security.so"
        let folders = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []).filter { $0.hasSuffix("-linux-gnu") }
            .sorted()
        return (folders.map { "/usr/lib/\($0)/\(name)" } + ["/usr/lib/\(name)", "/usr/lib/mosquitto/\(name)", "/usr/local/lib/\(name)"])
            .first { FileManager.default.isReadableFile(atPath: $0) }
    }

    /// How one of the hub's own clients connects.
    package func client(_ clientID: String) -> MQTTConfiguration {
        MQTTConfiguration(
            host: files.socket.path, port: 0, clientID: clientID, username: DynamicSecurity.hubUser, password: secret)
    }

    package var status: Status { state.withLock { $0.status } }

    /// The present Mosquitto's process id; nil while none runs.
    package var processID: Int32? { state.withLock { $0.process?.pid } }

    /// How often Mosquitto has been started.
    package var starts: Int { state.withLock { $0.starts } }

    /// Sets who may connect when Mosquitto starts, and which certificates are revoked. A running Mosquitto refuses these when this returns, and
    /// goes on with the connections that there are, which `BrokerRights` ends.
    /// - Parameter revocations: A list of the authority's in PEM, nil for the one of before. A foreign one would keep everybody out.
    /// - Throws: `BrokerError` for a name that is no node's; errors of the file system.
    package func set(nodes: [BrokerNode], revocations: String?) async throws {
        if let wrong = nodes.first(where: { !NodeName.isValid($0.name) || !$0.cameras.allSatisfy { Identifier.isValid($0) } }) {
            throw BrokerError("The broker's user '\(wrong.name)' \(NodeName.rule), and its cameras need ids.")
        }
        try state.withLock { state in
            state.nodes = nodes
            guard let revocations else { return }
            try PrivateFile.write(revocations, to: files.revocations)
            state.changes += 1
        }
        await reload()
    }

    /// Makes Mosquitto read its certificate again: it has been renewed.
    package func reloadCertificate() async {
        state.withLock { $0.changes += 1 }
        await reload()
    }

    /// Attempts to have files read, half a second each, before it is given up: the next change tries again.
    private static let reloadAttempts = 20

    /// Has a running Mosquitto read what has changed, and waits until it does.
    ///
    /// It forgets a signal that comes while it still reads for the one before, so it is told again until its log says that it has begun anew.
    /// One that does not run reads everything at its start.
    private func reload() async {
        for _ in 0..<Self.reloadAttempts {
            let (status, process, changes, isRead) = state.withLock { ($0.status, $0.process, $0.changes, $0.changesRead >= $0.changes) }
            guard let process, !isRead, !Task.isCancelled else { return }
            let end = BrokerLog.size(of: files.log)
            if status == .ready { process.signal(SIGHUP) }
            for _ in 0..<25 where !Task.isCancelled {
                if status == .ready, BrokerLog.hasReloaded(files.log, since: end) {
                    state.withLock { $0.changesRead = max($0.changesRead, changes) }
                    return
                }
                if status != state.withLock({ $0.status }) { break }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        logger.error("the broker does not say that it has read its files again", metadata: ["log": "\(files.log.path)"])
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
        state.withLock { $0.changesRead = $0.changes }
        let process: BrokerProcess
        do {
            limitLog()
            // The plug-in rewrites this file as it is told of changes, and reads it at no other time.
            try PrivateFile.write(
                try DynamicSecurity.file(hubSecret: secret, nodes: state.withLock { $0.nodes }), to: files.rights)
            process = try BrokerProcess(executable: executable, arguments: ["-c", files.configuration.path])
        } catch {
            return "\(error)"
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
            if BrokerPort.accepts(socket: files.socket.path) {
                state.withLock { state in
                    guard !process.hasExited else { return }
                    state.status = .ready
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
        guard let port = BrokerPort.findFree() else { throw BrokerError("No port is free for the broker.") }
        try PrivateFile.write("\(port)\n", to: files.port)
        return port
    }
}
