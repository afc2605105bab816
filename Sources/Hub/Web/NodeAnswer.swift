import Base
import Protocol

/// A node in an answer of the API. What is not known is null.
enum NodeAnswer {
    static func append(_ overview: NodeOverview, to out: inout [UInt8]) {
        let record = overview.record
        let health = record?.health
        out.append(contentsOf: "{\"name\":".utf8)
        JSONText.append(overview.node.name, to: &out)
        text("site", overview.node.site, &out)
        text("state", overview.state.rawValue, &out)
        time("since", record?.since, &out)
        time("last_seen", record?.lastSeen, &out)
        text("why", record?.why, &out)
        time("revoked_at", overview.node.revokedAt, &out)
        time("asks_since", overview.node.asksSince, &out)
        text("version", record?.state?.version, &out)
        time("started", record?.state?.started, &out)
        number("clock_offset_s", record?.clockOffset, &out)
        raw(
            "outbox",
            health?.outbox.map { "{\"waiting\":\($0.waiting),\"kept\":\($0.kept),\"dead_letters\":\($0.deadLetters)}" }, &out)
        raw("last_seq", health?.lastSeq.map(String.init), &out)
        raw("lag", record?.lag.map(String.init), &out)
        raw("missing", String(overview.missing), &out)
        number("cpu", health?.cpu, &out)
        raw("memory", health?.memory.map(String.init), &out)
        raw("disk_free", health?.diskFree.map(String.init), &out)
        raw("disk_total", health?.diskTotal.map(String.init), &out)
        number("temperature", health?.temperature, &out)
        raw("recording", health?.recording.map(recording), &out)
        text("motion_only", record?.state?.motionOnly, &out)
        out.append(contentsOf: ",\"shortcomings\":[".utf8)
        for (index, shortcoming) in (record?.state?.shortcomings ?? []).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONText.append(shortcoming, to: &out)
        }
        out.append(contentsOf: "],\"cameras\":[".utf8)
        for (index, camera) in overview.cameras.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(camera, to: &out)
        }
        out.append(contentsOf: "]}".utf8)
    }

    /// The list's answer. All nodes are on one page.
    static func list(_ nodes: [NodeOverview]) -> [UInt8] {
        var out = Array("{\"items\":[".utf8)
        for (index, node) in nodes.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(node, to: &out)
        }
        out.append(contentsOf: "],\"next\":null}".utf8)
        return out
    }

    private static func append(_ camera: NodeOverview.Camera, to out: inout [UInt8]) {
        out.append(contentsOf: "{\"id\":".utf8)
        JSONText.append(camera.id, to: &out)
        text("name", camera.name, &out)
        text("state", camera.state.rawValue, &out)
        text("problem", camera.problem, &out)
        text("unrecorded", camera.unrecorded, &out)
        number("fps", camera.figures?.fps, &out)
        number("bitrate", camera.figures?.bitrate, &out)
        number("decode_share", camera.figures?.decodeShare, &out)
        number("detector_latency", camera.figures?.detectorLatency, &out)
        raw("gaps", camera.figures.map { String($0.gaps) }, &out)
        raw("recorded", camera.figures?.recorded.map(String.init), &out)
        out.append(UInt8(ascii: "}"))
    }

    private static func recording(_ recording: NodeHealth.Recording) -> String {
        """
        {"bytes":\(recording.bytes),"continuous_days":\(recording.continuousDays),"event_days":\(recording.eventDays),\
        "maximum_bytes":\(recording.maximumBytes.map(String.init) ?? "null")}
        """
    }

    private static func text(_ name: String, _ value: String?, _ out: inout [UInt8]) {
        guard let value else { return raw(name, nil, &out) }
        out.append(contentsOf: ",\"\(name)\":".utf8)
        JSONText.append(value, to: &out)
    }

    private static func time(_ name: String, _ value: Timestamp?, _ out: inout [UInt8]) {
        raw(name, value.map { "\"\($0.rfc3339)\"" }, &out)
    }

    private static func number(_ name: String, _ value: Double?, _ out: inout [UInt8]) {
        raw(name, value.flatMap { $0.isFinite ? "\($0)" : nil }, &out)
    }

    private static func raw(_ name: String, _ value: String?, _ out: inout [UInt8]) {
        out.append(contentsOf: ",\"\(name)\":\(value ?? "null")".utf8)
    }
}
