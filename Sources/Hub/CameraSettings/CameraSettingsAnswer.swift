import Base
import Protocol

/// A camera's settings in an answer of the API. What is not known is null.
enum CameraSettingsAnswer {
    static func json(_ record: CameraSettingsRecord) -> [UInt8] {
        var out = Array("{\"camera\":".utf8)
        JSONText.append(record.camera, to: &out)
        text("node", record.node, &out)
        raw("revision", Array(String(record.wanted?.revision ?? 0).utf8), &out)
        text("state", record.state.rawValue, &out)
        raw("settings", record.wanted?.settings, &out)
        raw("node_settings", record.report?.settings, &out)
        text("digest", record.report?.digest, &out)
        out.append(contentsOf: ",\"errors\":[".utf8)
        for (index, fault) in faults(record).enumerated() {
            out.append(contentsOf: index > 0 ? ",{\"key\":".utf8 : "{\"key\":".utf8)
            JSONText.append(fault.key, to: &out)
            text("message", fault.message, &out)
            out.append(UInt8(ascii: "}"))
        }
        out.append(UInt8(ascii: "]"))
        text("changed_at", record.wanted?.changedAt.rfc3339, &out)
        text("changed_by", record.wanted?.changedBy, &out)
        text("reported_at", record.reportedAt?.rfc3339, &out)
        out.append(UInt8(ascii: "}"))
        return out
    }

    /// Those of earlier settings are over once others are on their way.
    private static func faults(_ record: CameraSettingsRecord) -> [CameraConfigReport.Fault] {
        record.state == .waiting ? [] : record.report?.faults ?? []
    }

    private static func text(_ name: String, _ value: String?, _ out: inout [UInt8]) {
        guard let value else { return raw(name, nil, &out) }
        var quoted: [UInt8] = []
        JSONText.append(value, to: &quoted)
        raw(name, quoted, &out)
    }

    private static func raw(_ name: String, _ value: [UInt8]?, _ out: inout [UInt8]) {
        out.append(contentsOf: ",\"\(name)\":".utf8)
        out.append(contentsOf: value ?? Array("null".utf8))
    }
}
