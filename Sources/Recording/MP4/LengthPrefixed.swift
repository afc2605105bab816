/// Finds units that lie behind their lengths (ISO/IEC 14496-15, 5.3.2).
enum LengthPrefixed {
    /// The place of the next unit that is not empty; nil at the end, or where a length points behind it.
    /// - Parameter lengthSize: Bytes of a length, 1 to 4.
    static func next(in data: [UInt8], at: inout Int, lengthSize: Int) -> Range<Int>? {
        while data.count - at > lengthSize {
            let length = data[at..<at + lengthSize].reduce(0) { $0 << 8 | Int($1) }
            let begin = at + lengthSize
            guard length <= data.count - begin else { return nil }
            at = begin + length
            if length > 0 { return begin..<at }
        }
        return nil
    }
}
