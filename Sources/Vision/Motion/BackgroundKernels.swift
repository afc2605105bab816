/// The loops over all pixels of a background. They work through spans and with wrapping arithmetic so that the compiler vectorises them.
enum BackgroundKernels {
    static func classify(_ pixels: [Int16], low: [Int16], high: [Int16], into mask: inout [UInt8]) {
        let pixels = pixels.span
        let low = low.span
        let high = high.span
        var mask = mask.mutableSpan
        for index in 0..<pixels.count {
            let value = pixels[index]
            mask[index] = (value < low[index] ? 1 : 0) | (value > high[index] ? 1 : 0)
        }
    }

    static func follow(_ mean: inout [Int16], gain: Int32, offset: Int32) {
        var mean = mean.mutableSpan
        for index in 0..<mean.count {
            let value = ((Int32(mean[index]) &* gain) >> 12) &+ offset
            mean[index] = Int16(truncatingIfNeeded: min(max(value, 0), 16_320))
        }
    }

    static func learn(
        _ pixels: [Int16], protected: [UInt8], meanRate: Int32, noiseRate: Int32, mean: inout [Int16], noise: inout [Int16]
    ) {
        let slowNoiseRate = noiseRate / 16
        let pixels = pixels.span
        let protected = protected.span
        var mean = mean.mutableSpan
        var noise = noise.mutableSpan
        for index in 0..<pixels.count {
            let free: Int32 = protected[index] == 0 ? -1 : 0
            let difference = Int32(pixels[index]) &- Int32(mean[index])
            let step = ((difference &* meanRate) &+ 32_768) >> 16
            mean[index] = Int16(truncatingIfNeeded: Int32(mean[index]) &+ (step & free))
            let deviation = min(abs(difference), 4096)
            let rate = (noiseRate & free) | (slowNoiseRate & ~free)
            let change = (((deviation &- Int32(noise[index])) &* rate) &+ 32_768) >> 16
            noise[index] = Int16(truncatingIfNeeded: Int32(noise[index]) &+ change)
        }
    }

    static func widen(
        low: inout [Int16], high: inout [Int16], noise: [Int16], factor: [Int16], least: [Int16], largest: Int32
    ) {
        let noise = noise.span
        let factor = factor.span
        let least = least.span
        var low = low.mutableSpan
        var high = high.mutableSpan
        for index in 0..<noise.count {
            let scaled = (Int32(noise[index]) &* Int32(factor[index])) >> 8
            let threshold = Int16(truncatingIfNeeded: min(max(scaled, Int32(least[index])), largest))
            low[index] = low[index] &- threshold
            high[index] = high[index] &+ threshold
        }
    }

    static func smallest(of source: [Int16], width: Int, height: Int, rows: inout [Int16], into out: inout [Int16]) {
        extreme(of: source, width: width, height: height, rows: &rows, into: &out) { $0 < $1 ? $0 : $1 }
    }

    static func largest(of source: [Int16], width: Int, height: Int, rows: inout [Int16], into out: inout [Int16]) {
        extreme(of: source, width: width, height: height, rows: &rows, into: &out) { $0 > $1 ? $0 : $1 }
    }

    /// The extreme of every 3 × 3 neighbourhood, edges repeated: first along rows, then along columns.
    @inline(__always)
    private static func extreme(
        of source: [Int16], width: Int, height: Int, rows: inout [Int16], into out: inout [Int16], _ pick: (Int16, Int16) -> Int16
    ) {
        let source = source.span
        var rows = rows.mutableSpan
        for row in 0..<height {
            let start = row &* width
            rows[start] = pick(source[start], source[start &+ 1])
            rows[start &+ width &- 1] = pick(source[start &+ width &- 2], source[start &+ width &- 1])
            for at in (start &+ 1)..<(start &+ width &- 1) {
                rows[at] = pick(pick(source[at &- 1], source[at]), source[at &+ 1])
            }
        }
        var out = out.mutableSpan
        for row in 0..<height {
            let start = row &* width
            let above = row == 0 ? start : start &- width
            let below = row == height &- 1 ? start : start &+ width
            for x in 0..<width {
                out[start &+ x] = pick(pick(rows[above &+ x], rows[start &+ x]), rows[below &+ x])
            }
        }
    }
}
