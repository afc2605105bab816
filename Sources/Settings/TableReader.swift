import Protocol

/// Reads one table of a configuration by key, checks what it finds and collects every fault instead of stopping at the first.
///
/// Keys that the table has and that its descriptions do not list are faults, named with the nearest known key.
package struct TableReader {
    /// The table's place for messages, arrays counted from 1: `camera[2].motion`; empty for the root.
    package let path: String
    /// The folder that relative paths of the file are relative to.
    package let folder: String
    private let values: [String: SettingsValue]
    private let keys: [KeyDescription]
    /// The table's place as the descriptions write it, without indices, ending in a dot unless it is empty.
    private let prefix: String
    private let problems: ProblemList

    /// Reads a whole document.
    /// - Parameter keys: Every key of the program.
    package init(_ document: SettingsDocument, keys: [KeyDescription], problems: ProblemList) {
        self.init(path: "", folder: document.folder, values: document.root, keys: keys, prefix: "", problems: problems)
    }

    private init(
        path: String, folder: String, values: [String: SettingsValue], keys: [KeyDescription], prefix: String, problems: ProblemList
    ) {
        self.path = path
        self.folder = folder
        self.values = values
        self.keys = keys
        self.prefix = prefix
        self.problems = problems
        let remainders = keys.filter { $0.name.hasPrefix(prefix) }.map { $0.name.dropFirst(prefix.count) }
        let known = Set(remainders.compactMap { $0.split(separator: ".").first.map(String.init) })
        for key in values.keys.sorted() where !known.contains(key) {
            let nearest = EditDistance.nearest(to: key, among: known)
            let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "known here: \(known.sorted().joined(separator: ", "))"
            problems.add(place(Self.shown(key)), "unknown key; \(hint)")
        }
    }

    /// Whether the key is there at all.
    package func has(_ key: String) -> Bool { values[key] != nil }

    /// Reports a fault of this table's key.
    package func fail(_ key: String, _ message: String) { problems.add(place(key), message) }

    /// The key's whole name for messages.
    package func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    // MARK: - Values

    /// A text; nil where it is absent, empty (a fault) or something else (a fault).
    package func string(_ key: String) -> String? {
        switch values[key] {
        case nil: return nil
        case .string(let text), .text(let text, _):
            if text.isEmpty { fail(key, "is empty") }
            return text.isEmpty ? nil : text
        case let other?:
            fail(key, "must be a string, and is \(other.kind)")
            return nil
        }
    }

    /// Texts, at most `limit`; a variable or a flag has them separated by commas. Empty where the key is absent.
    /// - Parameter withBlanks: Whether a text may have blanks in it: else they part texts, too.
    package func strings(_ key: String, atMost limit: Int, withBlanks: Bool = false) -> [String] {
        let found: [String]
        switch values[key] {
        case nil: return []
        case .string(let text), .text(let text, _):
            found =
                withBlanks
                ? text.split(separator: ",").map { Self.trimmed($0) }
                : text.split { $0 == "," || $0 == " " }.map { String($0) }
        case .array(let elements):
            found = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
            if found.count < elements.count { fail(key, "must be an array of strings") }
        case let other?:
            fail(key, "must be an array of strings, and is \(other.kind)")
            return []
        }
        if found.contains("") { fail(key, "has an empty entry") }
        if found.count > limit { fail(key, "has \(found.count) entries; at most \(limit) are allowed") }
        return Array(found.prefix(limit))
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// An id: 1–64 of `a-z 0-9 -`.
    package func id(_ key: String) -> String? {
        guard let text = string(key) else { return nil }
        if Identifier.isValid(text) { return text }
        fail(key, "\"\(Self.shown(text))\" is no id: it \(Identifier.rule)")
        return nil
    }

    /// An integer within a range.
    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        let wanted = "an integer from \(range.lowerBound) to \(range.upperBound)"
        let found: Int?
        switch values[key] {
        case nil: return nil
        case .integer(let number): found = Int(exactly: number)
        case .text(let text, let origin):
            found = Int(text.replacing("_", with: ""))
            if found == nil {
                fail(key, "\(origin) must be \(wanted)")
                return nil
            }
        case let other?:
            fail(key, "must be \(wanted), and is \(other.kind)")
            return nil
        }
        guard let found, range.contains(found) else {
            fail(key, "must be \(wanted)\(found.map { ", and is \($0)" } ?? "")")
            return nil
        }
        return found
    }

    /// A number within a range; an integer is taken for one. Not a number and infinity are refused.
    package func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        values[key].flatMap { number($0, place: place(key), in: range) }
    }

    /// So many numbers within a range; a variable has them separated by commas.
    package func numbers(_ key: String, count: Int, in range: ClosedRange<Double>) -> [Double]? {
        let elements: [SettingsValue]
        switch values[key] {
        case nil: return nil
        case .array(let found): elements = found
        case .text(let text, let origin): elements = text.split { $0 == "," || $0 == " " }.map { .text(String($0), origin: origin) }
        case let other?:
            fail(key, "must be an array of \(count) numbers, and is \(other.kind)")
            return nil
        }
        guard elements.count == count else {
            fail(key, "must be an array of \(count) numbers, and has \(elements.count)")
            return nil
        }
        let found = elements.enumerated().compactMap { number($1, place: "\(place(key))[\($0 + 1)]", in: range) }
        return found.count == count ? found : nil
    }

    /// `true` or `false`.
    package func boolean(_ key: String) -> Bool? {
        switch values[key] {
        case nil: return nil
        case .boolean(let value): return value
        case .text("true", _): return true
        case .text("false", _): return false
        case let other?:
            fail(key, "must be true or false, and is \(other.kind)")
            return nil
        }
    }

    /// A path, made absolute: relative to the file's folder where the file names it, to the working
    /// directory where a variable or a flag does.
    package func path(_ key: String) -> String? {
        string(key).map { resolved($0, of: key) }
    }

    /// A path that is a part of a key's value, made absolute in the same way.
    package func resolved(_ path: String, of key: String) -> String {
        if case .text = values[key] { return FilePlace.absolute(path, from: FilePlace.workingDirectory) }
        return FilePlace.absolute(path, from: folder)
    }

    // MARK: - Tables and arrays

    /// The table under a key; an empty one where it is absent or something else (a fault).
    package func table(_ key: String) -> TableReader {
        switch values[key] {
        case nil: return inner(key, place: place(key), values: [:])
        case .table(let values): return inner(key, place: place(key), values: values)
        case let other?:
            fail(key, "must be a table ([\(prefix)\(key)]), and is \(other.kind)")
            return inner(key, place: place(key), values: [:])
        }
    }

    /// The tables of an array (`[[key]]`), in the file's order.
    package func tables(_ key: String, atMost limit: Int) -> [TableReader] {
        guard let value = values[key] else { return [] }
        guard case .array(let elements) = value else {
            fail(key, "must be written as [[\(prefix)\(key)]], and is \(value.kind)")
            return []
        }
        if elements.count > limit { fail(key, "has \(elements.count) entries; at most \(limit) are allowed") }
        return elements.prefix(limit).enumerated().compactMap { index, element in
            let place = "\(place(key))[\(index + 1)]"
            if case .table(let values) = element { return inner(key, place: place, values: values) }
            problems.add(place, "must be a table ([[\(prefix)\(key)]]), and is \(element.kind)")
            return nil
        }
    }

    /// Pairs of numbers from 0 to 1 (`[[x, y], …]`): a polygon of at least three corners, at most `limit`, that has an area.
    package func polygon(_ key: String, atMost limit: Int) -> [(x: Double, y: Double)]? {
        values[key].flatMap { polygon($0, place: place(key), atMost: limit) }
    }

    /// Several polygons (`[[[x, y], …], …]`).
    package func polygons(_ key: String, atMost limit: Int, corners: Int) -> [[(x: Double, y: Double)]] {
        guard let value = values[key] else { return [] }
        guard case .array(let elements) = value else {
            fail(key, "must be an array of polygons [[[x, y], …], …], and is \(value.kind)")
            return []
        }
        if elements.count > limit { fail(key, "has \(elements.count) polygons; at most \(limit) are allowed") }
        return elements.prefix(limit).enumerated().compactMap { index, element in
            polygon(element, place: "\(place(key))[\(index + 1)]", atMost: corners)
        }
    }

    // MARK: - Parts

    private func inner(_ key: String, place: String, values: [String: SettingsValue]) -> TableReader {
        TableReader(path: place, folder: folder, values: values, keys: keys, prefix: "\(prefix)\(key).", problems: problems)
    }

    private func number(_ value: SettingsValue, place: String, in range: ClosedRange<Double>) -> Double? {
        let wanted = "a number from \(range.lowerBound) to \(range.upperBound)"
        let found: Double?
        switch value {
        case .integer(let integer): found = Double(integer)
        case .number(let number): found = number
        case .text(let text, _): found = Double(text)
        default:
            problems.add(place, "must be \(wanted), and is \(value.kind)")
            return nil
        }
        if let found, range.contains(found) { return found }
        problems.add(place, "must be \(wanted)\(found.map { ", and is \($0)" } ?? "")")
        return nil
    }

    private func polygon(_ value: SettingsValue, place: String, atMost limit: Int) -> [(x: Double, y: Double)]? {
        guard case .array(let elements) = value else {
            problems.add(place, "must be a polygon [[x, y], …], and is \(value.kind)")
            return nil
        }
        guard (3...limit).contains(elements.count) else {
            problems.add(place, "has \(elements.count) corners; 3 to \(limit) are allowed")
            return nil
        }
        var corners: [(x: Double, y: Double)] = []
        for (index, element) in elements.enumerated() {
            let place = "\(place)[\(index + 1)]"
            guard case .array(let pair) = element, pair.count == 2 else {
                problems.add(place, "must be a corner [x, y]")
                return nil
            }
            guard let x = number(pair[0], place: place, in: 0...1), let y = number(pair[1], place: place, in: 0...1) else { return nil }
            corners.append((x, y))
        }
        let twiceTheArea = zip(corners, corners.dropFirst() + corners.prefix(1)).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
        if abs(twiceTheArea) < 1e-6 { problems.add(place, "has no area: its corners lie on a line") }
        return corners
    }

    /// A piece of foreign text for a message: short, on one line, without control characters.
    private static func shown(_ text: String) -> String {
        let clean = String(text.unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "·" : Character($0) })
        return text.unicodeScalars.count > 60 ? clean + "…" : clean
    }
}
