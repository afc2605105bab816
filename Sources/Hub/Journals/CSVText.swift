import Base

/// Lines of comma-separated values (RFC 4180) that a spreadsheet takes as text.
enum CSVText {
    /// What begins a formula in some spreadsheet (OWASP, "CSV Injection"), also as wide as an ideograph.
    private static let signs: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}"]
    /// What some spreadsheets part cells by, whatever the quotes say.
    private static let separators: Set<Unicode.Scalar> = [";", "\t", ",", "\r", "\n"]

    /// "2026-11-27 08:05", as spreadsheets read it: by the clock of a site.
    static func local(_ time: Timestamp, _ clocks: SiteClocks, _ site: String) -> String {
        let moment = clocks.moment(time, at: site)
        func two(_ number: Int) -> String { "\(number < 10 ? "0" : "")\(number)" }
        return "\(moment.year)-\(two(moment.month))-\(two(moment.day)) \(two(moment.hour)):\(two(moment.minute))"
    }

    /// At most three decimals.
    static func number(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

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
