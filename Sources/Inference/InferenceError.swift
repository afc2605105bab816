/// Why a model could not be loaded or run. Safe to log.
package struct InferenceError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for programs.
    package enum Code: String, Sendable, CaseIterable {
        /// No runtime is installed where it was looked for.
        case noRuntime = "no_runtime"
        /// There is one, but it cannot be used.
        case unusableRuntime = "unusable_runtime"
        /// A model's file cannot be read, or is too large.
        case unreadableFile = "unreadable_file"
        /// The bytes are no model that the runtime understands.
        case invalidModel = "invalid_model"
        /// The model takes or gives something else than was expected of it.
        case otherShape = "other_shape"
        /// The input has another number of values than the model takes.
        case wrongInput = "wrong_input"
        /// Too many calls wait already.
        case busy
        /// The runtime gave up during an inference.
        case failed
    }

    package let code: Code
    /// What happened and what to do about it.
    package let message: String
    /// The runtime's own words, when it had any.
    package let cause: String?

    package init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        if let cause { "\(message) (\(cause))" } else { message }
    }
}
