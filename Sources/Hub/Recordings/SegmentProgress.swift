import Recording

/// How far a segment has come, whichever order its indexes arrive in. One that has ended is further than any that has not, even where less of
/// it counts: that is what a power cut has left.
struct SegmentProgress: Hashable, Comparable {
    var isEnded: Bool
    var fileLength: Int64
    /// Bytes of the index, which has more for every fragment: two may have ended in the same chunk of the file.
    var indexLength: Int

    init(state: SegmentIndex.State, fileLength: Int64, indexLength: Int) {
        isEnded = state != .open
        self.fileLength = fileLength
        self.indexLength = indexLength
    }

    init(_ record: SegmentRecord) {
        self.init(state: record.state, fileLength: record.fileLength, indexLength: record.index.count)
    }

    static func < (a: SegmentProgress, b: SegmentProgress) -> Bool {
        (a.isEnded ? 1 : 0, a.fileLength, a.indexLength) < (b.isEnded ? 1 : 0, b.fileLength, b.indexLength)
    }
}
