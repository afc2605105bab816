/// The tables of a document while it is read, with what decides whether they may still be extended (TOML 1.0, tables).
final class TOMLTree {
    /// What a key stands for.
    enum Node {
        case value(SettingsValue)
        case table(TOMLTree)
        case tables(Repeated)
    }

    /// The tables of `[[…]]`. A class, so that a further one does not copy those before it.
    final class Repeated {
        private(set) var tables: [TOMLTree] = []

        func add() -> TOMLTree {
            tables.append(TOMLTree(.header))
            return tables[tables.count - 1]
        }
    }

    /// How a table came to be.
    enum Origin {
        /// On the way to a deeper header: `[a.b]` makes `a`; its own header may follow.
        case passed
        /// By its own header.
        case header
        /// On the way to a dotted key: `a.b = 1` makes `a`; only further dotted keys and deeper headers may add to it.
        case dotted
    }

    private(set) var nodes: [String: Node] = [:]
    private var origin: Origin

    init(_ origin: Origin) { self.origin = origin }

    /// The finished values.
    var values: [String: SettingsValue] {
        nodes.mapValues { node in
            switch node {
            case .value(let value): value
            case .table(let table): .table(table.values)
            case .tables(let repeated): .array(repeated.tables.map { .table($0.values) })
            }
        }
    }

    /// Goes to the table of a header, making what is missing.
    /// - Parameter repeated: The header is `[[…]]`: every time a further table.
    /// - Returns: Nil where the name is taken by something else, or by the same header.
    func header(_ path: [String], repeated: Bool) -> TOMLTree? {
        guard let last = path.last else { return nil }
        var parent = self
        for part in path.dropLast() {
            switch parent.nodes[part] {
            case nil: parent = parent.add(part, .passed)
            case .table(let table): parent = table
            case .tables(let repeated):
                guard let table = repeated.tables.last else { return nil }
                parent = table
            case .value: return nil
            }
        }
        switch (parent.nodes[last], repeated) {
        case (nil, false): return parent.add(last, .header)
        case (.table(let table), false) where table.origin == .passed:
            table.origin = .header
            return table
        case (nil, true):
            let first = Repeated()
            parent.nodes[last] = .tables(first)
            return first.add()
        case (.tables(let further), true): return further.add()
        default: return nil
        }
    }

    /// Sets a key, dotted or not.
    /// - Returns: False where the name is taken.
    func set(_ path: [String], to value: SettingsValue) -> Bool {
        guard let last = path.last else { return false }
        var parent = self
        for part in path.dropLast() {
            switch parent.nodes[part] {
            case nil: parent = parent.add(part, .dotted)
            case .table(let table) where table.origin == .dotted: parent = table
            default: return false
            }
        }
        if parent.nodes[last] != nil { return false }
        parent.nodes[last] = .value(value)
        return true
    }

    private func add(_ name: String, _ origin: Origin) -> TOMLTree {
        let table = TOMLTree(origin)
        nodes[name] = .table(table)
        return table
    }
}
