extension TOMLParser {
    /// Any value.
    /// - Parameter depth: How many tables and arrays it lies in.
    mutating func value(depth: Int) throws(TOMLSyntaxError) -> SettingsValue {
        if depth > Self.maximumDepth { throw error("values lie too deep in each other") }
        switch peek {
        case UInt8(ascii: "\""): return .string(try take("\"\"\"") ? multilineBasicString() : basicString())
        case UInt8(ascii: "'"): return .string(try take("'''") ? multilineLiteralString() : literalString())
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "{"): return try inlineTable(depth: depth)
        default: return try word()
        }
    }

    private mutating func array(depth: Int) throws(TOMLSyntaxError) -> SettingsValue {
        position += 1
        var elements: [SettingsValue] = []
        while true {
            try skipBlank(newlines: true)
            if take("]") { return .array(elements) }
            elements.append(try value(depth: depth + 1))
            try skipBlank(newlines: true)
            if take("]") { return .array(elements) }
            guard take(",") else { throw error("a comma or ] is expected here") }
        }
    }

    private mutating func inlineTable(depth: Int) throws(TOMLSyntaxError) -> SettingsValue {
        position += 1
        let table = TOMLTree(.header)
        try skipBlank()
        if take("}") { return .table([:]) }
        while true {
            try skipBlank()
            try keyAndValue(into: table, depth: depth)
            try skipBlank()
            if take("}") { return .table(table.values) }
            guard take(",") else { throw error("a comma or } is expected here") }
        }
    }

    // MARK: - Numbers, booleans, dates

    private mutating func word() throws(TOMLSyntaxError) -> SettingsValue {
        let start = position
        skipWord()
        // A date and its time may be parted by a space.
        if position - start == 10, Self.looksLikeDate(bytes[start..<position]), peek == UInt8(ascii: " "), peek(1).map(Self.isDigit) == true
        {
            position += 1
            skipWord()
        }
        let word = bytes[start..<position]
        if word.isEmpty { throw error("a value is expected here; a text needs quotation marks") }
        if let value = Self.value(of: word) { return value }
        throw error("this is no number, boolean or date; a text needs quotation marks", at: start)
    }

    private mutating func skipWord() {
        while let byte = peek, Self.isBareKey(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") {
            position += 1
        }
    }

    private static func looksLikeDate(_ word: ArraySlice<UInt8>) -> Bool {
        word.count >= 10 && word.prefix(4).allSatisfy(isDigit) && word.dropFirst(4).first == UInt8(ascii: "-")
    }

    private static func value(of word: ArraySlice<UInt8>) -> SettingsValue? {
        let text = String(decoding: word, as: UTF8.self)
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "inf", "+inf": return .number(.infinity)
        case "-inf": return .number(-.infinity)
        case "nan", "+nan", "-nan": return .number(.nan)
        default: break
        }
        if looksLikeDate(word) { return .unused("date") }
        if text.wholeMatch(of: #/[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?/#) != nil { return .unused("time") }
        let digits = text.replacing("_", with: "")
        if text.wholeMatch(of: #/[+-]?(0|[1-9](_?[0-9])*)/#) != nil { return Int64(digits).map { .integer($0) } }
        if text.wholeMatch(of: #/[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?/#) != nil {
            return Double(digits).map { .number($0) }
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            guard text.wholeMatch(of: #/0[xob][0-9A-Fa-f](_?[0-9A-Fa-f])*/#) != nil else { return nil }
            return Int64(digits.dropFirst(2), radix: radix).map { .integer($0) }
        }
        return nil
    }

    // MARK: - Texts

    /// `"…"`, with escapes, on one line.
    mutating func basicString() throws(TOMLSyntaxError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape()
            default:
                if Self.isControl(byte) { throw error("a control character or a line end stands in a text") }
                text.append(byte)
                position += 1
            }
        }
        throw error("the closing quotation mark is missing")
    }

    /// `'…'`, as it stands, on one line.
    mutating func literalString() throws(TOMLSyntaxError) -> String {
        position += 1
        let start = position
        while let byte = peek {
            if byte == UInt8(ascii: "'") {
                position += 1
                return String(decoding: bytes[start..<position - 1], as: UTF8.self)
            }
            if Self.isControl(byte) { throw error("a control character or a line end stands in a text") }
            position += 1
        }
        throw error("the closing quotation mark is missing")
    }

    /// What follows `"""`.
    private mutating func multilineBasicString() throws(TOMLSyntaxError) -> String {
        skipLineEnd()
        var text: [UInt8] = []
        while let byte = peek {
            if let quotes = closingQuotes(UInt8(ascii: "\"")) {
                return String(decoding: text + [UInt8](repeating: UInt8(ascii: "\""), count: quotes), as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                if !skipContinuation() { text += try escape() }
            } else {
                text.append(try textByte(byte))
            }
        }
        throw error("the closing quotation marks are missing")
    }

    /// What follows `'''`.
    private mutating func multilineLiteralString() throws(TOMLSyntaxError) -> String {
        skipLineEnd()
        var text: [UInt8] = []
        while let byte = peek {
            if let quotes = closingQuotes(UInt8(ascii: "'")) {
                return String(decoding: text + [UInt8](repeating: UInt8(ascii: "'"), count: quotes), as: UTF8.self)
            }
            text.append(try textByte(byte))
        }
        throw error("the closing quotation marks are missing")
    }

    /// Steps over closing marks; up to two more right before them belong to the text, and their number is the result.
    private mutating func closingQuotes(_ mark: UInt8) -> Int? {
        let count = bytes.dropFirst(position).prefix(5).prefix { $0 == mark }.count
        guard count >= 3 else { return nil }
        position += count
        return count - 3
    }

    private mutating func textByte(_ byte: UInt8) throws(TOMLSyntaxError) -> UInt8 {
        let isLineEnd = byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && peek(1) == UInt8(ascii: "\n"))
        if Self.isControl(byte), !isLineEnd { throw error("a control character stands in a text") }
        position += 1
        return byte
    }

    private mutating func skipLineEnd() {
        if !take("\n") { _ = take("\r\n") }
    }

    /// A backslash at the end of a line takes the line end and the blanks after it away.
    private mutating func skipContinuation() -> Bool {
        var ahead = 1
        while peek(ahead) == UInt8(ascii: " ") || peek(ahead) == UInt8(ascii: "\t") { ahead += 1 }
        if peek(ahead) == UInt8(ascii: "\r") { ahead += 1 }
        guard peek(ahead) == UInt8(ascii: "\n") else { return false }
        position += ahead
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
        return true
    }

    /// An escape, as UTF-8.
    private mutating func escape() throws(TOMLSyntaxError) -> [UInt8] {
        let start = position
        let kind = peek(1)
        position += 2
        switch kind {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return kind.map { [$0] } ?? []
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let length = kind == UInt8(ascii: "u") ? 4 : 8
            let digits = String(decoding: bytes.dropFirst(position).prefix(length), as: UTF8.self)
            // A zero would end the text early wherever it is handed to C.
            guard digits.utf8.count == length, digits.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                let number = UInt32(digits, radix: 16), number != 0, let scalar = UnicodeScalar(number)
            else { throw error("this escape stands for no character", at: start) }
            position += length
            return Array(String(scalar).utf8)
        default: throw error("there is no such escape; a backslash is written \\\\", at: start)
        }
    }
}
