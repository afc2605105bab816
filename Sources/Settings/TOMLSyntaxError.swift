/// Where and why a text is not TOML. Quotes nothing of the text, which may hold secrets.
struct TOMLSyntaxError: Error, Equatable, CustomStringConvertible {
    /// Counted from 1.
    let line: Int
    /// In bytes, counted from 1.
    let column: Int
    let message: String

    var description: String { "is not valid TOML at line \(line), column \(column): \(message)" }
}
