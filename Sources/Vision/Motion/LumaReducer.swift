/// Averages a luma plane over square boxes down to the size that motion detection works at.
///
/// The averaging is the noise filter too: 36 pixels of a 1080p frame become one, so sensor noise falls to a sixth.
package struct LumaReducer: Sendable {
    /// Units of `ReducedLuma` per step of 8-bit luma: the average keeps six more bits than its pixels had.
    package static let scale: Int16 = 64
    /// The most pixels that a reduced image may have: 320 × 180.
    package static let largestArea = 320 * 180
    /// The largest frame side that is taken; beyond it the stream is broken.
    package static let largestSide = 16_384

    private var sums: [UInt16] = []

    package init() {}

    /// The side of the box that brings `width` × `height` to at most `largestArea`; nil if the size is none of a picture.
    package static func factor(width: Int, height: Int) -> Int? {
        guard width > 0, height > 0, width <= largestSide, height <= largestSide else { return nil }
        var factor = 1
        while (width / factor) * (height / factor) > largestArea { factor += 1 }
        return width / factor >= 4 && height / factor >= 4 ? factor : nil
    }

    /// - Parameters:
    ///   - luma: 8-bit samples, row by row.
    ///   - stride: Samples from one row to the next, at least `width`.
    /// - Returns: Nil where the numbers do not describe a picture inside `luma`. Columns and rows past the last whole box are left out.
    package mutating func reduce(_ luma: Span<UInt8>, width: Int, height: Int, stride: Int) -> ReducedLuma? {
        guard let factor = Self.factor(width: width, height: height), stride >= width, stride <= 4 * Self.largestSide,
            luma.count >= stride * (height - 1) + width
        else { return nil }
        let columns = width / factor
        let rows = height / factor
        let used = columns * factor
        var pixels = [Int16](repeating: 0, count: columns * rows)
        if sums.count != used { sums = [UInt16](repeating: 0, count: used) }
        let reciprocal = UInt32(Self.scale) * 65_536 / UInt32(factor * factor)
        var out = pixels.mutableSpan
        var sums = self.sums.mutableSpan
        for row in 0..<rows {
            Self.addRows(luma, from: row * factor * stride, rows: factor, stride: stride, into: &sums)
            Self.averageColumns(sums, factor: factor, reciprocal: reciprocal, into: &out, from: row * columns, count: columns)
        }
        return ReducedLuma(width: columns, height: rows, pixels: pixels)
    }

    /// Sums `rows` rows of samples, column by column. 257 rows of 255 still fit 16 bits.
    private static func addRows(_ luma: Span<UInt8>, from start: Int, rows: Int, stride: Int, into sums: inout MutableSpan<UInt16>) {
        let count = sums.count
        if rows == 6 {
            for x in 0..<count {
                let at = start &+ x
                let first = UInt16(luma[at]) &+ UInt16(luma[at &+ stride]) &+ UInt16(luma[at &+ 2 &* stride])
                let second = UInt16(luma[at &+ 3 &* stride]) &+ UInt16(luma[at &+ 4 &* stride]) &+ UInt16(luma[at &+ 5 &* stride])
                sums[x] = first &+ second
            }
            return
        }
        for x in 0..<count { sums[x] = UInt16(luma[start &+ x]) }
        for row in 1..<max(1, rows) where row < rows {
            let begin = start &+ row &* stride
            for x in 0..<count { sums[x] = sums[x] &+ UInt16(luma[begin &+ x]) }
        }
    }

    private static func averageColumns(
        _ sums: borrowing MutableSpan<UInt16>, factor: Int, reciprocal: UInt32, into out: inout MutableSpan<Int16>, from start: Int,
        count: Int
    ) {
        if factor == 6 {
            for x in 0..<count {
                let at = x &* 6
                let left = UInt32(sums[at]) &+ UInt32(sums[at &+ 1]) &+ UInt32(sums[at &+ 2])
                let right = UInt32(sums[at &+ 3]) &+ UInt32(sums[at &+ 4]) &+ UInt32(sums[at &+ 5])
                out[start &+ x] = Int16(truncatingIfNeeded: ((left &+ right) &* reciprocal) >> 16)
            }
            return
        }
        for x in 0..<count {
            var sum: UInt32 = 0
            for offset in 0..<factor { sum &+= UInt32(sums[x &* factor &+ offset]) }
            out[start &+ x] = Int16(truncatingIfNeeded: (sum &* reciprocal) >> 16)
        }
    }
}
