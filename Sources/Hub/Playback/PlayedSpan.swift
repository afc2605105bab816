package import Base
private import Crypto
private import Foundation
package import Recording
private import Trust

/// What a camera recorded in a span, as one MP4 file.
package struct PlayedSpan: Sendable {
    package let segments: [PlayedSegment]
    package let movie: VirtualMP4
    /// Without quotes; of the file and of the segments that its media come from.
    package let etag: String
    /// For whoever saves it.
    let fileName: String
    let openers = SpanOpeners()

    /// - Parameter segments: In the order of time.
    /// - Throws: `PlaybackError`, `RecordingError`.
    package init(_ segments: [PlayedSegment], from: Timestamp, to: Timestamp) throws {
        let movie = try VirtualMP4(parts: segments.enumerated().compactMap { $1.part($0) }, from: from, to: to)
        var hash = SHA256()
        hash.update(data: Array(movie.etag.utf8))
        for segment in segments { hash.update(data: Array("\(segment.id)".utf8)) }
        let camera = segments.first?.index.header.identity.camera ?? "video"
        let start = movie.timeline.first?.clock ?? Timestamp(microseconds: 0)
        fileName = "\(camera)-\(start.rfc3339.prefix(19).replacing(":", with: "-")).mp4"
        self.segments = segments
        self.movie = movie
        etag = Hexadecimal.encode(Array(hash.finalize().prefix(16)))
    }

    /// The first wall-clock time that is shown.
    package var start: Timestamp { movie.timeline.first?.clock ?? Timestamp(microseconds: 0) }
}
