private import Base
private import HTTPTypes
package import Hummingbird
private import Protocol
private import Recording

/// What is to be kept until somebody says otherwise: one recording, or what a camera recorded in a span.
package struct StarRoutes: Sendable {
    /// Seconds of a span.
    private static let longest = 86_400.0
    /// Recordings of a span: those of a day's tracks, and as many again for cuts.
    private static let limit = 8000

    let store: any RecordingStore
    let stars: StarService
    let playback: Playback

    package func add(to router: some RouterMethods<WebContext>) {
        router.put("/api/v1/recordings/:id/star") { _, context in try await recording(true, context) }
        router.delete("/api/v1/recordings/:id/star") { _, context in try await recording(false, context) }
        router.put("/api/v1/cameras/:id/star") { request, context in try await span(true, request, context) }
        router.delete("/api/v1/cameras/:id/star") { request, context in try await span(false, request, context) }
    }

    private func recording(_ isWanted: Bool, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let segment = try await store.segment(id) else {
            throw Problem.noRecording
        }
        try await stars.set([segment.summary], isWanted, by: session.account)
        guard let now = try await store.segment(id) else { throw Problem.noRecording }
        var out: [UInt8] = []
        RecordingJSON.append(now.summary, to: &out)
        return Response(status: .accepted, json: out)
    }

    private func span(_ isWanted: Bool, _ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        guard let camera = context.parameters.get("id"), Identifier.isValid(camera) else { throw Problem.noCamera }
        let parameters = QueryParameters(request.uri.query)
        guard let from = try parameters.time("from"), let to = try parameters.time("to"), from < to else {
            throw Problem.parameter("from", "and to must be RFC 3339 times, one after the other")
        }
        guard to.seconds(since: from) <= Self.longest else { throw Problem(playback: PlaybackError.tooLong, path: "") }
        await playback.learnOpen(camera, to: to)
        let segments = try await store.segmentSummaries(
            SegmentQuery(context.access.scope(.watch), camera: camera, from: from, to: to, limit: Self.limit)
        ).filter { context.access.may(.operate, site: $0.site, camera: camera) }
        guard !segments.isEmpty else { throw Problem(playback: PlaybackError.nothingRecorded, path: "") }
        try await stars.set(segments, isWanted, by: session.account)
        let ids = segments.reversed().map { "\"\($0.id)\"" }.joined(separator: ",")
        return Response(status: .accepted, json: Array("{\"recordings\":[\(ids)]}".utf8))
    }
}
