import Base
package import Vision

/// Loads models and runs them, on a thread of its own: one call at a time. Inference blocks, for milliseconds to seconds.
package actor OpenVINOEngine {
    /// What the engine may use.
    package struct Configuration: Sendable, Hashable {
        /// Threads that one inference is spread over. 1 leaves the other processors to recording and decoding.
        package var threads = 1
        /// Calls of one model that may wait or run at once; each holds its input, some 2 MB for a detector.
        package var waiting = 8

        package init() {}
    }

    /// The library's own needs: it recurses over a model's graph.
    private static let stackSize = 8 << 20

    package nonisolated let library: OpenVINOLibrary
    package nonisolated let configuration: Configuration
    private nonisolated let executor = ThreadExecutor(name: "inference", stackSize: stackSize)
    private var core: OpenVINOCore?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ library: OpenVINOLibrary, _ configuration: Configuration = .init()) {
        self.library = library
        self.configuration = configuration
    }

    /// Makes a model ready: a tenth of a second to a second. It runs on this engine's thread.
    /// - Throws: `InferenceError`; the engine stays usable.
    package func load(_ bytes: ModelBytes, _ signature: ModelSignature) throws(InferenceError) -> OpenVINOModel {
        let core = if let core { core } else { try OpenVINOCore(library) }
        self.core = core
        let network = try OpenVINONetwork(core, bytes, signature, threads: configuration.threads)
        return OpenVINOModel(network, signature, on: executor, waiting: configuration.waiting)
    }
}
