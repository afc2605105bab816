/// Why the store could not do something. The description is safe to log: it holds no connection string and no event.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The database cannot be reached or went away: the same call may succeed later.
        case unavailable
        /// The statement was refused: repeating it will not help.
        case refused
        /// The schema is newer than this program, or broken.
        case schema
        /// The store was closed.
        case closed
    }

    package let code: Code
    /// What happened and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
