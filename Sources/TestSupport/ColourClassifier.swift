/// A classifier that a test makes for itself: its classes are colours, and one is what has none. Nothing is trained: its weights tell colours. A picture
/// of two colours is as much the one as the other.
package struct ColourClassifier: Sendable {
    /// What a class stands for.
    package enum Hue: Int, Sendable {
        case none = -1
        case red, green, blue
    }

    /// What is wrong with it.
    package enum Flaw: Sendable {
        /// All it gives is no number.
        case notNumbers
        /// The same, once it sees its second class.
        case notNumbersOnSight
        /// It has two outputs.
        case twoOutputs
    }

    /// In the order of its numbers.
    package let hues: [Hue]
    /// Of the square input, in pixels.
    package let side: Int
    /// Whether it makes shares of its numbers itself.
    package let givesShares: Bool
    package let flaw: Flaw?

    /// - Parameters:
    ///   - hues: What its classes stand for, in their order.
    ///   - side: Pixels of its picture.
    package init(_ hues: [Hue] = [.none, .red, .blue, .green], side: Int = 64, givesShares: Bool = false, flaw: Flaw? = nil) {
        self.hues = hues
        self.side = side
        self.givesShares = givesShares
        self.flaw = flaw
    }

    /// The file.
    package var bytes: [UInt8] { model.bytes }

    package var model: ONNXModel {
        let (mean, deviation): ([Float], [Float]) = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
        let tints = hues.map { hue in (0..<3).map { hue == .none ? 0 : $0 == hue.rawValue ? 0.2 : -0.1 as Float } }
        let weights = tints.flatMap { zip($0, deviation).map { $0 * $1 } }
        // What is hardly of a colour is of none.
        let bias = zip(hues, tints).map { hue, tint in zip(tint, mean).reduce(hue == .none ? 5 : 0) { $0 + $1.0 * $1.1 } }
        let count = hues.count
        var outputs = [ONNXModel.Port("out", [1, count])]
        if flaw == .twoOutputs { outputs.append(.init("other", [1, count])) }
        let model = ONNXModel(inputs: [.init("image", [1, 3, side, side])], outputs: outputs)
            .constant("weights", .floats(weights, shape: [count, 3, 1, 1])).constant("bias", .floats(bias, shape: [count]))
            .node("Conv", ["image", "weights", "bias"], ["tint"], [("kernel_shape", .integers([1, 1]))])
            .node("GlobalAveragePool", ["tint"], ["pooled"]).node("Flatten", ["pooled"], ["flat"], [("axis", .integer(1))])
            .node(givesShares ? "Softmax" : "Identity", ["flat"], ["sound"], givesShares ? [("axis", .integer(1))] : [])
        switch flaw {
        case nil: return model.node("Identity", ["sound"], ["out"])
        case .twoOutputs: return model.node("Identity", ["sound"], ["out"]).node("Neg", ["sound"], ["other"])
        case .notNumbers:
            return model.constant("far", .floats([1e6], shape: [])).node("Sub", ["sound", "far"], ["below"]).node("Log", ["below"], ["out"])
        case .notNumbersOnSight:
            let second = hues.indices.map { $0 == 1 ? 1 : 0 as Float }
            return model.constant("second", .floats(second, shape: [1, count])).constant("limit", .floats([5], shape: []))
                .constant("zero", .floats([0], shape: []))
                .node("Mul", ["flat", "second"], ["seen"]).node("Sub", ["limit", "seen"], ["rest"]).node("Sqrt", ["rest"], ["root"])
                .node("Mul", ["root", "zero"], ["spoiler"]).node("Add", ["sound", "spoiler"], ["out"])
        }
    }
}
