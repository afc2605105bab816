/// Why something was not made, read or believed. Safe to log: it holds no key, no secret and nothing of what was read.
package struct TrustError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The text or the bytes are not what they should be: cut short, mistyped, too large or something else altogether.
        case malformed
        /// A key or a signature of a kind that this program does not use.
        case unsupported
        /// A signature or a seal does not hold: changed on the way, or made with another key.
        case notGenuine
        /// A certificate and a private key that do not belong together.
        case mismatched
        /// What this program was asked to make cannot be made: a name, a lifetime, an authority that must not issue.
        case unusable
    }

    package let code: Code
    /// What happened and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// Runs something of a library whose own errors are of no use to whoever reads the log, or quote what was read.
    static func wrapping<T>(_ code: Code, _ message: String, _ body: () throws -> T) throws(TrustError) -> T {
        do { return try body() } catch let error as TrustError { throw error } catch { throw TrustError(code, message) }
    }
}
