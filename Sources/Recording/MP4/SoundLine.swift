package import MediaTypes

/// Lays frames of sound one behind the other on a track of its own clock, and leaves a hole where some are missing.
package struct SoundLine: Sendable {
    /// Seconds by which a frame may be off from where the one before it ends: clocks drift, and times are rounded. What is more is a hole, or
    /// too much.
    private static let tolerance = 0.1

    package let track: SoundTrack
    /// Ticks at which the stream's own clock begins.
    private let offset: Int64
    /// Where the last frame ends, in ticks; nil ahead of the first.
    private var end: Int64?

    /// - Parameters:
    ///   - origin: On the stream's clock, the beginning of the track.
    ///   - lead: Seconds that the track has ahead of that.
    package init(_ track: SoundTrack, origin: MediaTime, lead: Int64 = 0) {
        self.track = track
        offset = lead * Int64(track.timescale) - Self.ticks(origin, track.timescale)
    }

    /// - Returns: Ticks at which a frame begins; nil for one that is left out, since it lies ahead of the track, or something is there already.
    package mutating func place(_ frame: SoundFrame) -> Int64? {
        let wanted = Self.ticks(frame.time, track.timescale) + offset
        let tolerance = Int64(Self.tolerance * Double(track.timescale))
        var begin = wanted
        if let end {
            if wanted < end - tolerance { return nil }
            if wanted <= end + tolerance { begin = end }
        }
        guard begin >= 0 else { return nil }
        end = begin + Int64(track.frameLength)
        return begin
    }

    private static func ticks(_ time: MediaTime, _ rate: Int) -> Int64 {
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds * Int64(rate) + rest * Int64(rate) / 1_000_000_000
    }
}
