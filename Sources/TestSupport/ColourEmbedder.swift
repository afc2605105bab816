/// What a test makes for itself to know animals again by: how red and how green a picture is on average tells one from another, in an embedding of as many
/// numbers as the catalogue's model has. Nothing is trained. As that model it also gives the scores of ImageNet's classes; none of them is sure.
package struct ColourEmbedder: Sendable {
    /// Of the square input, in pixels.
    package let side: Int
    /// Of the embedding.
    package let numbers: Int

    package init(side: Int = 32, numbers: Int = 1280) {
        self.side = side
        self.numbers = numbers
    }

    package var model: ONNXModel {
        // From a mean of 100 on, so that what is less red points the other way.
        let weights = (0..<numbers).flatMap { $0 % 2 == 0 ? [1, 0, 0] : [0, 1, 0 as Float] }
        return ONNXModel(
            inputs: [.init("image", [1, 3, side, side])], outputs: [.init("embedding", [1, numbers]), .init("scores", [1, 1000])]
        )
        .constant("weights", .floats(weights, shape: [numbers, 3, 1, 1]))
        .constant("bias", .floats(Array(repeating: -100, count: numbers), shape: [numbers]))
        .constant("none", .floats(Array(repeating: 0, count: 3000), shape: [1000, 3, 1, 1]))
        .node("GlobalAveragePool", ["image"], ["mean"])
        .node("Conv", ["mean", "weights", "bias"], ["tint"], [("kernel_shape", .integers([1, 1]))])
        .node("Flatten", ["tint"], ["embedding"], [("axis", .integer(1))])
        .node("Conv", ["mean", "none"], ["classes"], [("kernel_shape", .integers([1, 1]))])
        .node("Flatten", ["classes"], ["scores"], [("axis", .integer(1))])
    }
}
