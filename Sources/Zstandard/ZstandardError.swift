/// Why a payload could not be compressed or decompressed. Safe to log and to send back.
package enum ZstandardError: Error, Sendable, Hashable, CustomStringConvertible {
    /// More bytes came out than the caller allows.
    case tooLarge(limit: Int)
    /// The last frame is not complete.
    case truncated
    /// The library's own reason.
    case library(String)

    package var description: String {
        switch self {
        case .tooLarge(let limit): "the payload is larger than \(limit) bytes when decompressed: send less at a time"
        case .truncated: "the compressed payload ends too early: it was cut on the way"
        case .library(let why): "zstd: \(why)"
        }
    }
}
