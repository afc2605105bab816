import Protocol

/// What decides whether a segment that is in the store gives way to what comes under its id.
struct StoredSegment {
    var node: String
    var camera: String
    var progress: SegmentProgress
    var kept: RetentionClass?
}
