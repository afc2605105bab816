private import Foundation

/// Which two samples of a row, or of a column, make each sample of a scaled one, and how much of each.
///
/// Bilinear between the two nearest, with pixels' centres at halves and without a filter for what is made smaller: what the models were
/// measured with. Places are floats of 32 bits and weights have 11, as in OpenCV's resize, so that what is made of whole pictures is the same.
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
            let place = Float(position((Double(index) + 0.5) * scale - 0.5 + Double(start)))
            let whole = place.rounded(.down)
            let sample = Int(whole)
            // Beyond an edge both are the edge itself, and the weights stay: OpenCV's cuts then lose as much as elsewhere.
            first.append(min(max(sample, bounds.lowerBound), bounds.upperBound - 1))
            second.append(min(max(sample + 1, bounds.lowerBound), bounds.upperBound - 1))
            weights.append(Int32(((place - whole) * Float(Self.one)).rounded(.toNearestOrEven)))
        }
    }
}
