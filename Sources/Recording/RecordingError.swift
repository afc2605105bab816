/// Why a recording was not made, read or believed. Safe to log: it holds no key and nothing of what was read.
package struct RecordingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The bytes are not what they should be: mistyped, too large, out of order or something else altogether.
        case malformed
        /// A version, a compression or a shape of stream that this program does not know.
        case unsupported
        /// None of the keys at hand opens it, or it was made for another camera, place or time.
        case wrongKey
        /// A part was changed, moved or taken from elsewhere after it was sealed.
        case notGenuine
        /// The end is missing.
        case truncated
        /// Nothing more can be sealed under this key: the end was sealed, or all chunk numbers are used up.
        case exhausted
        /// A file could not be read or written.
        case io
        /// There is no room for it on the disk.
        case diskFull
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
