import Foundation

/// What a drain came to.
package struct DrainReport: Sendable {
    /// The same drain with TLS and client certificates between nodes and broker, and with TLS between broker and hub.
    package struct Secure: Sendable {
        package let perSecond: Double
        /// CPU microseconds for each revision, over all programs.
        package let cpu: Double
    }

    /// Event revisions that went from the outboxes to the store and back as acknowledgements.
    package var revisions = 0
    package var seconds = 0.0
    /// CPU microseconds for each revision, by program.
    package var cpu: [(program: String, microseconds: Double)] = []
    /// Milliseconds from the publishing of a batch of one event to the arrival of its summary.
    package var publishToPublished: [Double] = []
    /// Milliseconds from before the outbox's commit to the arrival of the summary.
    package var outboxToPublished: [Double] = []
    /// Nil where only the drain without TLS was measured.
    package var overTLS: Secure?

    package var perSecond: Double { Double(revisions) / max(seconds, 1e-9) }
    package var cpuInAll: Double { cpu.reduce(0) { $0 + $1.microseconds } }

    package var table: String {
        func row(_ name: String, _ values: [Double]) -> String {
            "\(name), ms (p50 / p99 / n) | \(Quantiles.text(values, 0.5)) / \(Quantiles.text(values, 0.99)) / \(values.count)"
        }
        var lines = ["figure | value", "--- | ---", "drained, events/s | \(Int(perSecond))", "events | \(revisions)"]
        lines += cpu.map { "CPU of \($0.program), µs an event | \(String(format: "%.1f", $0.microseconds))" }
        lines.append("CPU in all, µs an event | \(String(format: "%.1f", cpuInAll))")
        if let overTLS {
            lines += [
                "over TLS: drained, events/s | \(Int(overTLS.perSecond))",
                "over TLS: CPU in all, µs an event | \(String(format: "%.1f", overTLS.cpu))",
                "over TLS: events/s as a ratio | \(String(format: "%.2f", overTLS.perSecond / max(perSecond, 1e-9)))",
                "over TLS: CPU as a ratio | \(String(format: "%.2f", overTLS.cpu / max(cpuInAll, 1e-9)))",
            ]
        }
        lines.append(row("publish to vigilar/events/published", publishToPublished))
        lines.append(row("outbox to vigilar/events/published", outboxToPublished))
        return lines.joined(separator: "\n")
    }
}
