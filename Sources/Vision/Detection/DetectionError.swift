/// Why a detector's outputs cannot be read: they are not those of its kind. Safe to log.
package struct DetectionError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
