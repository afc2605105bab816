package import Base

/// What one fragment of a segment holds, and where: enough to find, cut and join pictures without reading them.
package struct FragmentRecord: Sendable, Hashable {
    /// Where its `moof` begins in the segment's plaintext, in bytes.
    package var offset: Int64
    /// Bytes from there to the first sample: the `moof` and the head of the `mdat`.
    package var headerLength: Int
    /// Bytes of a `free` box behind its samples.
    package var padding: Int
    /// Wall-clock time of its first picture (of its first sound, where it has none), in the order of decoding.
    package var start: Timestamp
    /// In the order in which their bytes lie; at most one for each track.
    package var runs: [TrackRun]

    package init(offset: Int64, headerLength: Int, padding: Int, start: Timestamp, runs: [TrackRun]) {
        self.offset = offset
        self.headerLength = headerLength
        self.padding = padding
        self.start = start
        self.runs = runs
    }

    /// Where it ends in the segment's plaintext, its padding included.
    package var end: Int64 { offset + Int64(headerLength) + Int64(runs.reduce(0) { $0 + $1.size }) + Int64(padding) }
}

extension FragmentRecord {
    /// Wall-clock time at which the next fragment begins if nothing is missing.
    package var wallEnd: Timestamp {
        let video = runs.first { $0.track == .video }
        return start.advanced(bySeconds: Double(video?.duration ?? 0) / Double(VideoTrack.timescale))
    }
}
