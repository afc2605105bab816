import Base
import Protocol
import Vision

/// The payload of a motion event.
enum MotionPayload {
    /// Boxes that are listed at most.
    static let boxBound = 20

    /// `{"score","zones","box","boxes","objects","last_ts","snapshot","why":{"trigger","area","gate","gate_delay_s","reasons"}}`;
    /// `last_ts`, the last moment known to have moved, stands only in an event that is going on, `snapshot` only once there is one.
    static func json(_ change: MotionEpisodeChange, isPictured: Bool) -> [UInt8] {
        var out = Array("{\"score\":\(number(change.peakScore)),\"zones\":".utf8)
        append(change.zones, to: &out)
        if let box = change.box {
            out.append(contentsOf: ",\"box\":".utf8)
            append(box, to: &out)
        }
        out.append(contentsOf: ",\"boxes\":[".utf8)
        for (index, box) in change.boxes.prefix(boxBound).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(box, to: &out)
        }
        out.append(contentsOf: "],\"objects\":[]".utf8)
        if change.phase != .ended { out.append(contentsOf: ",\"last_ts\":\"\(change.endTimestamp)\"".utf8) }
        if isPictured { out.append(contentsOf: ",\"snapshot\":true".utf8) }
        out.append(
            contentsOf: ",\"why\":{\"trigger\":\"motion\",\"area\":\(number(change.area)),\"gate\":\"\(change.trigger.rawValue)\"".utf8)
        out.append(contentsOf: ",\"gate_delay_s\":\(number(change.gateDelay)),\"reasons\":".utf8)
        append(change.reasons, to: &out)
        out.append(contentsOf: "}}".utf8)
        return out
    }

    static func append(_ texts: [String], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        for (index, text) in texts.prefix(32).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONText.append(text.prefix(200), to: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    static func append(_ box: Box, to out: inout [UInt8]) {
        out.append(contentsOf: "[\(number(box.x)),\(number(box.y)),\(number(box.width)),\(number(box.height))]".utf8)
    }

    /// Four decimals: a pixel of a 4K picture. What is no number reads 0.
    static func number(_ value: some BinaryFloatingPoint) -> Double {
        let value = Double(value)
        return value.isFinite ? (value * 10_000).rounded() / 10_000 : 0
    }
}
