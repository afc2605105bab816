/// Why a node has no usable identity, or could not get one; the text says what to do and holds no secret.
package struct IdentityError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
