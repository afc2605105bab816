import Base
import Protocol
import Recording

/// What happened before a camera in a span: when it was recorded, how much that is, and its events. What a strip of a day is drawn from.
struct CameraTimeline {
    /// Seconds between two segments that are no hole: a picture's showing is known with the next one.
    private static let tolerance = 1.5
    private static let page = 1000
    /// Of one span: two days' segments and the events of a restless camera.
    private static let maximumSegments = 8000
    private static let maximumEvents = 5000

    let json: [UInt8]

    /// - Parameter scope: What whoever asks may see: of a camera that was at another site before, nothing is told of then.
    /// - Throws: `StoreError`.
    init(
        _ camera: String, from: Timestamp, to: Timestamp, scope: AccessScope, events: some EventStore,
        recordings: some RecordingStore & DeletionStore
    ) async throws(StoreError) {
        var out = Array("{\"recorded\":[".utf8)
        let all = try await Self.segments(camera, from, to, scope, recordings)
        let segments = all.filter { $0.track == .main && $0.start <= $0.end }
        for (index, span) in Self.spans(segments).enumerated() {
            out += "\(index > 0 ? "," : "")[\"\(span.lowerBound.rfc3339)\",\"\(span.upperBound.rfc3339)\"]".utf8
        }
        out += "],\"kept\":[".utf8
        var isFirst = true
        for keeping in Keeping.allCases {
            for span in Self.spans(segments.filter { Keeping($0) == keeping }) {
                out += "\(isFirst ? "" : ",")[\"\(span.lowerBound.rfc3339)\",\"\(span.upperBound.rfc3339)\",\"\(keeping.rawValue)\"]".utf8
                isFirst = false
            }
        }
        out += "],\"deleted\":[".utf8
        let query = SegmentQuery(scope, camera: camera, from: from, to: to, limit: Self.maximumSegments)
        for (index, span) in Self.deleted(try await recordings.deletions(query)).enumerated() {
            out += "\(index > 0 ? "," : "")[\"\(span.start.rfc3339)\",\"\(span.end.rfc3339)\",\"\(span.state.rawValue)\",".utf8
            JSONText.append(span.askedBy, to: &out)
            out += ",\"\(span.askedAt.rfc3339)\",".utf8
            if let why = span.why { JSONText.append(why, to: &out) } else { out += "null".utf8 }
            out.append(UInt8(ascii: "]"))
        }
        out += "],\"events\":[".utf8
        for (index, stored) in try await Self.events(camera, from, to, scope, events).enumerated() {
            let event = stored.event
            out += "\(index > 0 ? "," : "")[\"\(event.id)\",".utf8
            JSONText.append(event.type, to: &out)
            out += ",\"\(event.severity.rawValue)\",\"\(event.ts.rfc3339)\",\(event.endTS.map { "\"\($0.rfc3339)\"" } ?? "null")]".utf8
        }
        let bytes = all.reduce(Int64(0)) { $0 + $1.fileLength }
        json = out + "],\"bytes\":\(bytes)}".utf8
    }

    /// What people have said about what is kept until they say otherwise.
    private enum Keeping: String, CaseIterable {
        case kept
        /// To be kept; the node has not confirmed it.
        case waiting
        /// Not to be kept any more; the node has not confirmed it.
        case leaving

        /// Nil for what is kept as long as others.
        init?(_ segment: SegmentSummary) {
            let isSettled = segment.star?.isSettled ?? true
            switch (segment.isStarred, isSettled) {
            case (true, true): self = .kept
            case (true, false): self = .waiting
            case (false, false): self = .leaving
            case (false, true): return nil
            }
        }
    }

    /// Of all of its streams, newest first.
    private static func segments(
        _ camera: String, _ from: Timestamp, _ to: Timestamp, _ scope: AccessScope, _ store: some RecordingStore
    ) async throws(StoreError) -> [SegmentSummary] {
        var query = SegmentQuery(scope, camera: camera, from: from, to: to, limit: page)
        var found: [SegmentSummary] = []
        while found.count < maximumSegments {
            let segments = try await store.segmentSummaries(query)
            found += segments
            guard segments.count == page, let last = segments.last else { break }
            query.before = (last.start, last.id)
        }
        return found
    }

    /// - Parameter segments: Newest first.
    /// - Returns: What they fill without a hole, oldest first.
    private static func spans(_ segments: [SegmentSummary]) -> [ClosedRange<Timestamp>] {
        var spans: [ClosedRange<Timestamp>] = []
        for segment in segments {
            if let next = spans.last, next.lowerBound.seconds(since: segment.end) <= tolerance {
                spans[spans.count - 1] = min(segment.start, next.lowerBound)...max(segment.end, next.upperBound)
            } else {
                spans.append(segment.start...segment.end)
            }
        }
        return spans.reversed()
    }

    /// What was deleted of the main stream, oldest first: what lies side by side and was deleted together is one.
    private static func deleted(_ deletions: [SegmentDeletion]) -> [SegmentDeletion] {
        var spans: [SegmentDeletion] = []
        for deletion in deletions where deletion.track == .main {
            if let last = spans.last, deletion.start.seconds(since: last.end) <= tolerance, deletion.askedAt == last.askedAt,
                deletion.askedBy == last.askedBy, deletion.state == last.state, deletion.why == last.why
            {
                spans[spans.count - 1].end = max(last.end, deletion.end)
            } else {
                spans.append(deletion)
            }
        }
        return spans
    }

    private static func events(
        _ camera: String, _ from: Timestamp, _ to: Timestamp, _ scope: AccessScope, _ store: some EventStore
    ) async throws(StoreError) -> [StoredEvent] {
        var query = EventQuery(scope)
        query.cameras = [camera]
        (query.from, query.to, query.limit) = (from, to, page)
        var found: [StoredEvent] = []
        while found.count < maximumEvents {
            let events = try await store.events(query)
            found += events
            guard events.count == page, let last = events.last else { break }
            query.before = (last.event.ts, last.event.id)
        }
        return found.reversed()
    }
}
