/// Why a source could not be opened, read or decoded. Safe to log: an address is shown without its credentials.
package struct MediaError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for programs.
    package enum Code: String, Sendable {
        /// The text is no address of a source that we read.
        case invalidSource = "invalid_source"
        /// There is nothing at the address.
        case notFound = "not_found"
        /// The credentials are missing or wrong, or a file may not be read.
        case unauthorized
        /// Nobody answers at the address.
        case unreachable
        /// Nothing came in time.
        case timedOut = "timed_out"
        /// A live source closed the stream.
        case ended
        /// The caller asked to stop.
        case stopped
        /// The source asked for a protocol, a host or a container that it is not allowed.
        case refused
        /// There is no video in it, or none in a codec that we read.
        case unsupported
        /// What came is not understood.
        case invalidData = "invalid_data"
        /// The decoder could not be made.
        case decoderFailed = "decoder_failed"
        /// No JPEG could be made of a picture.
        case encoderFailed = "encoder_failed"
    }

    package let code: Code
    /// What happened and what to do about it.
    package let message: String
    /// The library's own words, when it had any.
    package let cause: String?

    package init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        if let cause { "\(message) (\(cause))" } else { message }
    }
}
