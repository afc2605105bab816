/// A `LIKE` pattern that finds a text anywhere and takes its `%`, `_` and `\` literally, with `\` as the escape character.
enum SearchPattern {
    static func containing(_ text: String) -> String {
        var pattern = "%"
        for character in text.unicodeScalars {
            // Neither database can hold a NUL in a text, and no event contains one.
            if character == "\0" { continue }
            if character == "%" || character == "_" || character == "\\" { pattern += "\\" }
            pattern.unicodeScalars.append(character)
        }
        return pattern + "%"
    }
}
