package import Media
package import Vision

/// Looks for things in parts of pictures with one model.
package struct ObjectDetector: Sendable {
    private let model: any ModelRunner
    private let preprocessor: PicturePreprocessor
    private let decoder: DetectionDecoder

    package init(_ model: any ModelRunner, input: PictureInput, decoder: DetectionDecoder) {
        self.model = model
        preprocessor = PicturePreprocessor(input)
        self.decoder = decoder
    }

    /// - Parameter places: What is to be looked at, for which the parts were chosen.
    /// - Returns: What was found in any of the parts, the best first.
    /// - Throws: Where the picture cannot be read, or the model fails.
    package func detect(
        in picture: HeldPicture, parts: [PixelRectangle], places: [Box]
    ) async throws -> (detections: [Detection], cost: LookCost) {
        var found: [(part: Box, detections: [Detection])] = []
        var cost = LookCost()
        for part in parts {
            let detections = try await look(&cost) { try preprocessor.prepare(picture, part: part) }
            found.append((part.fractions(ofWidth: picture.width, height: picture.height), detections))
        }
        return (RegionDetections.merge(found, places: places), cost)
    }

    /// Looks at a whole picture, once.
    /// - Returns: What the model says, the best first.
    /// - Throws: Where the picture cannot be read, or the model fails.
    package func detect(in picture: SinglePicture) async throws -> (detections: [Detection], cost: LookCost) {
        var cost = LookCost()
        let detections = try await look(&cost) { try picture.prepare(for: preprocessor) }
        return (detections, cost)
    }

    private func look(_ cost: inout LookCost, _ prepare: () throws -> PreparedInput) async throws -> [Detection] {
        let begun = ContinuousClock.now
        let input = try prepare()
        let prepared = ContinuousClock.now
        let result = try await model.run(input.values)
        let ran = ContinuousClock.now
        let decoded = try decoder.decode(result.outputs, input.placement)
        cost.add(part: begun, prepared, ran)
        cost.rejected += decoded.rejected
        cost.decoding += (ContinuousClock.now - ran) / .seconds(1)
        return decoded.detections
    }
}
