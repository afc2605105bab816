/// Why a sign-in or an account change did not work. Safe to log: it names no password and no token.
package struct AccountError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Unknown account or wrong password; the two are never told apart.
        case wrongCredentials
        /// The present password that a change asks for is wrong.
        case wrongPassword
        /// The password is right, and a code of the second factor is needed as well.
        case codeNeeded
        /// A code of a second factor that is wrong, or was used.
        case wrongCode
        /// Too many attempts: `retryAfter` says how long to wait.
        case throttled
        /// More sign-ins wait than are worth keeping.
        case busy
        /// A password or a stored hash that cannot be used.
        case unusable
        /// A link that was used, or whose time is over.
        case unusableLink
        /// A name that cannot be an account's.
        case unusableName
        /// A password that is too easy to guess.
        case unusablePassword
        /// The store did not answer.
        case store
    }

    package let code: Code
    /// What happened and what to do.
    package let message: String
    /// Whole seconds to wait, where `code` is `throttled` or `busy`.
    package let retryAfter: Int?

    package init(_ code: Code, _ message: String, retryAfter: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
