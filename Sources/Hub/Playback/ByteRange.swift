/// What a request's `Range` asks for (RFC 9110, section 14): one range of bytes.
package enum ByteRange: Sendable, Hashable {
    /// All of it: there is no header, or one that may be ignored, because it is of another unit, broken, or of several ranges.
    case whole
    case part(Range<Int64>)
    /// Outside of what there is.
    case unsatisfiable

    package init(_ header: String?, length: Int64) {
        self = .whole
        guard let header else { return }
        let bytes = Array(header.utf8)
        guard String(decoding: bytes.prefix(6), as: UTF8.self).lowercased() == "bytes=" else { return }
        let text = bytes.dropFirst(6).filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        guard let dash = text.firstIndex(of: UInt8(ascii: "-")) else { return }
        let (first, last) = (text[..<dash], text[(dash + 1)...])
        // Also not where there is a comma or another dash: of several ranges.
        guard (first + last).allSatisfy({ (0x30...0x39).contains($0) }), !(first.isEmpty && last.isEmpty) else { return }
        let (begin, end) = (Self.number(first), last.isEmpty ? Int64.max : Self.number(last))
        if first.isEmpty {
            self = end == 0 || length == 0 ? .unsatisfiable : .part(max(0, length - end)..<length)
        } else if !last.isEmpty, end < begin {
            return
        } else if begin >= length {
            self = .unsatisfiable
        } else {
            self = .part(begin..<min(end, length - 1) + 1)
        }
    }

    /// One that does not fit is larger than any file.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int64 { Int64(String(decoding: digits, as: UTF8.self)) ?? .max }
}
