import Base
import Recording

/// Where pictures are and where it is known that they are missing: what is neither, is a hole that nobody knows of. Pure.
struct RecordingCoverage: Sendable {
    /// A stretch of time.
    struct Span: Sendable, Equatable {
        var start: Timestamp
        var end: Timestamp
    }

    private var spans: [Span] = []

    mutating func add(from start: Timestamp, to end: Timestamp) { spans.append(Span(start: start, end: end)) }

    /// A hole that is known; one without an end goes on.
    mutating func add(_ gap: RecordingGap) { add(from: gap.start, to: gap.end ?? Timestamp(microseconds: .max)) }

    /// A segment's first fragments: in itself it can have holes.
    mutating func add(_ sidecar: Sidecar, fragments: Int) {
        var last: Span?
        for entry in sidecar.entries.prefix(fragments) {
            let (start, end) = (entry.fragment.start, entry.fragment.wallEnd)
            // One stretch, since there are more than a hundred fragments in every minute of weeks.
            if let span = last, start >= span.start, start.seconds(since: span.end) <= GapLedger.tolerance {
                last?.end = max(span.end, end)
            } else {
                if let last { spans.append(last) }
                last = Span(start: start, end: end)
            }
        }
        if let last { spans.append(last) }
    }

    /// Holes from a time on to the last stretch, in their order; what is shorter than `GapLedger.tolerance` is none.
    func holes(since start: Timestamp) -> [Span] {
        var holes: [Span] = []
        var covered = start
        for span in spans.sorted(by: { $0.start < $1.start }) {
            if span.start.seconds(since: covered) > GapLedger.tolerance { holes.append(Span(start: covered, end: span.start)) }
            covered = max(covered, span.end)
        }
        return holes
    }
}
