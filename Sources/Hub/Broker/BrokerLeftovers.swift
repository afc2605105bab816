private import Foundation
private import Glibc

/// Finds the Mosquitto that a killed hub left behind, by what it was started with: no file has to be trusted that a crash may have
/// kept from being written.
enum BrokerLeftovers {
    /// Processes of this user that run some program with exactly `-c configuration`.
    static func find(configuration path: String) -> [Int32] {
        let user = geteuid()
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { pid in
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: "/proc/\(pid)"),
                attributes[.ownerAccountID] as? NSNumber == NSNumber(value: user)
            else { return false }
            return matches(pid, configuration: path)
        }
    }

    /// Ends them: asks first, insists after two seconds. Returns how many there were.
    /// - Throws: `BrokerError` when one cannot be ended; `CancellationError`.
    static func end(configuration path: String) async throws -> Int {
        let found = find(configuration: path)
        for pid in found {
            for (number, patience) in [(SIGTERM, 2.0), (SIGKILL, 5.0)] {
                // Looked at again before every signal: by now the number may belong to another process.
                guard matches(pid, configuration: path) else { break }
                _ = kill(pid, SIGCONT)
                _ = kill(pid, number)
                for _ in 0..<Int(patience / 0.02) where matches(pid, configuration: path) {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            if matches(pid, configuration: path) {
                throw BrokerError("Process \(pid) is a Mosquitto of this data folder and does not end: end it by hand.")
            }
        }
        return found.count
    }

    /// A zombie has no command line, so it does not match.
    private static func matches(_ pid: Int32, configuration path: String) -> Bool {
        guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
        let words = line.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        return words.count >= 3 && words[0].hasSuffix("mosquitto") && words[1] == "-c" && words[2] == path
    }
}
