import Base
private import Foundation
private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// What cameras show now: several over one request (`GET /api/v1/live`), and one as fragmented MP4, as HLS, as MJPEG and as a still.
package struct LiveRoutes: Sendable {
    /// Cameras of one request.
    private static let limit = 64
    /// Seconds until the first picture of one camera, before it is given up.
    private static let patience = 15.0
    /// Seconds: the longest day.
    private static let longestTimeline = 25.0 * 3600
    private static let boundary = "vigilar-still"

    let events: any EventStore
    let recordings: any RecordingStore & DeletionStore
    let sites: CameraSites
    let live: LiveCameras
    let accounts: Accounts
    let clock: any WallClock

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/live") { request, context in try await several(request, context) }
        router.get("/api/v1/cameras/:id/live.mp4") { request, context in try await movie(context, QueryParameters(request.uri.query)) }
        router.get("/api/v1/cameras/:id/live.mjpeg") { _, context in try await motionJPEG(context) }
        router.get("/api/v1/cameras/:id/snapshot.jpg") { _, context in try await still(context) }
        router.get("/api/v1/cameras/:id/timeline") { request, context in try await timeline(QueryParameters(request.uri.query), context) }
        router.get("/api/v1/cameras/:id/live/index.m3u8") { _, context in try await playlist(context) }
        router.get("/api/v1/cameras/:id/live/:part") { _, context in try await part(context) }
    }

    // MARK: Several cameras

    private func several(_ request: Request, _ context: WebContext) async throws -> Response {
        let parameters = QueryParameters(request.uri.query)
        let cameras = (parameters.first("cameras") ?? "").split(separator: ",").map(String.init)
        guard (1...Self.limit).contains(cameras.count), cameras.allSatisfy(Identifier.isValid), Set(cameras).count == cameras.count else {
            throw Problem.parameter("cameras", "must be 1 to \(Self.limit) different cameras, with commas between them")
        }
        guard let content = LiveTicket.Content(rawValue: parameters.first("content") ?? "video"), content != .idle else {
            throw Problem.parameter("content", "must be video or stills")
        }
        let idle = Set((parameters.first("idle") ?? "").split(separator: ",").map(String.init))
        guard idle.isSubset(of: cameras) else { throw Problem.parameter("idle", "must be some of the cameras, with commas between them") }
        let stream = try Self.stream(parameters, standard: .sub)
        let known = try await sites.those(of: live.known(cameras), in: context.access.scope(.watch))
        guard !known.isEmpty else { throw Problem.noCamera }
        let small = stream == .sub ? try await live.withSubStream(known) : []
        let viewer = LiveViewer(context, live.backlog())
        for (lane, camera) in cameras.enumerated() {
            // One that is wrong takes nothing from the others.
            if known.contains(camera) {
                let wanted: LiveTicket.Content = idle.contains(camera) ? .idle : content
                await viewer.join(live.feed(camera, wanted, small.contains(camera) ? .sub : .main), lane: lane)
            } else {
                viewer.say("There is no such camera.", lane: lane, at: clock)
            }
        }
        return response("application/vnd.vigilar.live", context, viewer) { chunk, lane, out in
            var head = chunk.head(camera: UInt8(lane))
            var content = chunk.content
            out.writeBuffer(&head)
            out.writeBuffer(&content)
            return true
        }
    }

    // MARK: One camera

    private func movie(_ context: WebContext, _ parameters: QueryParameters) async throws -> Response {
        let viewer = try await viewer(.video, context, try Self.stream(parameters, standard: .main))
        let first = try await viewer.first(.start, within: Self.patience)
        guard let initialization = first.start?.initialization else {
            await viewer.leave()
            throw Problem(live: "The camera’s node sends what is no live video.")
        }
        return response("video/mp4", context, viewer, initialization) { chunk, _, out in
            switch chunk.kind {
            case .keyframe, .picture:
                var content = chunk.content
                out.writeBuffer(&content)
            case .start:
                // A file cannot go over to other parameters.
                return chunk.start?.initialization == initialization
            case .still, .notice: break
            }
            return true
        }
    }

    private func motionJPEG(_ context: WebContext) async throws -> Response {
        let viewer = try await viewer(.stills, context)
        let first = try await viewer.first(.still, within: Self.patience)
        var head = ByteBuffer()
        Self.write(first, to: &head)
        return response("multipart/x-mixed-replace; boundary=\(Self.boundary)", context, viewer, head) { chunk, _, out in
            if chunk.kind == .still { Self.write(chunk, to: &out) }
            return true
        }
    }

    private static func write(_ still: LiveChunk, to out: inout ByteBuffer) {
        var content = still.content
        out.writeString("--\(boundary)\r\nContent-Type: image/jpeg\r\nContent-Length: \(content.readableBytes)\r\n\r\n")
        out.writeBuffer(&content)
        out.writeString("\r\n")
    }

    private func still(_ context: WebContext) async throws -> Response {
        let viewer = try await viewer(.stills, context)
        let first = try await viewer.first(.still, within: Self.patience)
        await viewer.leave()
        return Response(
            status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "no-store"], body: .init(byteBuffer: first.content))
    }

    /// - Parameter stream: Stills are made of the small one, where there is one: decoding it costs the node less.
    private func viewer(
        _ content: LiveTicket.Content, _ context: WebContext, _ stream: LiveTicket.Stream = .sub
    ) async throws -> LiveViewer {
        let camera = try await camera(context)
        let small = stream == .sub ? try await live.withSubStream([camera]) : []
        let viewer = LiveViewer(context, live.backlog())
        await viewer.join(live.feed(camera, content, small.isEmpty ? .main : .sub), lane: 0)
        return viewer
    }

    private static func stream(_ parameters: QueryParameters, standard: LiveTicket.Stream) throws -> LiveTicket.Stream {
        guard let stream = LiveTicket.Stream(rawValue: parameters.first("stream") ?? standard.rawValue) else {
            throw Problem.parameter("stream", "must be main or sub")
        }
        return stream
    }

    private func camera(_ context: WebContext) async throws -> String {
        guard let camera = context.parameters.get("id"), Identifier.isValid(camera), try await !live.known([camera]).isEmpty else {
            throw Problem.noCamera
        }
        return camera
    }

    private func timeline(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        guard let camera = context.parameters.get("id"), Identifier.isValid(camera) else { throw Problem.noCamera }
        guard let from = try parameters.time("from"), let to = try parameters.time("to"), from < to else {
            throw Problem.parameter("from", "and to must be RFC 3339 times, one after the other")
        }
        guard to.seconds(since: from) <= Self.longestTimeline else { throw Problem.parameter("to", "may be at most 25 hours after from") }
        return Response(
            json: try await CameraTimeline(
                camera, from: from, to: to, scope: context.access.scope(.see), events: events, recordings: recordings
            ).json)
    }

    // MARK: HLS

    private func playlist(_ context: WebContext) async throws -> Response {
        let list = live.list(try await camera(context))
        guard let text = await list.playlist() else { throw Problem(live: await list.words) }
        return Response(text: text, contentType: "application/vnd.apple.mpegurl")
    }

    private func part(_ context: WebContext) async throws -> Response {
        let list = live.list(try await camera(context))
        guard let name = context.parameters.get("part"), let content = await list.part(name) else { throw Problem.notFound }
        return Response(
            status: .ok, headers: [.contentType: "video/mp4", .cacheControl: "no-store"], body: .init(byteBuffer: content))
    }

    // MARK: Writing

    /// - Parameter write: Adds what a viewer gets of a chunk; false ends the answer.
    private func response(
        _ type: String, _ context: WebContext, _ viewer: LiveViewer, _ head: ByteBuffer = ByteBuffer(),
        write: @escaping @Sendable (LiveChunk, _ lane: Int, inout ByteBuffer) -> Bool
    ) -> Response {
        let watch = SessionWatch(context.session, accounts, clock)
        let body = ResponseBody { writer in
            var watch = watch
            do {
                if head.readableBytes > 0 { try await writer.write(head) }
                writing: while let chunks = await viewer.next() {
                    var out = ByteBuffer()
                    for (lane, chunk) in chunks {
                        guard write(chunk, lane, &out) else { break writing }
                    }
                    if await watch.isOver() { break }
                    if out.readableBytes > 0 { try await writer.write(out) }
                }
                await viewer.leave()
            } catch {
                await viewer.leave()
                throw error
            }
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
        headers[.proxyBuffering] = "no"
        return Response(status: .ok, headers: headers, body: body)
    }
}
