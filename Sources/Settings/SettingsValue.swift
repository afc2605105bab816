/// A value of a configuration, free of how the file writes it.
package indirect enum SettingsValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    case array([SettingsValue])
    case table([String: SettingsValue])
    /// A kind of TOML value that no key uses (dates and times); the text names the kind.
    case unused(String)
    /// From an environment variable or a flag, which have no types of their own: read as whatever the key wants.
    case text(String, origin: String)

    /// The kind in words, for messages: `a string`.
    package var kind: String {
        switch self {
        case .string, .text: "a string"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "a boolean"
        case .array: "an array"
        case .table: "a table"
        case .unused(let kind): "a \(kind)"
        }
    }
}
