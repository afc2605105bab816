import Settings

extension TableReader {
    /// One of some words; nil where the key is absent or something else (a fault).
    func choice<Value>(_ key: String, _ values: [(name: String, value: Value)]) -> Value? {
        guard let name = string(key) else { return nil }
        let found = values.first { $0.name == name }?.value
        if found == nil { fail(key, "must be one of \(values.map(\.name).joined(separator: ", "))") }
        return found
    }
}
