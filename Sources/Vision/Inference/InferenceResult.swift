/// What came of one inference.
package struct InferenceResult: Sendable, Hashable {
    /// In the model's order.
    package var outputs: [Tensor]
    /// How many of the numbers in `outputs` are no number (NaN) or infinite. They are left as they are: decoders pass over them.
    package var notFinite: Int

    package init(outputs: [Tensor], notFinite: Int = 0) {
        self.outputs = outputs
        self.notFinite = notFinite
    }
}
