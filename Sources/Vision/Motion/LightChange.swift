/// How the whole picture's brightness moved against the background: `new = gain · old + offset`.
///
/// Fitted so that things in the picture do not pull it: the medians of the difference in eight classes of background brightness, then
/// Theil–Sen over the classes (median of the pairwise slopes), which bears a third of the classes being wrong.
package struct LightChange: Sendable, Hashable {
    /// Gain in 1/4096.
    var gain: Int32
    /// Offset in units of `ReducedLuma`.
    var offset: Int32

    static let none = LightChange(gain: 4096, offset: 0)

    /// The largest shift, in units of `ReducedLuma`, of any brightness that a pixel can have.
    var largestShift: Int32 { max(abs(offset), abs(apply(16_320) - 16_320)) }

    /// The shift at mid grey, in steps of 8-bit luma.
    package var midShift: Double { (Double(apply(8160)) - 8160) / Double(LumaReducer.scale) }

    /// A change that no exposure control makes: contrast inverted, lost, or multiplied.
    var isImplausible: Bool { gain < 4096 * 4 / 10 || gain > 4096 * 5 / 2 }

    func apply(_ value: Int32) -> Int32 { ((value &* gain) >> 12) &+ offset }

    private static let classes = 8
    private static let bins = 512
    private static let binShift = 5

    /// Fits the change from `old` to `new`, images of the same size.
    static func fit(from old: [Int16], to new: [Int16], width: Int, height: Int) -> LightChange {
        var histogram = [Int32](repeating: 0, count: classes * bins)
        var counts = [Int](repeating: 0, count: classes)
        var sums = [Int](repeating: 0, count: classes)
        let step = width * height > 10_000 ? 3 : 1
        var total = 0
        for row in stride(from: step / 2, to: height, by: step) {
            for column in stride(from: step / 2, to: width, by: step) {
                let before = Int(old[row &* width &+ column])
                let difference = Int(new[row &* width &+ column]) &- before
                let brightness = min(classes - 1, max(0, before >> 11))
                let bin = min(bins - 1, max(0, (difference >> binShift) &+ bins / 2))
                histogram[brightness &* bins &+ bin] &+= 1
                counts[brightness] &+= 1
                sums[brightness] &+= before
                total &+= 1
            }
        }
        var points: [(x: Double, y: Double, weight: Double)] = []
        for index in 0..<classes where counts[index] * 50 > total {
            let median = median(of: histogram[(index * bins)..<((index + 1) * bins)], count: counts[index])
            points.append((Double(sums[index]) / Double(counts[index]), median, Double(counts[index])))
        }
        return line(through: points)
    }

    /// The median of a histogram, interpolated inside its bin.
    private static func median(of histogram: ArraySlice<Int32>, count: Int) -> Double {
        var below = 0
        for (bin, value) in histogram.enumerated() {
            if (below + Int(value)) * 2 >= count {
                let inside = (Double(count) / 2 - Double(below)) / Double(max(1, value))
                return (Double(bin - bins / 2) + inside) * Double(1 << binShift)
            }
            below += Int(value)
        }
        return 0
    }

    private static func line(through points: [(x: Double, y: Double, weight: Double)]) -> LightChange {
        guard !points.isEmpty else { return .none }
        var slopes: [(Double, Double)] = []
        for (index, a) in points.enumerated() {
            for b in points[(index + 1)...] where abs(b.x - a.x) > 512 {
                slopes.append(((b.y - a.y) / (b.x - a.x), (a.weight * b.weight).squareRoot() * abs(b.x - a.x)))
            }
        }
        let slope = slopes.isEmpty ? 0 : weightedMedian(slopes)
        let offset = weightedMedian(points.map { ($0.y - slope * $0.x, $0.weight) })
        return LightChange(
            gain: Int32(min(max(1 + slope, -4), 16) * 4096), offset: Int32(min(max(offset, -65_000), 65_000).rounded()))
    }

    private static func weightedMedian(_ values: [(value: Double, weight: Double)]) -> Double {
        let sorted = values.sorted { $0.value < $1.value }
        let half = sorted.reduce(0) { $0 + $1.weight } / 2
        var sum = 0.0
        for entry in sorted {
            sum += entry.weight
            if sum >= half { return entry.value }
        }
        return sorted.last?.value ?? 0
    }
}
