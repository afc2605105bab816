import Foundation

/// What Mosquitto's log says to the hub.
enum BrokerLog {
    /// Bytes so far; 0 where there is no log yet.
    static func size(of log: URL) -> UInt64 {
        ((try? FileManager.default.attributesOfItem(atPath: log.path)[.size] as? NSNumber) ?? nil)?.uint64Value ?? 0
    }

    /// Whether Mosquitto has begun to read its files again since the log had this size (`loop.c` of Mosquitto 2.0).
    static func hasReloaded(_ log: URL, since size: UInt64) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: log) else { return false }
        defer { try? handle.close() }
        guard (try? handle.seek(toOffset: size)) != nil, let data = try? handle.readToEnd() else { return false }
        return String(decoding: data, as: UTF8.self).contains("Reloading config.")
    }
}
