import Vision

/// Has a model that the configuration names look at nothing before it looks at anything.
enum ModelTrial {
    /// - Parameter key: Of the model, for messages.
    /// - Returns: What it gives for an empty picture, and where that picture lay in its input.
    /// - Throws: What the model says about it, or `SightError` where it gives what is no number.
    static func run(
        _ runner: any ModelRunner, _ input: PictureInput, key: String
    ) async throws -> (result: InferenceResult, placement: InputPlacement) {
        let (width, height) = (input.width, input.height)
        let grey = PackedPicture(width: width, height: height, order: .rgb, bytes: [UInt8](repeating: 114, count: 3 * width * height))
        let prepared = try PicturePreprocessor(input).prepare(grey)
        let result = try await runner.run(prepared.values)
        guard result.notFinite == 0 else {
            throw SightError(
                "\(key) is damaged, export it anew: of what it gives for an empty picture \(result.notFinite) are no numbers (NaN, infinite)"
            )
        }
        return (result, prepared.placement)
    }
}
