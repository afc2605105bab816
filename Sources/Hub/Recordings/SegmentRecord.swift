package import Base
package import Protocol
package import Recording

/// A node's segment as the hub knows it: which it is, where it is from, and its index, with which the hub can make it playable.
package struct SegmentRecord: Sendable, Hashable {
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
    /// `SegmentIndex.encoded`, as it came.
    package var index: [UInt8]

    /// Seconds from a segment's start to its end at most. The stores refuse longer ones, so that they know how far back they have to look.
    package static let longest: Int64 = 86_400

    package init(
        id: EventID, node: String, site: String, camera: String, track: SegmentTrack, start: Timestamp, end: Timestamp, fileLength: Int64,
        state: SegmentIndex.State, index: [UInt8]
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
        self.index = index
    }

    package init(_ summary: SegmentSummary, index: [UInt8]) {
        self.init(
            id: summary.id, node: summary.node, site: summary.site, camera: summary.camera, track: summary.track, start: summary.start,
            end: summary.end, fileLength: summary.fileLength, state: summary.state, index: index)
    }

    /// The row of an index.
    /// - Parameter encoded: What `index` was read from.
    package init(_ index: SegmentIndex, encoded: [UInt8]) {
        let identity = index.header.identity
        self.init(
            id: identity.segment, node: identity.node, site: identity.site, camera: identity.camera, track: index.header.track,
            start: index.header.start, end: index.end, fileLength: index.fileLength, state: index.state, index: encoded)
    }

    /// What there is to show of it.
    package var summary: SegmentSummary {
        SegmentSummary(
            id: id, node: node, site: site, camera: camera, track: track, start: start, end: end, fileLength: fileLength, state: state)
    }
}
