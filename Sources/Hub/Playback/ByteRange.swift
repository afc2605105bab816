/// What a request's `Range` asks for (RFC 9110, section 14): one range of bytes.
package enum ByteRange: Sendable, Hashable {
    /// All of it: there is no header, or one that may be ignored, because it is of another unit, broken, or of several ranges.
    case whole
    case part(Range<Int64>)
    /// Outside of what there is.
    case unsatisfiable

    package init(_ header: String?, length: Int64) {
        self = .whole
        guard let header, header.lowercased().hasPrefix("bytes=") else { return }
        let text = header.dropFirst("bytes=".count).filter { $0 != " " && $0 != "\t" }
        guard !text.contains(","), let dash = text.firstIndex(of: "-") else { return }
        let (first, last) = (text[..<dash], text[text.index(after: dash)...])
        guard (first + last).allSatisfy({ $0.isASCII && $0.isNumber }), !(first.isEmpty && last.isEmpty) else { return }
        // Numbers that do not fit are larger than any file.
        let (begin, end) = (Int64(first) ?? .max, last.isEmpty ? Int64.max : Int64(last) ?? .max)
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
}
