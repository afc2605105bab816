private import Foundation
private import Glibc
private import Synchronization

/// One run of Mosquitto, in a process group of its own, so that a Ctrl-C meant for the hub does not end it before the hub has.
final class BrokerProcess: Sendable {
    private struct State: Sendable {
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    let pid: Int32
    private let state = Mutex(State())

    /// - Throws: `BrokerError` when the program cannot be started.
    init(executable: String, arguments: [String]) throws(BrokerError) {
        pid = try Self.spawn([executable] + arguments)
        let thread = Thread { self.reap() }
        thread.name = "broker-child"
        thread.stackSize = 256 << 10
        thread.start()
    }

    var hasExited: Bool { state.withLock { $0.status != nil } }

    /// Sent only while the process is not reaped: its number cannot belong to another yet.
    func signal(_ number: Int32) {
        state.withLock { state in
            if state.status == nil { _ = kill(pid, number) }
        }
    }

    /// Waits for the end; 128 plus the signal's number when a signal ended it.
    func waitForExit() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    private func reap() {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (status, waiting) = state.withLock { state in
            var raw: Int32 = 0
            unsafe waitpid(pid, &raw, 0)
            let status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
            state.status = status
            defer { state.waiting = [] }
            return (status, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }

    private static func spawn(_ words: [String]) throws(BrokerError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor in Int32(0)...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // A socket of the hub that lived on in Mosquitto would keep the hub's port from its successor.
        // Beyond the highest descriptor there may be one that another thread opens right now; closing what is not open is no error.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in 3...max(3, open.compactMap { Int32($0) }.max() ?? 0) + 64 {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var argv: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
        let strings = unsafe argv + environment
        defer { unsafe strings.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawn(&pid, words[0], &actions, &attributes, &argv, &environment)
        guard code == 0 else { throw BrokerError("Cannot start \(words[0]): \(unsafe String(cString: strerror(code))).") }
        return pid
    }
}
