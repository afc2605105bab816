/// Reads a compact form from its beginning. Whatever is cut short or out of range reads as nil, and never traps.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    var isAtEnd: Bool { at >= bytes.endIndex }

    mutating func byte() -> UInt8? {
        guard at < bytes.endIndex else { return nil }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.endIndex - at else { return nil }
        defer { at += count }
        return bytes[at..<at + count]
    }

    /// LEB128 (DWARF 4, section 7.6), unsigned, at most 62 bits, so that sums of a few do not overflow.
    mutating func number() -> Int64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = byte() {
            guard shift < 63 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value < 1 << 62 ? Int64(value) : nil }
            shift += 7
        }
        return nil
    }

    /// A signed one: zigzag in LEB128.
    mutating func signed() -> Int64? {
        guard let value = number() else { return nil }
        return value & 1 == 0 ? value >> 1 : -(value >> 1) - 1
    }
}
