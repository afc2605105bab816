/// Writing JSON as bytes, and reading its strings.
package enum JSONText {
    /// Appends a quoted string. `<`, U+2028 and U+2029 are escaped too, so that the text can stand inside HTML and JavaScript.
    package static func append(_ text: some StringProtocol, to out: inout [UInt8]) {
        let hex = Array("0123456789abcdef".utf8)
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0x0A: out.append(contentsOf: "\\n".utf8)
            case 0xA8, 0xA9:
                // The last byte of U+2028 and U+2029, which end a line in JavaScript.
                if out.suffix(2) == [0xE2, 0x80] {
                    out.removeLast(2)
                    out.append(contentsOf: (byte == 0xA8 ? "\\u2028" : "\\u2029").utf8)
                } else {
                    out.append(byte)
                }
            case 0..<0x20, UInt8(ascii: "<"), 0x7F:
                out.append(contentsOf: "\\u00".utf8)
                out.append(hex[Int(byte >> 4)])
                out.append(hex[Int(byte & 15)])
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// The text of a string's bytes between its quotes.
    static func unescape(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        let slice = bytes[range]
        guard slice.contains(UInt8(ascii: "\\")) else { return String(decoding: slice, as: UTF8.self) }
        var units: [UInt16] = []
        var out = ""
        var at = range.lowerBound
        var plain = at
        func flushUnits() {
            if !units.isEmpty {
                out += String(decoding: units, as: UTF16.self)
                units = []
            }
        }
        while at < range.upperBound {
            guard bytes[at] == UInt8(ascii: "\\") else {
                at += 1
                continue
            }
            if plain < at {
                flushUnits()
                out += String(decoding: bytes[plain..<at], as: UTF8.self)
            }
            let kind = bytes[at + 1]
            if kind == UInt8(ascii: "u") {
                units.append(bytes[at + 2..<at + 6].reduce(0) { $0 << 4 | UInt16(hexValue($1) ?? 0) })
                at += 6
            } else {
                flushUnits()
                out.unicodeScalars.append(UnicodeScalar(single(kind)))
                at += 2
            }
            plain = at
        }
        flushUnits()
        if plain < range.upperBound { out += String(decoding: bytes[plain..<range.upperBound], as: UTF8.self) }
        return out
    }

    private static func single(_ kind: UInt8) -> UInt8 {
        switch kind {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        default: kind
        }
    }
}
