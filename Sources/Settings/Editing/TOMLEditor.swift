/// Changes values in a TOML text in place: what is not changed stays as it was, byte by byte, comments and order included.
///
/// A value that changes is written over the old one. A new key goes behind the last one of its table, a new table behind the tables that
/// belong to the same parent. Of an array of tables, elements are known by their `id` or `name`, so that the comments in one stay with it
/// when another is removed.
package struct TOMLEditor {
    private var bytes: [UInt8]
    private var layout: TOMLLayout

    /// Gives a document other values.
    /// - Returns: A text that reads as `root`, but for tables that hold nothing.
    /// - Throws: `SettingsError` where the text is not TOML, or a change cannot be made in it.
    package static func change(_ text: String, to root: [String: SettingsValue], origin: String) throws(SettingsError) -> String {
        do throws(TOMLSyntaxError) {
            var parser = TOMLParser(text)
            let present = try parser.document()
            var editor = TOMLEditor(bytes: parser.bytes, layout: parser.layout)
            try editor.change([], from: present, to: root)
            let changed = String(decoding: editor.bytes, as: UTF8.self)
            // Whatever a text looks like: nothing is given out that says something else than what was wanted.
            if try pruned(TOMLParser.parse(changed)) == pruned(root) { return changed }
        } catch {
            throw SettingsError(origin: origin, problems: [.init(key: "", message: "\(error)")])
        }
        throw SettingsError(
            origin: origin,
            problems: [.init(key: "", message: "is written in a way that cannot be changed by the program: change it by hand")])
    }

    /// Values without the tables that hold nothing: one that was only made by its keys goes with the last of them.
    static func pruned(_ table: [String: SettingsValue]) -> [String: SettingsValue] {
        table.compactMapValues { value in
            switch value {
            case .table(let inner):
                let rest = pruned(inner)
                return rest.isEmpty ? nil : .table(rest)
            case .array(let elements):
                return .array(elements.map { if case .table(let inner) = $0 { .table(pruned(inner)) } else { $0 } })
            default: return value
            }
        }
    }

    private init(bytes: [UInt8], layout: TOMLLayout) {
        self.bytes = bytes
        self.layout = layout
    }

    // MARK: - What to change

    private mutating func change(
        _ path: [TOMLStep], from old: [String: SettingsValue], to new: [String: SettingsValue]
    ) throws(TOMLSyntaxError) {
        // Plain values first: they stand ahead of the tables in a table.
        let keys = Set(old.keys).union(new.keys).sorted {
            (Self.isTable(new[$0] ?? old[$0]) ? 1 : 0, $0) < (Self.isTable(new[$1] ?? old[$1]) ? 1 : 0, $1)
        }
        for key in keys { try change(path + [.key(key)], from: old[key], to: new[key]) }
    }

    private mutating func change(_ path: [TOMLStep], from old: SettingsValue?, to new: SettingsValue?) throws(TOMLSyntaxError) {
        if old == new { return }
        if let statement = layout.statements.first(where: { $0.path == path }) {
            guard let new else { return try replace(statement.lines, with: []) }
            return try replace(statement.value, with: TOMLText.value(new))
        }
        switch (old, new) {
        case (.table(let old)?, .table(let new)?): try change(path, from: old, to: new)
        case (.array(let old)?, .array(let new)?) where Self.areTables(new): try change(path, elements: old, to: new)
        case (nil, let new?): try add(path, new)
        case (_, let new):
            try remove(path)
            if let new { try add(path, new) }
        }
    }

    private mutating func change(_ path: [TOMLStep], elements old: [SettingsValue], to new: [SettingsValue]) throws(TOMLSyntaxError) {
        // By name: those that stay, in their order, and new ones behind them. Otherwise one by one.
        let wanted = new.map(Self.identity)
        let staying = old.indices.filter { index in Self.identity(old[index]).map { wanted.contains($0) } ?? false }
        let isByName = staying.map { Self.identity(old[$0]) } == Array(wanted.prefix(staying.count))
        let kept = isByName ? staying : Array(old.indices.prefix(new.count))
        for (place, index) in kept.enumerated() { try change(path + [.index(index)], from: old[index], to: new[place]) }
        for index in old.indices.reversed() where !kept.contains(index) { try remove(path + [.index(index)]) }
        for element in new.dropFirst(kept.count) { try addElement(path, element) }
    }

    private static func identity(_ element: SettingsValue) -> String? {
        guard case .table(let table) = element else { return nil }
        if case .string(let name)? = table["id"] ?? table["name"] { return name }
        return nil
    }

    static func isTable(_ value: SettingsValue?) -> Bool {
        switch value {
        case .table: true
        case .array(let elements): areTables(elements)
        default: false
        }
    }

    private static func areTables(_ elements: [SettingsValue]) -> Bool {
        !elements.isEmpty && elements.allSatisfy { if case .table = $0 { true } else { false } }
    }

    // MARK: - How to change it

    private mutating func add(_ path: [TOMLStep], _ value: SettingsValue) throws(TOMLSyntaxError) {
        let parent = Array(path.dropLast())
        if case .array(let elements) = value, Self.areTables(elements) {
            for element in elements { try addElement(path, element) }
            return
        }
        if case .table(let table) = value { return try insert(TOMLText.section(path, table, isRepeated: false), after: parent) }
        // Beside its siblings, with the key written as theirs are.
        let sibling = layout.statements.last {
            $0.path.count > parent.count && $0.path.starts(with: parent) && !hasOwnSection($0, below: parent)
        }
        let section = layout.sections.lastIndex { $0.path == parent } ?? sibling?.section
        guard let section else {
            // The table was only made on the way to a deeper one.
            let header = TOMLText.section(parent, [:], isRepeated: false)
            return try insert(header + TOMLText.statement(path.suffix(1), value, indentation: []), after: parent)
        }
        let relative = path.dropFirst(layout.sections[section].path.count)
        // A root without keys begins, as it ends, ahead of the first header.
        let isBare = section == 0 && layout.sections[0].range.isEmpty
        let end = isBare ? layout.sections.dropFirst().first?.range.lowerBound ?? bytes.count : layout.sections[section].end
        let neighbour = layout.statements.last { $0.section == section }
        let indentation = neighbour.map { bytes[$0.lines].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } } ?? []
        var text = TOMLText.statement(relative, value, indentation: Array(indentation))
        if end > 0, bytes[end - 1] != UInt8(ascii: "\n") { text.insert(UInt8(ascii: "\n"), at: 0) }
        try replace(end..<end, with: text)
    }

    /// Whether a statement of the table `parent` stands under a header that is deeper than the table.
    private func hasOwnSection(_ statement: TOMLLayout.Statement, below parent: [TOMLStep]) -> Bool {
        layout.sections[statement.section].path.count > parent.count
    }

    private mutating func addElement(_ path: [TOMLStep], _ element: SettingsValue) throws(TOMLSyntaxError) {
        guard case .table(let table) = element else { return }
        try insert(TOMLText.section(path, table, isRepeated: true), after: Array(path.dropLast()))
    }

    /// Puts a section behind everything that belongs to a table.
    private mutating func insert(_ section: [UInt8], after parent: [TOMLStep]) throws(TOMLSyntaxError) {
        let place = parent.isEmpty ? bytes.count : layout.sections.last { $0.path.starts(with: parent) }?.end ?? bytes.count
        var text = section
        if place > 0 {
            if bytes[..<place].suffix(2) != [UInt8(ascii: "\n"), UInt8(ascii: "\n")] { text.insert(UInt8(ascii: "\n"), at: 0) }
            if bytes[place - 1] != UInt8(ascii: "\n") { text.insert(UInt8(ascii: "\n"), at: 0) }
        }
        try replace(place..<place, with: text)
    }

    private mutating func remove(_ path: [TOMLStep]) throws(TOMLSyntaxError) {
        let inSections = layout.sections.indices.filter { $0 > 0 && layout.sections[$0].path.starts(with: path) }
        let outside = layout.statements.filter { $0.path.starts(with: path) && !inSections.contains($0.section) }
        let ranges = (inSections.map { layout.sections[$0].range } + outside.map(\.lines)).sorted { $0.lowerBound > $1.lowerBound }
        for range in ranges { bytes.removeSubrange(withBlankLine(range)) }
        try readAgain()
    }

    /// Takes the empty line ahead of a section with it where another one follows.
    private func withBlankLine(_ range: Range<Int>) -> Range<Int> {
        let newline = UInt8(ascii: "\n")
        let followed = range.upperBound == bytes.count || bytes[range.upperBound] == newline
        guard followed, range.lowerBound >= 2, bytes[range.lowerBound - 1] == newline, bytes[range.lowerBound - 2] == newline else {
            return range
        }
        return range.lowerBound - 1..<range.upperBound
    }

    private mutating func replace(_ range: Range<Int>, with text: [UInt8]) throws(TOMLSyntaxError) {
        bytes.replaceSubrange(range, with: text)
        try readAgain()
    }

    private mutating func readAgain() throws(TOMLSyntaxError) {
        var parser = TOMLParser(String(decoding: bytes, as: UTF8.self))
        _ = try parser.document()
        bytes = parser.bytes
        layout = parser.layout
    }
}
