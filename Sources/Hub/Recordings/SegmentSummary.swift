package import Base
package import Protocol
package import Recording

/// A segment without its index: what a list shows.
package struct SegmentSummary: Sendable, Hashable {
    package var id: EventID
    /// On whose disk it lies.
    package var node: String
    package var site: String
    package var camera: String
    package var track: SegmentTrack
    package var start: Timestamp
    /// Of the last fragment that counts; the start where none does.
    package var end: Timestamp
    /// Bytes of the segment's file that count.
    package var fileLength: Int64
    package var state: SegmentIndex.State

    package init(
        id: EventID, node: String, site: String, camera: String, track: SegmentTrack, start: Timestamp, end: Timestamp, fileLength: Int64,
        state: SegmentIndex.State
    ) {
        self.id = id
        self.node = node
        self.site = site
        self.camera = camera
        self.track = track
        self.start = start
        self.end = end
        self.fileLength = fileLength
        self.state = state
    }
}
