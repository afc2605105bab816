import Base
private import Foundation
import Protocol
import Recording

/// What a player does not find in the file: which time of day is shown when.
struct VideoFacts {
    let json: [UInt8]

    init(_ span: PlayedSpan) {
        let movie = span.movie
        let codecs = [movie.video.codecString] + (movie.sound.map { [$0.codecString] } ?? [])
        var out = Array("{\"length\":\(movie.length),\"duration\":\(Self.number(movie.duration)),\"etag\":\"\(span.etag)\",\"type\":".utf8)
        JSONText.append("video/mp4; codecs=\"\(codecs.joined(separator: ", "))\"", to: &out)
        out += ",\"width\":\(movie.video.width),\"height\":\(movie.video.height),\"timeline\":[".utf8
        for (index, point) in movie.timeline.enumerated() {
            out += (index > 0 ? "," : "").utf8
            out += "{\"media\":\(Self.number(point.media)),\"clock\":\"\(point.clock.rfc3339)\"}".utf8
        }
        json = out + "]}".utf8
    }

    /// Microseconds are enough for a picture.
    private static func number(_ seconds: Double) -> String { "\((seconds * 1e6).rounded() / 1e6)" }
}
