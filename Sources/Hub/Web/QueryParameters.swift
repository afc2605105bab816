package import Base
package import Protocol

/// The members of a query string or of a form, in their order, decoded. A name may stand several times.
package struct QueryParameters: Sendable {
    private var pairs: [(name: String, value: String)] = []

    /// More members than this are a mistake or an attack; the rest is not looked at.
    private static let limit = 256

    /// - Parameter text: `application/x-www-form-urlencoded`.
    package init(_ text: String?) {
        for pair in (text ?? "").split(separator: "&").prefix(Self.limit) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append((Self.decode(sides[0]), sides.count > 1 ? Self.decode(sides[1]) : ""))
        }
    }

    /// The first value of a name; nil where it is absent or empty.
    package func first(_ name: String) -> String? {
        pairs.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// All values of a name, repeated or separated by commas, without the empty ones.
    package func all(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    /// - Throws: `Problem` naming the parameter.
    package func identifiers(_ name: String) throws(Problem) -> [String] {
        let values = all(name)
        guard values.count <= 100 else { throw .parameter(name, "has too many values: at most 100") }
        guard values.allSatisfy({ Identifier.isValid($0) }) else { throw .parameter(name, Identifier.rule) }
        return values
    }

    /// - Throws: `Problem` naming the parameter.
    package func types(_ name: String) throws(Problem) -> [String] {
        let values = all(name)
        guard values.count <= 100 else { throw .parameter(name, "has too many values: at most 100") }
        guard values.allSatisfy({ EventType.isValid($0) }) else {
            throw .parameter(name, "must be 1 to 64 characters of a-z, 0-9, '_', '-' and '.'")
        }
        return values
    }

    /// - Throws: `Problem` naming the parameter.
    package func severity(_ name: String) throws(Problem) -> Severity? {
        guard let text = first(name) else { return nil }
        guard let severity = Severity(name: text) else {
            throw .parameter(name, "must be one of \(Severity.allCases.map(\.name).joined(separator: ", "))")
        }
        return severity
    }

    /// - Throws: `Problem` naming the parameter.
    package func time(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = first(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw .parameter(name, "must be an RFC 3339 time such as 2026-11-23T08:00:00Z (a '+' is written %2B)")
        }
        return time
    }

    /// - Throws: `Problem` naming the parameter.
    package func id(_ name: String) throws(Problem) -> EventID? {
        guard let text = first(name) else { return nil }
        guard let id = EventID(text) else { throw .parameter(name, "must be an id such as 0192f6c2-0000-7000-8000-000000000001") }
        return id
    }

    /// - Throws: `Problem` naming the parameter.
    package func flag(_ name: String) throws(Problem) -> Bool? {
        switch first(name) {
        case nil: return nil
        case "true"?: return true
        case "false"?: return false
        default: throw .parameter(name, "must be true or false")
        }
    }

    /// - Throws: `Problem` naming the parameter.
    package func number(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = first(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .parameter(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(hex), let low = rest.dropFirst().first.flatMap(hex) {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

extension EventQuery {
    /// Reads the list's filters, `limit` and `page`.
    /// - Throws: `Problem` naming the bad parameter.
    package init(_ scope: AccessScope, _ parameters: QueryParameters) throws(Problem) {
        self.init(scope)
        sites = try parameters.identifiers("site")
        cameras = try parameters.identifiers("camera")
        nodes = try parameters.identifiers("node")
        types = try parameters.types("type")
        minimumSeverity = try parameters.severity("min_severity")
        acknowledged = try parameters.flag("acknowledged")
        individual = try parameters.id("individual")
        from = try parameters.time("from")
        to = try parameters.time("to")
        if let text = parameters.first("q") {
            guard text.utf8.count <= 200 else { throw .parameter("q", "must have at most 200 bytes") }
            self.text = text
        }
        limit = try parameters.number("limit", in: 1...500) ?? 50
        if let text = parameters.first("page") {
            guard let token = PageToken(text) else { throw .parameter("page", "must be the next of an earlier answer") }
            before = (token.ts, token.id)
        }
    }
}
