/// Reads TOML 1.0 (https://toml.io/en/v1.0.0). Any bytes give values or an error with its place; nothing of them makes it trap.
///
/// Dates and times are recognised but not read: no key of ours holds one.
struct TOMLParser {
    /// How deep tables and arrays may lie in each other; no key lies deeper than 5. It bounds the recursion.
    static let maximumDepth = 32

    let bytes: [UInt8]
    var position = 0
    /// Where the headers and the statements of the document lie.
    private(set) var layout = TOMLLayout()

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The document's root table.
    static func parse(_ text: String) throws(TOMLSyntaxError) -> [String: SettingsValue] {
        var parser = TOMLParser(text)
        return try parser.document()
    }

    /// The document's root table; `layout` is complete afterwards.
    mutating func document() throws(TOMLSyntaxError) -> [String: SettingsValue] {
        let root = TOMLTree(.header)
        var current = root
        // A byte order mark is a habit of some editors.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        while true {
            try skipBlank(newlines: true)
            guard let byte = peek else { return root.values }
            if byte == UInt8(ascii: "[") {
                current = try header(root)
            } else {
                try statement(into: current)
            }
            try endOfLine()
        }
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header(_ root: TOMLTree) throws(TOMLSyntaxError) -> TOMLTree {
        let start = position
        position += 1
        let repeated = take("[")
        try skipBlank()
        let path = try key()
        try skipBlank()
        guard take("]"), !repeated || take("]") else {
            throw error(repeated ? "]] is missing after the name" : "] is missing after the name")
        }
        guard let table = root.header(path, repeated: repeated) else { throw error("this name is already taken", at: start) }
        layout.add(header: path, isRepeated: repeated, lines: lines(start..<position))
        return table
    }

    /// `a.b = value` on lines of its own.
    private mutating func statement(into table: TOMLTree) throws(TOMLSyntaxError) {
        let start = position
        let (path, value) = try keyAndValue(into: table, depth: 1)
        layout.add(statement: path, lines: lines(start..<position), value: value)
    }

    /// `a.b = value`.
    /// - Returns: The key, and where the value lies.
    @discardableResult
    mutating func keyAndValue(into table: TOMLTree, depth: Int) throws(TOMLSyntaxError) -> (path: [String], value: Range<Int>) {
        let start = position
        let path = try key()
        try skipBlank()
        guard take("=") else { throw error("= is missing after the key") }
        try skipBlank()
        let valueStart = position
        let value = try value(depth: depth + path.count)
        guard table.set(path, to: value) else { throw error("this key is already taken", at: start) }
        return (path, valueStart..<position)
    }

    /// The whole lines that a range touches, with the last one's end.
    private func lines(_ range: Range<Int>) -> Range<Int> {
        let start = bytes[..<range.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let end = bytes[range.upperBound...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
        return start..<end
    }

    /// One or more names joined by dots.
    private mutating func key() throws(TOMLSyntaxError) -> [String] {
        var path: [String] = []
        repeat {
            try skipBlank()
            path.append(try name())
            if path.count > Self.maximumDepth { throw error("tables lie too deep in each other") }
            try skipBlank()
        } while take(".")
        return path
    }

    private mutating func name() throws(TOMLSyntaxError) -> String {
        if peek == UInt8(ascii: "\"") { return try basicString() }
        if peek == UInt8(ascii: "'") { return try literalString() }
        let start = position
        while let byte = peek, Self.isBareKey(byte) { position += 1 }
        guard position > start else { throw error("a key is expected here") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    // MARK: - Blanks

    /// Skips spaces, tabs and, where they may stand, line ends and comments.
    mutating func skipBlank(newlines: Bool = false) throws(TOMLSyntaxError) {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): position += 1
            case UInt8(ascii: "\n") where newlines: position += 1
            case UInt8(ascii: "\r") where newlines:
                guard peek(1) == UInt8(ascii: "\n") else { throw error("a carriage return stands alone") }
                position += 2
            case UInt8(ascii: "#") where newlines: try comment()
            default: return
            }
        }
    }

    private mutating func comment() throws(TOMLSyntaxError) {
        while let byte = peek, byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "\r"), peek(1) == UInt8(ascii: "\n") { return }
            if Self.isControl(byte) { throw error("a control character stands in a comment") }
            position += 1
        }
    }

    /// Nothing but a comment may follow on a line.
    private mutating func endOfLine() throws(TOMLSyntaxError) {
        try skipBlank()
        switch peek {
        case nil, UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"): return
        default: throw error("the line should end here; a text needs quotation marks")
        }
    }

    // MARK: - Bytes

    /// The next byte; nil at the end.
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    func peek(_ ahead: Int) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }

    /// Steps over a text if it stands here.
    mutating func take(_ text: StaticString) -> Bool {
        let wanted = Array(text.description.utf8)
        guard bytes.dropFirst(position).starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    func error(_ message: String, at place: Int? = nil) -> TOMLSyntaxError {
        let before = bytes.prefix(place ?? position)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
        return TOMLSyntaxError(line: line, column: column, message: message)
    }

    static func isBareKey(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A control character other than a tab.
    static func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != 0x09) || byte == 0x7F }
}
