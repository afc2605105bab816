/// What became of a segment that was put into the store.
package enum SegmentOutcome: Sendable, Hashable {
    /// What the store knows of it is this now.
    case stored
    /// What it knew is at least as far, and stays.
    case kept
    /// The id is another node's or camera's segment, or the camera is another node's.
    case foreign
    /// The camera is nobody's, or not yet.
    case unknownCamera

    /// A segment that began before its camera became another node's is still its own node's, which goes on to tell of it.
    ///
    /// - Parameters:
    ///   - owner: The node of the record's camera; nil where that is nobody's.
    ///   - present: What the store has under the record's id; nil for nothing.
    init(owner: String?, present: StoredSegment?, record: SegmentRecord) {
        if let present {
            guard present.node == record.node, present.camera == record.camera else {
                self = .foreign
                return
            }
            let progress = SegmentProgress(record)
            // What is as far may have another class by now; what is less far says nothing about it.
            let isNews = progress == present.progress && record.kept != nil && record.kept != present.kept
            self = progress > present.progress || isNews ? .stored : .kept
        } else if let owner {
            self = owner == record.node ? .stored : .foreign
        } else {
            self = .unknownCamera
        }
    }
}
