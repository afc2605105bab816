private import Foundation

/// Which two samples of a row, or of a column, make each sample of a scaled one, and how much of each.
///
/// Bilinear between the two nearest, with pixels' centres at halves and without a filter for what is made smaller: what the models were
/// measured with. Weights have 11 bits, as in OpenCV's resize, so that the results differ by a step at most.
struct SamplingAxis: Sendable {
    /// The full weight.
    static let one: Int32 = 2048

    var first: [Int]
    var second: [Int]
    /// Of the second; the first has the rest.
    var weights: [Int32]

    /// - Parameters:
    ///   - start: The first sample that is used.
    ///   - count: How many are used, at least one.
    ///   - target: How many are made.
    ///   - position: Where, in samples, the source's sample for a position in the finest plane lies; itself for luma.
    init(start: Int, count: Int, target: Int, bounds: Range<Int>? = nil, position: (Double) -> Double = { $0 }) {
        let bounds = bounds ?? start..<(start + count)
        let scale = Double(count) / Double(target)
        first = []
        second = []
        weights = []
        first.reserveCapacity(target)
        second.reserveCapacity(target)
        weights.reserveCapacity(target)
        for index in 0..<target {
            let place = position((Double(index) + 0.5) * scale - 0.5 + Double(start))
            let whole = place.rounded(.down)
            var sample = Int(whole)
            var weight = Int32(((place - whole) * Double(Self.one)).rounded())
            if sample < bounds.lowerBound { (sample, weight) = (bounds.lowerBound, 0) }
            if sample >= bounds.upperBound - 1 { (sample, weight) = (bounds.upperBound - 1, 0) }
            first.append(sample)
            second.append(min(sample + 1, bounds.upperBound - 1))
            weights.append(weight)
        }
    }
}
