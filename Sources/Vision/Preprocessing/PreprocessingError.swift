/// Why a picture cannot be given to a model. Safe to log.
package struct PreprocessingError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
