/// Why a message cannot be sent, or a subscription not be taken. Safe to log: it names no endpoint, which is a secret of the browser's.
package struct PushError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// An address to which the hub sends nothing.
        case endpoint
        /// Keys of a browser, or of this installation, that cannot be used.
        case keys
        /// A message that does not fit into one record.
        case tooLong
        /// The push service does not answer.
        case unreachable
    }

    package let code: Code
    /// What happened and what to do: a sentence.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
