import Dispatch
import Foundation

/// A program started by a test: in a process group of its own, killed when this object goes away and also when the test process
/// itself is killed, so that no server outlives its test.
package final class ChildProcess: Sendable {
    /// Why a program could not be started.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The process id; it is also the id of the process group.
    package let pid: Int32
    private let shared: Shared

    /// Starts a program with an empty standard input. Its output and errors go to `outputFile`, which is appended to, or else into
    /// `output`.
    /// - Parameters:
    ///   - executable: A path, or a name looked up in `PATH`.
    ///   - environment: Added to the test's own environment.
    /// - Throws: `Failure`, or what the spawn reported.
    package init(
        executable: String, arguments: [String], environment: [String: String]? = nil, workingDirectory: String? = nil,
        outputFile: String? = nil
    ) throws {
        let path = try Self.resolve(executable)
        let shared = Shared()
        self.shared = shared
        let merged = ProcessInfo.processInfo.environment.merging(environment ?? [:]) { $1 }
        let plan = SpawnPlan(
            path: path, arguments: arguments, environment: merged.map { "\($0)=\($1)" }, workingDirectory: workingDirectory,
            outputFile: outputFile
        )
        // The thread that spawns stays until the child has ended: the kernel sends the parent-death signal when the spawning
        // thread ends, not the process.
        let thread = Thread { shared.live(plan) }
        thread.stackSize = 1 << 18
        thread.start()
        pid = try shared.awaitStart()
    }

    deinit {
        shared.signalGroup(SIGKILL)
        shared.blockUntilExit()
    }

    /// Sends a signal to the program; nothing happens when it has ended.
    package func signal(_ number: Int32) { shared.signal(number) }

    /// Whether the program has ended and been reaped.
    package var hasExited: Bool { shared.status != nil }

    /// The last 256 KiB of what the program wrote, when no `outputFile` was given.
    package var output: String { shared.output }

    /// Asks the program to end (SIGTERM), and kills its whole group when it has not ended in time.
    /// - Returns: Its exit status, as of `waitForExit`.
    @discardableResult
    package func terminate(within limit: Duration = .seconds(5)) async -> Int32 {
        signal(SIGCONT)
        signal(SIGTERM)
        let deadline = ContinuousClock.now + limit
        while !hasExited, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
        shared.signalGroup(SIGKILL)
        return await waitForExit()
    }

    /// Waits for the end of the program.
    /// - Returns: Its exit status; 128 plus the signal's number when a signal ended it.
    package func waitForExit() async -> Int32 {
        await withCheckedContinuation { shared.whenExited($0) }
    }

    private static func resolve(_ executable: String) throws -> String {
        if executable.contains("/") {
            guard access(executable, X_OK) == 0 else {
                throw Failure(description: "\(executable) is not an executable file")
            }
            return executable
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folders = "\(path):/usr/sbin:/sbin".split(separator: ":").map(String.init)
        for folder in folders where access("\(folder)/\(executable)", X_OK) == 0 {
            return "\(folder)/\(executable)"
        }
        throw Failure(description: "\(executable) is not installed (not found in PATH)")
    }
}

/// What to start.
private struct SpawnPlan: Sendable {
    let path: String
    let arguments: [String]
    let environment: [String]
    let workingDirectory: String?
    let outputFile: String?

    /// Starts the program; `output` is the write end of a pipe, or -1.
    func spawn(output: Int32) -> Result<pid_t, ChildProcess.Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let outputFile {
            posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        }
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Descriptors of other tests stay out of the child; closing one that is not open is no error here.
        for descriptor in Int32(3)..<512 { posix_spawn_file_actions_addclose(&actions, descriptor) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        // setpriv and env replace themselves by the program, so the process id stays.
        let folder = workingDirectory.map { ["/usr/bin/env", "--chdir=\($0)"] } ?? []
        let words = ["setpriv", "--pdeathsig", "KILL", "--"] + folder + [path] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/usr/bin/setpriv", &actions, &attributes, &argv, &envp)
        if code != 0 { return .failure(.init(description: "cannot start \(path): \(String(cString: strerror(code)))")) }
        return .success(pid)
    }
}

/// What the child's thread and its owner both see. `@unchecked`: every stored variable is only touched with `condition` locked.
private final class Shared: @unchecked Sendable {
    private let condition = NSCondition()
    private var started: Result<pid_t, ChildProcess.Failure>?
    private var exitStatus: Int32?
    private var waiting: [CheckedContinuation<Int32, Never>] = []
    private var collected: [UInt8] = []

    var status: Int32? { condition.withLock { exitStatus } }
    var output: String { condition.withLock { String(decoding: collected, as: UTF8.self) } }

    func awaitStart() throws -> pid_t {
        try condition.withLock {
            while started == nil { condition.wait() }
            return try started?.get() ?? 0
        }
    }

    func blockUntilExit() {
        condition.withLock {
            guard case .success = started else { return }
            while exitStatus == nil { condition.wait() }
        }
    }

    func whenExited(_ continuation: CheckedContinuation<Int32, Never>) {
        let known = condition.withLock { () -> Int32? in
            if exitStatus == nil { waiting.append(continuation) }
            return exitStatus
        }
        if let known { continuation.resume(returning: known) }
    }

    /// Under the lock, and only while the process is not reaped: its id cannot have been given to another.
    func signal(_ number: Int32) {
        condition.withLock {
            if exitStatus == nil, case .success(let pid) = started { kill(pid, number) }
        }
    }

    func signalGroup(_ number: Int32) {
        condition.withLock {
            if exitStatus == nil, case .success(let pid) = started { kill(-pid, number) }
        }
    }

    /// The life of the child's thread: spawn, wait, reap.
    func live(_ plan: SpawnPlan) {
        var ends: [Int32] = [-1, -1]
        if plan.outputFile == nil, pipe(&ends) != 0 {
            announce(.failure(.init(description: "cannot make a pipe: \(String(cString: strerror(errno)))")))
            return
        }
        for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let result = plan.spawn(output: ends[1])
        if ends[1] >= 0 { close(ends[1]) }
        announce(result)
        guard case .success(let pid) = result else {
            if ends[0] >= 0 { close(ends[0]) }
            return
        }
        let collected = DispatchSemaphore(value: 0)
        if ends[0] >= 0 {
            let reading = ends[0]
            let thread = Thread {
                self.collect(reading)
                collected.signal()
            }
            thread.stackSize = 1 << 18
            thread.start()
        }
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        kill(-pid, SIGKILL)
        // Whoever waits for the end reads the output next. What the program has started outside its group may hold the pipe for longer.
        if ends[0] >= 0 { _ = collected.wait(timeout: .now() + 2) }
        condition.lock()
        var raw: Int32 = 0
        waitpid(pid, &raw, 0)
        let code = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
        exitStatus = code
        let ready = waiting
        waiting = []
        condition.broadcast()
        condition.unlock()
        for continuation in ready { continuation.resume(returning: code) }
    }

    private func announce(_ result: Result<pid_t, ChildProcess.Failure>) {
        condition.withLock {
            started = result
            condition.broadcast()
        }
    }

    /// Reads the pipe until nobody holds its other end.
    private func collect(_ descriptor: Int32) {
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            condition.withLock {
                collected += buffer[..<count]
                if collected.count > 512 << 10 { collected.removeFirst(collected.count - (256 << 10)) }
            }
        }
    }
}
