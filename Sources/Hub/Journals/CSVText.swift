/// Lines of comma-separated values (RFC 4180) that a spreadsheet takes as text.
enum CSVText {
    /// A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").
    static func append(_ cells: [String], to out: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            let isFormula = cell.utf8.first.map { "=+-@\t\r\n".utf8.contains($0) } ?? false
            let text = isFormula ? "'\(cell)" : cell
            if text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) {
                out += "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"".utf8
            } else {
                out += text.utf8
            }
        }
        out += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }
}
