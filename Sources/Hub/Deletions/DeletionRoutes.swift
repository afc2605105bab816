private import Base
private import HTTPTypes
package import Hummingbird
private import Protocol
private import Recording

/// What goes for good because somebody wants so: one recording, or what a camera recorded in a span.
package struct DeletionRoutes: Sendable {
    /// Seconds of a span: the longest day.
    private static let longest = 25.0 * 3600
    /// Recordings of a span: those of a day's tracks, and as many again for cuts.
    private static let limit = 8000

    let store: any RecordingStore
    let deletions: DeletionService
    let playback: Playback

    package func add(to router: some RouterMethods<WebContext>) {
        router.delete("/api/v1/recordings/:id") { _, context in try await recording(context) }
        router.delete("/api/v1/cameras/:id/recordings") { request, context in try await span(QueryParameters(request.uri.query), context) }
    }

    private func recording(_ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let segment = try await store.segment(id)?.summary else {
            throw Problem.noRecording
        }
        if segment.isHeld { throw Problem.recordingKept }
        if segment.state == .open { throw Problem.recordingOpen }
        let deleted = try await delete([segment], by: session.account)
        // Somebody may have wanted to keep it in this moment, or to delete it, too.
        guard deleted.contains(id) else {
            let isThere = try await store.segment(id) != nil
            throw isThere ? Problem.recordingKept : Problem.noRecording
        }
        context.note("\(segment.camera), from \(segment.start.rfc3339) to \(segment.end.rfc3339)")
        return answer([segment], kept: 0, open: 0)
    }

    private func span(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let camera = context.parameters.get("id"), Identifier.isValid(camera) else { throw Problem.noCamera }
        guard let from = try parameters.time("from"), let to = try parameters.time("to"), from < to else {
            throw Problem.parameter("from", "and to must be RFC 3339 times, one after the other")
        }
        guard to.seconds(since: from) <= Self.longest else { throw Problem.parameter("to", "may be at most 25 hours after from") }
        let segments = try await store.segmentSummaries(
            SegmentQuery(context.access.scope(.watch), camera: camera, from: from, to: to, limit: Self.limit)
        ).filter { segment in
            segment.start >= from && segment.end <= to && context.access.may(.operate, site: segment.site, camera: camera)
        }
        guard !segments.isEmpty else { throw Problem(playback: PlaybackError.nothingRecorded, path: "") }
        let kept = segments.filter(\.isHeld)
        let open = segments.filter { $0.state == .open && !$0.isHeld }
        let candidates = segments.filter { $0.state != .open && !$0.isHeld }
        let deleted = try await delete(candidates, by: session.account)
        context.note("from \(from.rfc3339) to \(to.rfc3339): \(deleted.count) recordings")
        return answer(
            candidates.filter { deleted.contains($0.id) }, kept: kept.count + candidates.count - deleted.count, open: open.count)
    }

    /// - Returns: Those that are deleted. The hub's own copies go with them.
    private func delete(_ segments: [SegmentSummary], by account: String) async throws -> Set<EventID> {
        let deleted = try await deletions.delete(segments, by: account)
        await playback.forget(deleted)
        return deleted
    }

    /// - Parameter segments: Newest first.
    private func answer(_ segments: [SegmentSummary], kept: Int, open: Int) -> Response {
        let ids = segments.reversed().map { "\"\($0.id)\"" }.joined(separator: ",")
        return Response(status: .accepted, json: Array("{\"recordings\":[\(ids)],\"kept\":\(kept),\"open\":\(open)}".utf8))
    }
}
