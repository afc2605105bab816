/// Writes what `ByteReader` reads.
enum ByteWriter {
    /// - Parameter value: 0 to 2^62 − 1; others are written as the nearest of these.
    static func append(_ value: Int64, to out: inout [UInt8]) {
        var rest = UInt64(clamping: min(max(value, 0), (1 << 62) - 1))
        while rest >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(truncatingIfNeeded: rest))
    }

    static func append(signed value: Int64, to out: inout [UInt8]) {
        append(value >= 0 ? value << 1 : (-(value + 1) << 1) | 1, to: &out)
    }

    static func append(bigEndian value: UInt32, to out: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
