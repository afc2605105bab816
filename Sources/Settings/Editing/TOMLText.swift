/// Values as TOML text.
enum TOMLText {
    /// A value on one line; tables as inline tables.
    static func value(_ value: SettingsValue) -> [UInt8] {
        var out: [UInt8] = []
        append(value, to: &out)
        return out
    }

    /// `a.b = value` and a line end. The path has no indices.
    static func statement(_ path: some Collection<TOMLStep>, _ value: SettingsValue, indentation: [UInt8]) -> [UInt8] {
        indentation + key(path) + Array(" = ".utf8) + self.value(value) + [UInt8(ascii: "\n")]
    }

    /// A table under a header of its own, and the tables in it.
    static func section(_ path: [TOMLStep], _ table: [String: SettingsValue], isRepeated: Bool) -> [UInt8] {
        var out = Array((isRepeated ? "[[" : "[").utf8) + key(path) + Array((isRepeated ? "]]\n" : "]\n").utf8)
        for (name, value) in sorted(table) where !TOMLEditor.isTable(value) { out += statement([.key(name)], value, indentation: []) }
        for (name, value) in sorted(table) {
            switch value {
            case .table(let inner): out += [UInt8(ascii: "\n")] + section(path + [.key(name)], inner, isRepeated: false)
            case .array(let elements) where TOMLEditor.isTable(value):
                for case .table(let inner) in elements {
                    out += [UInt8(ascii: "\n")] + section(path + [.key(name)], inner, isRepeated: true)
                }
            default: break
            }
        }
        return out
    }

    /// What says which table it is comes first.
    private static func sorted(_ table: [String: SettingsValue]) -> [(key: String, value: SettingsValue)] {
        let first = ["id", "name"]
        return table.sorted { (first.firstIndex(of: $0.key) ?? 9, $0.key) < (first.firstIndex(of: $1.key) ?? 9, $1.key) }
    }

    private static func key(_ path: some Collection<TOMLStep>) -> [UInt8] {
        var out: [UInt8] = []
        for case .key(let name) in path {
            if !out.isEmpty { out.append(UInt8(ascii: ".")) }
            if !name.isEmpty, name.utf8.allSatisfy(TOMLParser.isBareKey) { out += Array(name.utf8) } else { append(name, to: &out) }
        }
        return out
    }

    private static func append(_ value: SettingsValue, to out: inout [UInt8]) {
        switch value {
        case .string(let text), .text(let text, _): append(text, to: &out)
        case .integer(let number): out += Array("\(number)".utf8)
        case .number(let number):
            // TOML writes infinity and "not a number" as Swift does.
            out += Array("\(number)".utf8)
        case .boolean(let value): out += Array("\(value)".utf8)
        // No key holds one, and what is read as one is never written.
        case .unused(let kind): append(kind, to: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out += Array(", ".utf8) }
                append(element, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .table(let table):
            out += Array("{ ".utf8)
            for (index, (name, value)) in sorted(table).enumerated() {
                if index > 0 { out += Array(", ".utf8) }
                out += key([.key(name)]) + Array(" = ".utf8)
                append(value, to: &out)
            }
            out += Array(table.isEmpty ? "}".utf8 : " }".utf8)
        }
    }

    private static func append(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += Array("\\\"".utf8)
            case "\\": out += Array("\\\\".utf8)
            case "\n": out += Array("\\n".utf8)
            case "\r": out += Array("\\r".utf8)
            case "\t": out += Array("\\t".utf8)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                out += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: out += Array(String(scalar).utf8)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
