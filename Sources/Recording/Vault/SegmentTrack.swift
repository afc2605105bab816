/// Which of a camera's streams a segment holds; the raw value stands in its header.
package enum SegmentTrack: String, Sendable {
    /// The one that is worth keeping.
    case main
    /// The small one.
    case sub
}
