import Base
private import Foundation
private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol
private import Recording

/// Recorded footage as MP4 files that can be sought in: `GET /api/v1/recordings/{id}/video.mp4`, `GET /api/v1/cameras/{id}/video.mp4`, and what
/// times are in the latter (`video.json`).
package struct PlaybackRoutes: Sendable {
    let playback: Playback
    let accounts: Accounts
    let clock: any WallClock
    private let readers = ConnectionReaders()

    package func add(to router: some RouterMethods<WebContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/v1/recordings/:id/video.mp4", method: method) { request, context in
                try await video(request, context, try await recording(context))
            }
            router.on("/api/v1/cameras/:id/video.mp4", method: method) { request, context in
                try await video(request, context, try await camera(request, context))
            }
        }
        router.get("/api/v1/cameras/:id/video.json") { request, context in
            Response(json: VideoFacts(try await camera(request, context)).json)
        }
    }

    private func recording(_ context: WebContext) async throws -> PlayedSpan {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }) else { throw Problem.noRecording }
        do {
            guard let span = try await playback.recording(id) else { throw Problem.noRecording }
            return span
        } catch let error as PlaybackError { throw Problem(playback: error, path: "") }
    }

    private func camera(_ request: Request, _ context: WebContext) async throws -> PlayedSpan {
        guard let camera = context.parameters.get("id"), Identifier.isValid(camera) else { throw Problem.noCamera }
        let parameters = QueryParameters(request.uri.query)
        guard let from = try parameters.time("from") else { throw Problem.parameter("from", "is missing: an RFC 3339 time") }
        guard let to = try parameters.time("to") else { throw Problem.parameter("to", "is missing: an RFC 3339 time") }
        guard from < to else { throw Problem.parameter("to", "must be later than from") }
        guard let track = SegmentTrack(rawValue: parameters.first("track") ?? "main") else {
            throw Problem.parameter("track", "must be main or sub")
        }
        do {
            return try await playback.camera(camera, track: track, from: from, to: to, scope: context.access.scope(.watch))
        } catch let error as PlaybackError {
            if case .nothingRecorded = error,
                let deletion = try await playback.deletion(camera, track: track, from: from, to: to, scope: context.access.scope(.watch))
            {
                throw Problem(deletion: deletion)
            }
            throw Problem(playback: error, path: request.uri.path, track: track)
        }
    }

    private func video(_ request: Request, _ context: WebContext, _ span: PlayedSpan) async throws -> Response {
        let tag = "\"\(span.etag)\""
        let length = span.movie.length
        var headers: HTTPFields = [
            .contentType: "video/mp4", .acceptRanges: "bytes", .eTag: tag, .cacheControl: "private, no-cache",
            .contentDisposition: "inline; filename=\"\(span.fileName)\"",
        ]
        if request.has(tag) { return Response(status: .notModified, headers: headers) }
        // A range of another version of the file would be put together with what the client has of that.
        let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
        let asked = ByteRange(isSame ? request.headers[.range] : nil, length: length)
        let range: Range<Int64>
        switch asked {
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(length)"
            headers[.contentType] = nil
            return Response(status: .rangeNotSatisfiable, headers: headers)
        case .whole: range = 0..<length
        case .part(let part):
            range = part
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(length)"
        }
        let status: HTTPResponse.Status = asked == .whole ? .ok : .partialContent
        headers[.contentLength] = "\(range.count)"
        if request.method == .head { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: try await body(span, range, context))
    }

    /// Waits for the first bytes, so that what cannot be had is answered and not broken off.
    private func body(_ span: PlayedSpan, _ range: Range<Int64>, _ context: WebContext) async throws -> ResponseBody {
        let reader = playback.reader(span, range)
        let (channel, readers) = (context.channel, readers)
        let watch = SessionWatch(context.session, accounts, clock)
        readers.begin(reader, on: channel)
        let first: ByteBuffer
        do { first = try await reader.next() ?? ByteBuffer() } catch {
            readers.end(on: channel)
            await reader.close()
            throw await problem(error, span)
        }
        if first.readableBytes == range.count {
            // Head and body go out together then.
            readers.end(on: channel)
            await reader.close()
            return ResponseBody(byteBuffer: first)
        }
        return ResponseBody(contentLength: range.count) { writer in
            defer { readers.end(on: channel) }
            var watch = watch
            do {
                try await writer.write(first)
                while let next = try await reader.next() {
                    // Less than was promised: the connection is closed, and a player sees that it is not all.
                    if await watch.isOver() { throw Problem.unauthorized }
                    try await writer.write(next)
                }
                await reader.close()
            } catch {
                await reader.close()
                throw error
            }
            try await writer.finish(nil)
        }
    }

    private func problem(_ error: any Error, _ span: PlayedSpan) async -> any Error {
        guard let failure = error as? PlaybackFailure else { return error }
        switch failure {
        case .away(let node, _): return Problem(playback: .away(node: node, since: await playback.away(node)))
        case .broken(let words):
            let unrecorded = await playback.unrecorded(Set(span.segments.map(\.node)))
            return unrecorded.map { Problem(unrecorded: $0.why, on: $0.node) } ?? Problem(playback: .broken(words))
        case .gone, .busy, .cancelled: return Problem(playback: failure)
        }
    }
}
