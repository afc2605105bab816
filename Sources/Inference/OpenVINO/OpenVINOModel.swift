import Base
package import Vision

/// A model that OpenVINO runs, on the thread of the engine that loaded it.
package actor OpenVINOModel: ModelRunner {
    package nonisolated let signature: ModelSignature
    private nonisolated let executor: ThreadExecutor
    private nonisolated let limit: WaitingLimit
    private let network: OpenVINONetwork

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ network: OpenVINONetwork, _ signature: ModelSignature, on executor: ThreadExecutor, waiting: Int) {
        self.network = network
        self.signature = signature
        self.executor = executor
        limit = WaitingLimit(waiting)
    }

    /// - Throws: `InferenceError` with code `wrongInput`, `busy`, `otherShape` or `failed`.
    package nonisolated func run(_ input: [Float]) async throws(InferenceError) -> InferenceResult {
        guard input.count == signature.inputCount else {
            throw InferenceError(.wrongInput, "a model that takes \(signature.inputCount ?? 0) numbers was given \(input.count)")
        }
        guard limit.enter() else {
            throw InferenceError(.busy, "a model is called faster than it runs: what has waited longest should be left out")
        }
        defer { limit.leave() }
        return try await infer(input)
    }

    private func infer(_ input: [Float]) throws(InferenceError) -> InferenceResult { try network.run(input) }
}
