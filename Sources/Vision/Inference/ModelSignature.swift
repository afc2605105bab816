/// What a model is expected to take and to give. A model that differs is refused before it runs.
package struct ModelSignature: Sendable, Hashable {
    /// The shape of the one input. A model that leaves dimensions of it open gets these.
    package var input: [Int]
    /// The shapes of all outputs in the model's order; nil where whoever reads them checks for himself.
    package var outputs: [[Int]]?

    package init(input: [Int], outputs: [[Int]]? = nil) {
        self.input = input
        self.outputs = outputs
    }

    /// Numbers in the input; nil where the shape makes no sense.
    package var inputCount: Int? { Self.count(input) }

    /// Numbers in a tensor of a shape; nil where a dimension is not positive, or there are more than can be counted.
    package static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for length in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard length > 0, !overflow else { return nil }
            count = product
        }
        return count
    }
}
