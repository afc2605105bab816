/// Lines of comma-separated values (RFC 4180) that a spreadsheet takes as text.
enum CSVText {
    /// A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"). Some part cells by semicolons or tabs
    /// whatever the quotes say: before a formula these become spaces.
    static func append(_ cells: [String], to out: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            var bytes = Array(cell.utf8)
            for place in bytes.indices.dropLast() where ";\t,\r\n".utf8.contains(bytes[place]) && "=+-@".utf8.contains(bytes[place + 1]) {
                bytes[place] = UInt8(ascii: " ")
            }
            if let first = bytes.first, "=+-@\t\r\n".utf8.contains(first) { bytes.insert(UInt8(ascii: "'"), at: 0) }
            let isQuoted = bytes.contains { ",;\"\t\r\n".utf8.contains($0) }
            if isQuoted { out.append(UInt8(ascii: "\"")) }
            for byte in bytes {
                out.append(byte)
                if byte == UInt8(ascii: "\"") { out.append(byte) }
            }
            if isQuoted { out.append(UInt8(ascii: "\"")) }
        }
        out += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }
}
