package import Base
package import Protocol
package import Recording

/// A hole in a continuous recording: a row of the ledger.
package struct RecordingGap: Sendable, Hashable {
    /// Of its `recording_gap` event.
    package var id: EventID
    package var camera: String
    package var track: SegmentTrack
    /// The end of the last picture before it.
    package var start: Timestamp
    /// The first picture behind it; nil while there is none.
    package var end: Timestamp?
    package var cause: GapCause
    /// Revisions of its event so far; 0 where nobody was told yet.
    package var revision: Int64 = 0

    package init(camera: String, track: SegmentTrack, start: Timestamp, end: Timestamp? = nil, cause: GapCause) {
        id = EventID(at: start)
        self.camera = camera
        self.track = track
        self.start = start
        self.end = end
        self.cause = cause
    }

    /// The next revision of its event.
    mutating func draft() -> DraftEvent {
        revision += 1
        return DraftEvent(
            id: id, rev: revision, sourceID: camera, type: "recording_gap", severity: .warning, ts: start,
            endTS: end.map { max($0, start) },
            payload: Array("{\"cause\":\"\(cause.rawValue)\",\"track\":\"\(track.rawValue)\"}".utf8))
    }
}
