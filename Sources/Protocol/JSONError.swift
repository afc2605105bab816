/// Why some bytes are not the JSON that was expected. Holds no content, so it is safe to log and to send back.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Byte offset of the fault.
    package let offset: Int
    package let reason: String

    package init(at offset: Int, _ reason: String) {
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(reason) at byte \(offset)" }
}
