private import Foundation
package import Media
package import Vision

/// A classifier of somebody's own that says which animal something is: one output, a number for each class.
package struct AnimalClassifier: AnimalScorer {
    /// What its numbers are.
    package enum Output: String, Sendable, Hashable, CaseIterable {
        /// Any numbers, of which softmax makes shares.
        case logits
        /// Shares that sum up to 1.
        case probabilities
    }

    /// By which shares may miss 1, as those of models in bytes do.
    private static let tolerance: Float = 0.05

    /// What its classes are.
    package let taxonomy: AnimalTaxonomy
    private let runner: any ModelRunner
    private let preprocessor: PicturePreprocessor
    private let output: Output

    package init(_ runner: any ModelRunner, input: PictureInput, output: Output, taxonomy: AnimalTaxonomy) {
        self.runner = runner
        preprocessor = PicturePreprocessor(input)
        self.output = output
        self.taxonomy = taxonomy
    }

    package func scores(in picture: HeldPicture, box: Box, cost: inout LookCost) async throws -> [Float]? {
        guard let part = AnimalReader.surroundings(of: box, width: picture.width, height: picture.height) else { return nil }
        let begun = ContinuousClock.now
        let input = try preprocessor.prepare(picture, part: part)
        let prepared = ContinuousClock.now
        let result = try await runner.run(input.values)
        cost.add(part: begun, prepared, ContinuousClock.now)
        return try shares(result)
    }

    /// A score for each class, summing up to about 1, of what the model gives.
    /// - Throws: `DetectionError` where these are no numbers, or not as many as classes.
    package func shares(_ result: InferenceResult) throws(DetectionError) -> [Float] {
        guard result.outputs.count == 1, let values = result.outputs.first?.values else {
            throw DetectionError("a classifier has one output, the numbers of its classes, and this has \(result.outputs.count)")
        }
        guard values.count == taxonomy.classes.count else {
            throw DetectionError("a classifier of \(taxonomy.classes.count) classes gives as many numbers, and this gives \(values.count)")
        }
        guard let highest = values.max(), values.allSatisfy(\.isFinite) else {
            throw DetectionError("what the classifier gives are no numbers (NaN, infinite)")
        }
        guard output == .logits else { return values }
        let weights = values.map { exp($0 - highest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// What the numbers of a result are to all appearances: numbers from 0 to 1 that sum up to 1 are hardly anything but shares.
    package static func appearance(of result: InferenceResult) -> Output {
        let values = result.outputs.flatMap(\.values)
        let isShares = values.allSatisfy { (-tolerance...1 + tolerance).contains($0) } && abs(values.reduce(0, +) - 1) <= tolerance
        return isShares ? .probabilities : .logits
    }
}
