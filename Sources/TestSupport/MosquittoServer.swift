import Foundation
import Synchronization

/// A real Mosquitto on a loopback port, in a temporary folder of its own; it dies with this object.
package final class MosquittoServer: Sendable {
    /// The server could not be set up or did not come up.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// A name with its password, as the password file holds them.
    package struct User: Sendable {
        package let name: String
        package let password: String

        package init(_ name: String, _ password: String) {
            self.name = name
            self.password = password
        }
    }

    /// Stays the same over restarts.
    package let port: Int
    private let users: [User]
    private let folder: TemporaryDirectory
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts the server and waits until it accepts connections.
    /// - Parameters:
    ///   - users: Who may connect; nobody named means that anybody may.
    ///   - settings: Further lines of `mosquitto.conf`.
    /// - Throws: `Failure`, or what starting the process threw.
    package init(users: [User] = [], settings: [String] = []) async throws {
        self.users = users
        folder = try TemporaryDirectory("mosquitto")
        port = try FreePort.find()
        var lines = [
            "listener \(port) 127.0.0.1", "allow_anonymous \(users.isEmpty)", "persistence false", "log_type all", "set_tcp_nodelay true",
            "user \(NSUserName())", "max_packet_size 327680", "max_inflight_messages 20",
        ]
        if !users.isEmpty {
            let path = folder.path("passwords")
            try users.map { "\($0.name):\($0.password)\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
            let status = try await ChildProcess(executable: "mosquitto_passwd", arguments: ["-U", path]).waitForExit()
            guard status == 0 else { throw Failure(description: "mosquitto_passwd ended with \(status)") }
            lines.append("password_file \(path)")
        }
        try await start(lines + settings)
    }

    /// Starts a server with a configuration of the caller's own, and waits until it accepts connections.
    /// - Parameters:
    ///   - port: One of those at which the configuration has it listen on 127.0.0.1.
    ///   - configuration: The lines of `mosquitto.conf`.
    /// - Throws: `Failure`, or what starting the process threw.
    package init(port: Int, configuration: [String]) async throws {
        users = []
        folder = try TemporaryDirectory("mosquitto")
        self.port = port
        try await start(configuration)
    }

    private func start(_ lines: [String]) async throws {
        try (lines.joined(separator: "\n") + "\n").write(toFile: folder.path("mosquitto.conf"), atomically: false, encoding: .utf8)
        try await start()
    }

    /// Where a client without a user connects.
    package var url: String { "mqtt://127.0.0.1:\(port)" }

    /// Where a user of the password file connects; the plain address if there is none of this name.
    package func url(user name: String) -> String {
        guard let user = users.first(where: { $0.name == name }) else { return url }
        return "mqtt://\(user.name):\(user.password)@127.0.0.1:\(port)"
    }

    /// What the server has logged so far.
    package var log: String { (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? "" }

    /// Starts the server again on its port, and waits until it accepts connections.
    /// - Throws: `Failure` when it does not.
    package func start() async throws {
        let child = try ChildProcess(
            executable: "mosquitto", arguments: ["-c", folder.path("mosquitto.conf")], outputFile: folder.path("log"))
        process.withLock { $0 = child }
        try await eventually("Mosquitto on port \(port)") {
            if child.hasExited { throw Failure(description: "Mosquitto ended at once: \(self.log)") }
            return LoopbackSocket.canConnect(port: self.port)
        }
    }

    /// Ends the server in good order; clients see their connections closed.
    package func stop() async {
        await process.withLock { $0 }?.terminate()
    }

    /// Kills the server as `kill -9` does, and waits until it is gone.
    package func kill() async {
        guard let child = process.withLock({ $0 }) else { return }
        child.signal(SIGKILL)
        _ = await child.waitForExit()
    }

    /// Has the server read its list of revoked certificates again (SIGHUP).
    package func reload() { process.withLock { $0 }?.signal(SIGHUP) }

    /// Stalls the server: connections stay open and nothing moves (SIGSTOP).
    package func pause() { process.withLock { $0 }?.signal(SIGSTOP) }

    /// Ends a stall (SIGCONT).
    package func resume() { process.withLock { $0 }?.signal(SIGCONT) }
}
