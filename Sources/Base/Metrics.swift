private import Foundation
private import Synchronization

/// The figures of one process, and their Prometheus text. Counters and gauges only; a name and its labels make one series.
///
/// Kept small on purpose: no exporter for swift-metrics is available on the platforms that we build on (docs/decisions).
package final class Metrics: Sendable {
    package enum Kind: String, Sendable { case counter, gauge }

    private struct Family {
        var kind: Kind
        var help: String
        var series: [String: Double] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    package init() {}

    /// Declares a series family before its first value, so that it is listed at zero and has a help text.
    package func declare(_ name: String, _ kind: Kind, help: String) {
        families.withLock { families in
            if families[name] == nil { families[name] = Family(kind: kind, help: help, series: [:]) }
        }
    }

    /// Adds to a counter; creates it if need be.
    package func add(_ name: String, _ value: Double = 1, labels: [(String, String)] = []) {
        let key = Self.key(labels)
        families.withLock { $0[name, default: Family(kind: .counter, help: name)].series[key, default: 0] += value }
    }

    /// Sets a gauge; creates it if need be.
    package func set(_ name: String, _ value: Double, labels: [(String, String)] = []) {
        let key = Self.key(labels)
        families.withLock { $0[name, default: Family(kind: .gauge, help: name)].series[key] = value }
    }

    /// Puts these series in the place of all that a gauge has: what is not among them is not told any more.
    package func replace(_ name: String, _ series: [(labels: [(String, String)], value: Double)]) {
        let values = Dictionary(series.map { (Self.key($0.labels), $0.value) }, uniquingKeysWith: { $1 })
        families.withLock { $0[name, default: Family(kind: .gauge, help: name)].series = values }
    }

    /// The present value of a series, 0 if it was never touched.
    package func value(_ name: String, labels: [(String, String)] = []) -> Double {
        let key = Self.key(labels)
        return families.withLock { $0[name]?.series[key] ?? 0 }
    }

    /// Names of all families known so far.
    package var names: [String] { families.withLock { $0.keys.sorted() } }

    /// Prometheus text exposition format, version 0.0.4.
    package func text() -> String {
        families.withLock { families in
            var out = ""
            for (name, family) in families.sorted(by: { $0.key < $1.key }) {
                out += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
                if family.series.isEmpty { out += "\(name) 0\n" }
                for (labels, value) in family.series.sorted(by: { $0.key < $1.key }) {
                    let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
                    out += "\(name)\(labels) \(number)\n"
                }
            }
            return out
        }
    }

    private static func key(_ labels: [(String, String)]) -> String {
        if labels.isEmpty { return "" }
        let pairs = labels.map { name, value in
            let escaped = value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
                .replacingOccurrences(of: "\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        return "{" + pairs.joined(separator: ",") + "}"
    }
}
