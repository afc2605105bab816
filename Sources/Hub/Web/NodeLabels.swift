import Base
import Protocol

/// The words of the page of nodes. The script's `node-format.js` has the same ones, and a browser test holds the two together.
enum NodeLabels {
    struct Figure: Hashable {
        var name: String
        var value: String
        /// Whether somebody should look after it.
        var isWarning = false
    }

    static func state(_ state: NodeOverview.State) -> String {
        switch state {
        case .online: "Online"
        case .offline: "Offline"
        case .never: "Never heard of"
        }
    }

    static func state(_ node: NodeOverview) -> String { node.node.revokedAt == nil ? state(node.state) : "Revoked" }

    static func state(_ state: NodeOverview.Camera.State) -> String {
        switch state {
        case .online: "Online"
        case .offline: "Offline"
        case .unknown: "Unknown"
        }
    }

    /// Site and version.
    static func place(_ node: NodeOverview) -> String {
        node.record?.state?.version.map { "\(node.node.site) · version \($0)" } ?? node.node.site
    }

    /// What the node has measured, in a fixed order; what it has not is left out.
    static func figures(_ node: NodeOverview) -> [Figure] {
        guard let record = node.record else { return [] }
        var out: [Figure] = []
        if let outbox = record.health?.outbox {
            var words = outbox.waiting == 0 ? "empty" : "\(outbox.waiting) waiting"
            if outbox.deadLetters > 0 { words += ", \(count(Int64(outbox.deadLetters), "dead letter"))" }
            out.append(Figure(name: "Outbox", value: words, isWarning: outbox.deadLetters > 0))
        }
        if let lag = record.lag { out.append(Figure(name: "Lag", value: lag == 0 ? "none" : count(lag, "event"))) }
        if node.missing > 0 { out.append(Figure(name: "Missing", value: count(node.missing, "event"), isWarning: true)) }
        if let offset = record.clockOffset {
            out.append(Figure(name: "Clock", value: clock(offset), isWarning: abs(offset) >= 2))
        }
        if let why = record.state?.motionOnly { out.append(Figure(name: "Sees", value: "motion only: \(why)", isWarning: true)) }
        for shortcoming in record.state?.shortcomings ?? [] { out.append(Figure(name: "Lacks", value: shortcoming, isWarning: true)) }
        guard let health = record.health else { return out }
        if let cpu = health.cpu { out.append(Figure(name: "CPU", value: "\(percent(cpu)) of a core")) }
        if let memory = health.memory { out.append(Figure(name: "Memory", value: size(Double(memory)))) }
        if let free = health.diskFree, let total = health.diskTotal, total > 0 {
            out.append(
                Figure(
                    name: "Disk", value: "\(size(Double(free))) of \(size(Double(total))) free",
                    isWarning: Double(free) < Double(total) * 0.05))
        }
        if let temperature = health.temperature {
            out.append(Figure(name: "Temperature", value: "\(decimal(temperature, 0)) °C", isWarning: temperature >= 85))
        }
        return out
    }

    /// What a camera brings: pictures, bits, how much of it is decoded, how often it stopped; or why it does not.
    static func figures(_ camera: NodeOverview.Camera) -> [String] {
        if let problem = camera.problem { return ["Stays off: \(problem)"] }
        let recording = camera.unrecorded.map { ["Not recorded: \($0)"] } ?? []
        guard let figures = camera.figures else { return recording }
        let late = figures.detectorLatency.flatMap { $0 >= lateLook ? ["Looks come \(decimal($0, 1)) s late"] : nil } ?? []
        return [
            "\(decimal(figures.fps, 1)) fps", rate(figures.bitrate), "\(percent(figures.decodeShare)) decoded",
            count(Int64(figures.gaps), "gap"),
        ] + recording + late
    }

    /// Seconds from which somebody should know that the detector has too much to do.
    private static let lateLook = 1.0

    static func count(_ count: Int64, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    static func percent(_ share: Double) -> String { "\(decimal(share * 100, 0)) %" }

    /// How far a clock is from the hub's.
    static func clock(_ offset: Double) -> String {
        if abs(offset) < 0.005 { return "in step" }
        let away = abs(offset) < 60 ? "\(decimal(abs(offset), 2)) s" : EventLabels.duration(abs(offset))
        return "\(away) \(offset < 0 ? "ahead" : "behind")"
    }

    /// Bytes, in powers of 1000 as disks are sold.
    static func size(_ bytes: Double) -> String { scaled(bytes, ["B", "kB", "MB", "GB", "TB"]) }

    /// Bits per second.
    static func rate(_ bits: Double) -> String { scaled(bits, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]) }

    private static func scaled(_ value: Double, _ units: [String]) -> String {
        var rest = max(0, value)
        var unit = 0
        while rest >= 999.5, unit < units.count - 1 {
            rest /= 1000
            unit += 1
        }
        return "\(decimal(rest, rest < 9.95 && unit > 0 ? 1 : 0)) \(units[unit])"
    }

    /// At most so many digits behind the point, as many as are there.
    static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        let factor = [1.0, 10, 100][digits]
        let rounded = (value * factor).rounded() / factor
        return rounded == rounded.rounded() ? String(Int64(rounded)) : String(rounded)
    }
}
