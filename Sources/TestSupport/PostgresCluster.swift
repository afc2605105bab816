import Foundation

/// A PostgreSQL server of a test's own: a cluster made by `initdb` in a temporary folder, on a free port of 127.0.0.1, run as an
/// unprivileged user. It can be stopped, killed and started again; it ends with the test process and leaves nothing behind.
package actor PostgresCluster {
    /// The server could not be had.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The port that the server listens on; it stays the same over restarts.
    package nonisolated let port: Int
    private let directory: TemporaryDirectory
    private let durable: Bool
    private let settings: [String]
    private var server: ChildProcess?
    private var starts = 0
    private var databases = 0

    private nonisolated var data: String { directory.path("data") }

    private init(port: Int, directory: TemporaryDirectory, durable: Bool, settings: [String]) {
        self.port = port
        self.directory = directory
        self.durable = durable
        self.settings = settings
    }

    /// Makes a cluster and starts its server.
    ///
    /// - Parameters:
    ///   - durable: Whether commits reach the disk. Without, a killed server still loses nothing, only a machine without power does.
    ///   - settings: Further `name=value` settings of the server.
    /// - Throws: `Failure` where PostgreSQL is not installed or does not start.
    package static func start(durable: Bool = true, settings: [String] = []) async throws -> PostgresCluster {
        let directory = try TemporaryDirectory("postgres")
        PostgresExitCleaning.remove(directory.path)
        let cluster = PostgresCluster(port: try FreePort.find(), directory: directory, durable: durable, settings: settings)
        try await cluster.initialise()
        try await cluster.start()
        return cluster
    }

    /// A server that all tests of the process share, not durable; each takes a database of its own.
    package static func shared() async throws -> PostgresCluster { try await sharedTask.value }

    private static let sharedTask = Task { try await start(durable: false) }

    /// Makes an empty database and returns its URL.
    package func makeDatabase() async throws -> String {
        databases += 1
        let name = "test\(databases)"
        try await run("createdb", ["-h", "127.0.0.1", "-p", String(port), "-U", "vigilar", name])
        return "postgres://vigilar@127.0.0.1:\(port)/\(name)"
    }

    /// Starts the server; it accepts connections when this returns.
    package func start() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            if try await attempt() { return }
            // The backends of a killed server take a moment to notice, and keep its shared memory until then.
            guard ContinuousClock.now < deadline else { throw Failure(description: "PostgreSQL does not start: \(log())") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Stops the server in good order.
    package func stop() async {
        server?.signal(SIGCONT)
        server?.signal(SIGINT)
        _ = await server?.waitForExit()
        server = nil
    }

    /// Kills the server (SIGKILL): its backends end as soon as they notice.
    package func kill() async {
        server?.signal(SIGKILL)
        _ = await server?.waitForExit()
        server = nil
    }

    /// Stops every process of the server in its tracks (SIGSTOP), or lets them go on (SIGCONT).
    package func freeze(_ frozen: Bool) {
        guard let server else { return }
        for pid in Self.descendants(of: server.pid) { Foundation.kill(pid, frozen ? SIGSTOP : SIGCONT) }
    }

    private func initialise() async throws {
        if geteuid() == 0 {
            guard let user = getpwnam("nobody") else { throw Failure(description: "there is no user nobody to run PostgreSQL as") }
            guard chown(directory.path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
                throw Failure(description: "cannot give \(directory.path) to nobody")
            }
        }
        try await run("initdb", ["-D", data, "-A", "trust", "-U", "vigilar", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"])
    }

    private func attempt() async throws -> Bool {
        starts += 1
        var arguments = ["-D", data, "-p", String(port)]
        var all = [
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "shared_buffers=128MB",
            "max_wal_size=4GB", "log_min_messages=warning", "restart_after_crash=on",
        ]
        if !durable { all += ["fsync=off", "full_page_writes=off"] }
        for setting in all + settings { arguments += ["-c", setting] }
        let child = try Self.unprivileged(Self.program("postgres"), arguments, directory: directory.path, output: logPath)
        while !child.hasExited {
            // The file that a killed server left says ready as well, until the new one has written its own.
            let file = (try? String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8)) ?? ""
            if file.hasPrefix("\(child.pid)\n"), file.contains("\nready") {
                server = child
                return true
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    private var logPath: String { directory.path("server.\(starts).log") }

    private func log() -> String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "no log" }

    private func run(_ program: String, _ arguments: [String]) async throws {
        let child = try Self.unprivileged(Self.program(program), arguments, directory: directory.path, output: nil)
        let status = await child.waitForExit()
        guard status == 0 else { throw Failure(description: "\(program) ended with \(status): \(child.output)") }
    }

    /// Runs a program as `nobody` where the test runs as root, which PostgreSQL refuses.
    private static func unprivileged(_ path: String, _ arguments: [String], directory: String, output: String?) throws -> ChildProcess {
        let environment = ["HOME": directory, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"]
        guard geteuid() == 0 else {
            return try ChildProcess(
                executable: path, arguments: arguments, environment: environment, workingDirectory: directory, outputFile: output)
        }
        // Changing the user clears the parent-death signal, so it is set again behind that.
        let words = ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--pdeathsig", "KILL", "--", path] + arguments
        return try ChildProcess(
            executable: "setpriv", arguments: words, environment: environment, workingDirectory: directory, outputFile: output)
    }

    /// The newest installed version's program: Debian keeps the server's own programs out of `PATH`.
    private static func program(_ name: String) throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Int.init).sorted(by: >)
        for version in versions where FileManager.default.isExecutableFile(atPath: "\(root)/\(version)/bin/\(name)") {
            return "\(root)/\(version)/bin/\(name)"
        }
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") { return "\(folder)/\(name)" }
        throw Failure(description: "\(name) is not installed: install the package postgresql")
    }

    /// A process and its children, which is all that a server has.
    private static func descendants(of pid: pid_t) -> [pid_t] {
        let children = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return [pid] + children.split(separator: " ").compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}
