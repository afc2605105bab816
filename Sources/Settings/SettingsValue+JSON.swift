package import Protocol

extension SettingsValue {
    /// Reads JSON. What is null in an object is left out of it.
    /// - Throws: `JSONError` also where a null stands in an array.
    package init(json bytes: ArraySlice<UInt8>) throws(JSONError) {
        switch bytes.first {
        case UInt8(ascii: "{"): self = .table(try Self.table(try JSONObject(Array(bytes))))
        case UInt8(ascii: "["):
            let whole = Array(bytes)
            var elements: [SettingsValue] = []
            for range in try JSONObject.elements(of: whole, in: whole.indices) { elements.append(try SettingsValue(json: whole[range])) }
            self = .array(elements)
        default: self = try Self.scalar(bytes)
        }
    }

    /// The members of a JSON object.
    package static func table(_ object: JSONObject) throws(JSONError) -> [String: SettingsValue] {
        var out: [String: SettingsValue] = [:]
        for key in object.keys where !object.isNull(key) {
            guard let raw = object.raw(key) else { continue }
            if let text = object.string(key) { out[key] = .string(text) } else { out[key] = try SettingsValue(json: raw) }
        }
        return out
    }

    private static func scalar(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> SettingsValue {
        // A string that is not an object's member: read as if it were.
        let object = try JSONObject(Array("{\"v\":".utf8) + bytes + Array("}".utf8))
        if let text = object.string("v") { return .string(text) }
        if let flag = object.bool("v") { return .boolean(flag) }
        if let number = object.integer("v") { return .integer(number) }
        if let number = object.double("v") { return .number(number) }
        throw JSONError(at: bytes.startIndex, "no value")
    }

    /// JSON with sorted keys.
    package func appendJSON(to out: inout [UInt8]) {
        switch self {
        case .string(let text), .text(let text, _), .unused(let text): JSONText.append(text, to: &out)
        case .integer(let number): out += Array("\(number)".utf8)
        case .number(let number): out += Array((number.isFinite ? "\(number)" : "null").utf8)
        case .boolean(let flag): out += Array("\(flag)".utf8)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                element.appendJSON(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .table(let table):
            out.append(UInt8(ascii: "{"))
            for (index, (key, value)) in table.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONText.append(key, to: &out)
                out.append(UInt8(ascii: ":"))
                value.appendJSON(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }
}
