package import Base

/// Why a span cannot be played as one file, although its recordings are sound.
package enum PlaybackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No picture of the span is there, or none from which decoding can start.
    case nothingRecorded
    /// The camera's compression, size or sound changed within the span. Each of these spans can be played by itself.
    case tracksChange(playable: [Range<Timestamp>])
    /// More than 24 hours.
    case tooLong

    package var description: String {
        switch self {
        case .nothingRecorded: "nothing is recorded in this span"
        case .tracksChange(let spans): "the camera's stream changed: ask for each of the \(spans.count) parts by itself"
        case .tooLong: "a span may last 24 hours at most"
        }
    }
}
