/// Why an administration command could not be carried out; the text says what to do.
package struct AdministrationError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
