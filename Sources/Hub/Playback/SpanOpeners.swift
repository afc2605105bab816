import Recording
private import Synchronization

/// What opens the segments of a span, made once for each: to unwrap a segment's key takes as long as to open a megabyte, and a player asks for many
/// small ranges.
final class SpanOpeners: Sendable {
    private let known = Mutex<[Int: SegmentOpener]>([:])

    /// Of a segment of the span; nil for a plain one.
    /// - Throws: `RecordingError`.
    func opener(_ part: Int, of segment: PlayedSegment, _ keyring: Keyring) throws(RecordingError) -> SegmentOpener? {
        let header = segment.index.header
        guard header.isEncrypted else { return nil }
        if let opener = known.withLock({ $0[part] }) { return opener }
        let opener = try keyring.opener(header, preamble: segment.index.preamble)
        known.withLock { $0[part] = opener }
        return opener
    }
}
