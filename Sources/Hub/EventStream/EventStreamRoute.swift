private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// `GET /events/stream`: server-sent events (WHATWG HTML, section 9.2), replayed from `Last-Event-ID` and then live.
package struct EventStreamRoute: Sendable {
    private let store: any EventStore
    private let fanout: EventFanout

    /// Rows read at once while a browser is replayed to.
    private static let pageSize = 500

    package init(store: any EventStore, fanout: EventFanout) {
        self.store = store
        self.fanout = fanout
    }

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/events/stream") { request, context in try await respond(to: request, context: context) }
    }

    private func respond(to request: Request, context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let parameters = QueryParameters(request.uri.query)
        let filter = try EventFilter(parameters)
        // A browser's own header wins: it is newer than the address that the stream was opened with.
        let asked = request.headers[.lastEventID] ?? parameters.first("last_event_id")
        let start = try await start(after: asked)
        let fanout = fanout
        let audience = StreamAudience(filter: filter, access: context.access)
        let channel = context.channel
        let body = ResponseBody { writer in
            let subscriber = StreamSubscriber(channel: channel, audience: audience, session: session)
            fanout.count(1)
            defer { fanout.count(-1) }
            guard try await fanout.attach(subscriber) else { return try await writer.finish(nil) }
            do {
                try await replay(to: subscriber, from: start, &writer)
            } catch {
                // Nobody writes to it any more: on a connection that is kept it would stay a member for as long as that lasts.
                subscriber.leave()
                throw error
            }
            try await subscriber.end.get()
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        headers[.proxyBuffering] = "no"
        return Response(status: .ok, headers: headers, body: body)
    }

    private func start(after asked: String?) async throws -> StreamStart {
        let early = fanout.start(lastEventID: asked, bounds: nil)
        if early != .unknown { return early }
        let bounds: FeedBounds
        do { bounds = try await store.feedBounds() } catch { throw Problem(store: error) }
        _ = fanout.begin(at: bounds.highest)
        return fanout.start(lastEventID: asked, bounds: bounds)
    }

    /// Writes what the browser misses and makes it live.
    /// - Throws: When the stream cannot go on. The connection then ends, and the browser comes back by itself.
    @concurrent private func replay(
        to subscriber: StreamSubscriber, from start: StreamStart, _ writer: inout any ResponseBodyWriter
    ) async throws {
        var position: Int64
        switch start {
        case .live(let cursor), .resume(let cursor):
            position = cursor
            try await writer.write(StreamFrame.connected(cursor, account: subscriber.session.account))
        case .reset(let cursor):
            position = cursor
            try await writer.write(StreamFrame.connected(nil, account: subscriber.session.account))
            try await writer.write(StreamFrame.reset(cursor))
        case .unknown: throw Problem(store: StoreError(.unavailable, "the feed's bounds are not known"))
        }
        while try await !fanout.join(subscriber, after: position) {
            let page = try await store.feed(after: position, limit: Self.pageSize)
            guard page.through > position else { throw StoreError(.unavailable, "the feed's rows are not there yet") }
            var text = ByteBuffer()
            for frame in subscriber.audience.frames(of: page.events.map { StreamFrame($0) }) { text.writeImmutableBuffer(frame.bytes) }
            // Waits while the client's connection is full, so that a long replay takes no more memory than a page.
            if text.readableBytes > 0 { try await writer.write(text) }
            position = page.through
        }
    }
}

extension EventFilter {
    /// Reads `site`, `camera`, `type` and `min_severity`.
    /// - Throws: `Problem` that names the bad parameter.
    package init(_ parameters: QueryParameters) throws(Problem) {
        self.init()
        sites = Set(try parameters.identifiers("site"))
        cameras = Set(try parameters.identifiers("camera"))
        types = Set(try parameters.types("type"))
        minimumSeverity = try parameters.severity("min_severity")
    }
}
