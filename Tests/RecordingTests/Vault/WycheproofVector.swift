import Testing

/// One of the vectors of Wycheproof: a message, and what must come of opening it.
struct WycheproofVector: Sendable, CustomTestStringConvertible {
    var id = 0
    var isValid = false
    var key: [UInt8] = []
    var context: [UInt8] = []
    var message: [UInt8] = []
    /// Bytes of plaintext, or of the part of it that may be given before the error.
    var plaintextLength = 0
    var plaintextSHA512 = ""
    var flags: [String] = []

    var testDescription: String { "number \(id), \(isValid ? "valid" : "invalid") \(flags)" }

    /// Reads vectors that blank lines part, as in `WycheproofVectors`.
    static func parse(_ text: String) -> [WycheproofVector] {
        var vectors: [WycheproofVector] = []
        for token in text.split(whereSeparator: \.isWhitespace) {
            let (name, value) = (token.prefix { $0 != "=" }, String(token.drop { $0 != "=" }.dropFirst()))
            if name == "id" { vectors.append(WycheproofVector(id: Int(value) ?? 0)) }
            vectors[vectors.count - 1].set(String(name), value)
        }
        return vectors
    }

    private mutating func set(_ name: String, _ value: String) {
        switch name {
        case "valid": isValid = true
        case "key": key = bytes(hex: value)
        case "ctx": context = bytes(hex: value)
        case "size": message = [UInt8](repeating: 0, count: Int(value) ?? 0)
        case "msg": plaintextLength = Int(value) ?? 0
        case "sha": plaintextSHA512 = value
        case "flags": flags = value.split(separator: ",").map(String.init)
        case "at":
            let run = value.split(separator: ":")
            let (start, content) = (Int(run[0]) ?? 0, bytes(hex: String(run[1])))
            message.replaceSubrange(start..<(start + content.count), with: content)
        default: break
        }
    }
}

func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue).map(UInt8.init)
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
