/// A model that is ready to run: the port through which everything that sees calls a model, whatever runs it.
package protocol ModelRunner: Sendable {
    var signature: ModelSignature { get }

    /// Runs the model once. Calls wait for one another; those beyond the runner's bound are refused.
    /// - Parameter input: As many numbers as `signature.input` has, in its order.
    /// - Throws: What the runner says about it; it stays usable.
    func run(_ input: [Float]) async throws -> InferenceResult
}
