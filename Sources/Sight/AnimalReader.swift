package import Media
package import Vision

/// A second look at an animal, or at something that moves and that the detector has no word for: which animal it is, if any, and what it can be
/// known again by.
package struct AnimalReader: AnimalScorer {
    /// Of the side of what is looked at to the animal's: the classifier was trained with something around it.
    private static let margin = 1.3

    private let runner: any ModelRunner
    private let preprocessor: PicturePreprocessor
    /// Of the catalogue: which numbers can be compared.
    private let model: String

    /// - Parameters:
    ///   - runner: Gives an embedding and the scores of ImageNet's 1,000 classes, or those with one for the background before them.
    ///   - model: The runner's name.
    package init(_ runner: any ModelRunner, input: PictureInput, model: String) {
        self.runner = runner
        preprocessor = PicturePreprocessor(input)
        self.model = model
    }

    /// - Returns: Scores of ImageNet's 1,000 classes; nil where nothing of the box lies in the picture.
    /// - Throws: Where the picture cannot be read, or the model fails or is none of ImageNet's.
    package func scores(in picture: HeldPicture, box: Box, cost: inout LookCost) async throws -> [Float]? {
        guard let part = Self.surroundings(of: box, width: picture.width, height: picture.height) else { return nil }
        let output = try await run(picture, part, cost: &cost)[1]
        // One for the background comes first in some.
        guard output.values.count >= 1000 else {
            throw DetectionError("a classifier of ImageNet has 1,000 classes, and this has \(output.values.count)")
        }
        return Array(output.values.suffix(1000))
    }

    /// - Parameter box: Of the animal, in fractions of the picture. It alone is looked at: what is around it is not the animal's.
    /// - Returns: Nil where nothing of the box lies in the picture.
    /// - Throws: Where the picture cannot be read, or the model fails.
    package func embedding(in picture: HeldPicture, box: Box, cost: inout LookCost) async throws -> Embedding? {
        guard let part = PixelRectangle(box, width: picture.width, height: picture.height) else { return nil }
        return Embedding(try await run(picture, part, cost: &cost)[0].values, model: model)
    }

    /// Takes a whole picture as one animal.
    /// - Returns: Nil where the model's numbers have no direction.
    /// - Throws: As the other.
    package func embedding(in picture: SinglePicture) async throws -> (embedding: Embedding?, cost: LookCost) {
        var cost = LookCost()
        let outputs = try await run(&cost) { try picture.prepare(for: preprocessor) }
        let ran = ContinuousClock.now
        let embedding = Embedding(outputs[0].values, model: model)
        cost.decoding += (ContinuousClock.now - ran) / .seconds(1)
        return (embedding, cost)
    }

    private func run(_ picture: HeldPicture, _ part: PixelRectangle, cost: inout LookCost) async throws -> [Tensor] {
        try await run(&cost) { try preprocessor.prepare(picture, part: part) }
    }

    private func run(_ cost: inout LookCost, _ prepare: () throws -> PreparedInput) async throws -> [Tensor] {
        let begun = ContinuousClock.now
        let input = try prepare()
        let prepared = ContinuousClock.now
        let result = try await runner.run(input.values)
        cost.add(part: begun, prepared, ContinuousClock.now)
        guard result.outputs.count == 2 else {
            throw DetectionError("what reads animals gives an embedding and classes, and this gives \(result.outputs.count) outputs")
        }
        return result.outputs
    }

    /// What of a picture shows an animal with something around it; nil where nothing of the box lies in it.
    static func surroundings(of box: Box, width: Int, height: Int) -> PixelRectangle? {
        guard let visible = box.clipped, width > 0, height > 0 else { return nil }
        let longest = max(visible.width * Double(width), visible.height * Double(height))
        let side = max(16, Int((longest * margin).rounded(.up)))
        let (across, down) = (min(side, width), min(side, height))
        func start(_ centre: Double, _ length: Int, _ whole: Int) -> Int {
            min(max(Int((centre * Double(whole)).rounded()) - length / 2, 0), whole - length)
        }
        return PixelRectangle(
            x: start(visible.centreX, across, width), y: start(visible.centreY, down, height), width: across, height: down)
    }
}
