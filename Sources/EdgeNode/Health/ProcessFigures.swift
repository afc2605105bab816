import Foundation

/// What the process and its machine measure; everything is nil where the system does not tell.
package struct ProcessFigures: Sendable {
    /// Seconds of CPU time that the process has used.
    package var cpuSeconds: Double?
    /// Bytes of resident memory.
    package var memory: Int64?
    package var diskFree: Int64?
    package var diskTotal: Int64?
    /// Degrees Celsius of the warmest thermal zone.
    package var temperature: Double?

    /// Measures now.
    ///
    /// - Parameter folder: A path on the disk that matters.
    package static func measure(folder: String) -> ProcessFigures {
        var figures = ProcessFigures()
        figures.memory = status("VmRSS:").map { $0 * 1024 }
        figures.cpuSeconds = cpuTime()
        if let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder) {
            figures.diskFree = (attributes[.systemFreeSize] as? NSNumber)?.int64Value
            figures.diskTotal = (attributes[.systemSize] as? NSNumber)?.int64Value
        }
        figures.temperature = warmestZone()
        return figures
    }

    private static func cpuTime() -> Double? {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A line of `/proc/self/status` in kibibytes.
    private static func status(_ key: String) -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int64($0) }
    }

    private static func warmestZone() -> Double? {
        let root = "/sys/class/thermal"
        guard let zones = try? FileManager.default.contentsOfDirectory(atPath: root) else { return nil }
        let degrees = zones.filter { $0.hasPrefix("thermal_zone") }.compactMap { zone -> Double? in
            guard let text = try? String(contentsOfFile: "\(root)/\(zone)/temp", encoding: .utf8) else { return nil }
            return Double(text.trimmingCharacters(in: .whitespacesAndNewlines)).map { $0 / 1000 }
        }
        return degrees.filter { $0 > -60 && $0 < 200 }.max()
    }
}
