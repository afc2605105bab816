/// A model's input, and where it came from.
package struct PreparedInput: Sendable, Hashable {
    /// In the order of the input's shape.
    package var values: [Float]
    package var placement: InputPlacement

    package init(values: [Float], placement: InputPlacement) {
        self.values = values
        self.placement = placement
    }
}
