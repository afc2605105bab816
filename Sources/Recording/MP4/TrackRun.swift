/// Samples of one track that follow each other within a fragment; their bytes lie one behind the other.
package struct TrackRun: Sendable, Hashable {
    package var track: TrackKind
    /// Of the first sample, in ticks of the track's timescale since the segment's start.
    package var decodeTime: Int64
    package var samples: [MediaSample]

    package init(track: TrackKind, decodeTime: Int64, samples: [MediaSample]) {
        self.track = track
        self.decodeTime = decodeTime
        self.samples = samples
    }

    /// Bytes of all samples.
    package var size: Int { samples.reduce(0) { $0 + $1.size } }

    /// Ticks from the first sample's decode time to the end of the last one.
    package var duration: Int64 { samples.reduce(0) { $0 + Int64($1.duration) } }
}
