import Foundation

/// CPU time of the processes that this one has started, by program (`/proc/PID/stat`, user and system, with children that have ended).
struct ProcessCPU {
    /// Seconds by the program's name, with everything below it; `fleet` is this process.
    let seconds: [String: Double]

    static func now() -> ProcessCPU {
        var seconds: [String: Double] = ["fleet": own(getpid())]
        for child in children(of: getpid()) { seconds[name(of: child), default: 0] += tree(child) }
        return ProcessCPU(seconds: seconds)
    }

    /// Microseconds for each of `count` things, since `earlier`, by program.
    func since(_ earlier: ProcessCPU, perThing count: Int) -> [(program: String, microseconds: Double)] {
        seconds.map { ($0.key, ($0.value - earlier.seconds[$0.key, default: 0]) * 1e6 / Double(max(1, count))) }
            .filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
    }

    private static func tree(_ pid: Int32) -> Double { children(of: pid).reduce(own(pid, ended: true)) { $0 + tree($1) } }

    private static func own(_ pid: Int32, ended: Bool = false) -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return 0
        }
        // After the name: state is field 3; utime, stime, cutime, cstime are 14 to 17 (proc(5)).
        let fields = text[text.index(after: end)...].split(separator: " ")
        let wanted = ended ? 11...14 : 11...12
        let ticks = wanted.reduce(0.0) { $0 + (fields.indices.contains($1) ? Double(fields[$1]) ?? 0 : 0) }
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func name(of pid: Int32) -> String {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) ?? "unknown"
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Children are listed by the thread that started them.
    private static func children(of pid: Int32) -> [Int32] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.flatMap { thread in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
    }
}
