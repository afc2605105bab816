/// Where the headers and the statements of a TOML text lie, as the parser came across them. Places are offsets of bytes.
struct TOMLLayout {
    /// A header and the statements below it; the first section has no header.
    struct Section {
        let path: [TOMLStep]
        /// From the header's line to the end of its last statement's line; comments behind that belong to what follows.
        var range: Range<Int>
        /// Behind the last statement's line, or the header's where there is none: where a further statement goes.
        var end: Int { range.upperBound }
    }

    /// `key = value`.
    struct Statement {
        let section: Int
        let path: [TOMLStep]
        /// Whole lines, the line end included.
        let lines: Range<Int>
        let value: Range<Int>
    }

    private(set) var sections = [Section(path: [], range: 0..<0)]
    private(set) var statements: [Statement] = []
    /// Elements so far of each array of tables.
    private var counts: [[TOMLStep]: Int] = [:]

    mutating func add(header path: [String], isRepeated: Bool, lines: Range<Int>) {
        var steps: [TOMLStep] = []
        for (number, name) in path.enumerated() {
            steps.append(.key(name))
            if number == path.count - 1, isRepeated { counts[steps, default: 0] += 1 }
            if let count = counts[steps] { steps.append(.index(count - 1)) }
        }
        sections.append(Section(path: steps, range: lines))
    }

    mutating func add(statement path: [String], lines: Range<Int>, value: Range<Int>) {
        let section = sections.count - 1
        statements.append(
            Statement(section: section, path: sections[section].path + path.map { .key($0) }, lines: lines, value: value))
        let start = section == 0 && sections[0].range.isEmpty ? lines.lowerBound : sections[section].range.lowerBound
        sections[section].range = start..<lines.upperBound
    }
}
