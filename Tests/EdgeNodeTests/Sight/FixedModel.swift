import Vision

/// A model that gives the same whatever it is given.
struct FixedModel: ModelRunner {
    let signature: ModelSignature
    let outputs: [Tensor]

    func run(_ input: [Float]) async throws -> InferenceResult { InferenceResult(outputs: outputs) }

    /// A YuNet with an input of 64 × 64 that sees one face of this score in the middle of the picture, upright and from the front.
    static func face(score: Float) -> FixedModel {
        let cells = [64, 16, 4]
        let place = 4 * 8 + 4
        var outputs = [1, 1, 4, 10].flatMap { width in
            cells.map { Tensor(shape: [1, $0, width], values: [Float](repeating: 0, count: $0 * width)) }
        }
        outputs[0].values[place] = score * score
        outputs[3].values[place] = 1
        // A box of 40 pixels around the corner of four cells, and in it the eyes, the nose and the corners of the mouth.
        outputs[6].values.replaceSubrange((4 * place)..<(4 * place + 4), with: [0, 0, 1.609438, 1.609438])
        outputs[9].values.replaceSubrange((10 * place)..<(10 * place + 10), with: [-1, -0.75, 1, -0.75, 0, 0.1, -0.8, 1, 0.8, 1])
        return FixedModel(signature: ModelSignature(input: [1, 3, 64, 64]), outputs: outputs)
    }

    /// What reads a face: always the same four numbers.
    static let embedding = FixedModel(
        signature: ModelSignature(input: [1, 3, 128, 128]), outputs: [Tensor(shape: [1, 4, 1, 1], values: [3, 0, 4, 0])])
}
