/// Why the embedded broker does not run, or cannot be set up; the text says what to do.
package struct BrokerError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
