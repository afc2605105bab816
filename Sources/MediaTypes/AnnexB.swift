/// Finds the units of an Annex B byte stream (ITU-T H.264 and H.265, annex B).
package enum AnnexB {
    /// Bytes that are looked at together.
    private static let block = 256

    /// The place of the next unit; nil at the end. The zero bytes ahead of a start code belong to no unit, and none ends with a zero (H.264
    /// 7.4.1, H.265 7.4.2.1).
    /// - Parameter at: Where to look from; behind the unit afterwards.
    package static func nextUnit(in data: [UInt8], at: inout Int) -> Range<Int>? {
        guard let start = nextStartCode(in: data.span, from: at) else { return nil }
        let begin = start + 3
        var end = nextStartCode(in: data.span, from: begin) ?? data.count
        at = end
        while end > begin, data[end - 1] == 0 { end -= 1 }
        return begin..<end
    }

    /// The index of the next `00 00 01` at or behind `from`; nil when there is none.
    package static func nextStartCode(in data: Span<UInt8>, from: Int) -> Int? {
        var at = from
        while at + block + 2 <= data.count {
            // Two zeros side by side are rare in compressed pictures: a block without them is passed over in whole vectors.
            if lowestPair(data.extracting(at..<at + block), data.extracting(at + 1..<at + 1 + block)) > 0 {
                at += block
            } else if let found = search(data, from: at, to: at + block) {
                return found
            } else {
                at += block
            }
        }
        return at < data.count ? search(data, from: at, to: data.count) : nil
    }

    /// Zero if two bytes at the same place are both zero. The loop has no way out, so that the compiler makes vectors of it.
    @inline(__always)
    private static func lowestPair(_ a: Span<UInt8>, _ b: Span<UInt8>) -> UInt8 {
        guard a.count == block, b.count == block else { return 0 }
        var lowest = UInt8.max
        for i in 0..<block { lowest = min(lowest, a[i] | b[i]) }
        return lowest
    }

    /// The first start code that begins in `from..<to`.
    private static func search(_ data: Span<UInt8>, from: Int, to: Int) -> Int? {
        let end = min(to, data.count - 2)
        var i = from
        while i < end {
            if data[i + 2] > 1 {
                i += 3
            } else if data[i] == 0, data[i + 1] == 0, data[i + 2] == 1 {
                return i
            } else {
                i += 1
            }
        }
        return nil
    }
}
