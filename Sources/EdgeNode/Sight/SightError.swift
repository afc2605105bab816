/// Why a model of the configuration cannot be used, and what to do about it. Safe to log.
package struct SightError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
