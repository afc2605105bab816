package import Protocol
package import Recording

/// A segment as it is played: what the hub knows of it, read.
package struct PlayedSegment: Sendable {
    package let id: EventID
    package let node: String
    package let index: SegmentIndex
    package let grid: SegmentGrid

    /// - Throws: `RecordingError`.
    package init(_ record: SegmentRecord) throws(RecordingError) {
        id = record.id
        node = record.node
        index = try SegmentIndex(encoded: record.index)
        grid = SegmentGrid(index)
    }

    /// Nil where its header does not tell what its pictures are.
    func part(_ number: Int) -> PlaybackPart? {
        index.header.video.map {
            PlaybackPart(id: number, start: index.header.start, fragments: index.fragments, video: $0, sound: index.header.sound)
        }
    }
}
