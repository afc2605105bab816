/// Lines of comma-separated values (RFC 4180) that a spreadsheet takes as text.
enum CSVText {
    /// What begins a formula in some spreadsheet (OWASP, "CSV Injection"), also as wide as an ideograph.
    private static let signs: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}"]
    /// What some spreadsheets part cells by, whatever the quotes say.
    private static let separators: Set<Unicode.Scalar> = [";", "\t", ",", "\r", "\n"]

    static func append(_ cells: [String], to out: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            let text = harmless(cell)
            let isQuoted = text.unicodeScalars.contains { separators.contains($0) || $0 == "\"" }
            if isQuoted { out.append(UInt8(ascii: "\"")) }
            for byte in text.utf8 {
                out.append(byte)
                if byte == UInt8(ascii: "\"") { out.append(byte) }
            }
            if isQuoted { out.append(UInt8(ascii: "\"")) }
        }
        out += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// A cell that a spreadsheet would take for a formula gets an apostrophe in front; a separator before a formula becomes a space. Blanks and
    /// quotes between do not count: some spreadsheets take them away.
    private static func harmless(_ cell: String) -> String {
        var scalars = Array(cell.unicodeScalars)
        var separator: Int?
        var (hasBegun, isFormula) = (false, scalars.first.map { $0 != ";" && $0 != "," && separators.contains($0) } ?? false)
        for (place, scalar) in scalars.enumerated() {
            if separators.contains(scalar) {
                separator = place
            } else if scalar == "\"" || scalar == "'" || scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint {
                continue
            } else {
                if signs.contains(scalar) {
                    if let separator { scalars[separator] = " " }
                    isFormula = isFormula || !hasBegun
                }
                (hasBegun, separator) = (true, nil)
            }
        }
        return (isFormula ? "'" : "") + String(String.UnicodeScalarView(scalars))
    }
}
