import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// `/api/v1/events`: the list, counts, one event, and the acknowledgement of one or many.
package struct EventRoutes: Sendable {
    let store: any EventStore
    let clock: any WallClock

    /// Of how many events one request may say that they were seen: as many as a list has at most.
    private static let mostAtOnce = 500
    /// JSON escapes each of an id's 36 characters in 6 bytes at most.
    private static let bodyLimit = 128 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/events") { request, context in
            try await list(QueryParameters(request.uri.query), context)
        }
        router.get("/api/v1/events/counts") { request, context in try await counts(QueryParameters(request.uri.query), context) }
        router.get("/api/v1/events/:id") { _, context in
            guard let event = try await store.event(try context.event) else { throw Problem.noEvent }
            return Self.answer(try await shown([event], context)[0])
        }
        router.post("/api/v1/events/:id/acknowledge") { _, context in
            guard let session = context.session else { throw Problem.unauthorized }
            guard let event = try await store.acknowledge(try context.event, by: session.account, at: clock.now) else {
                throw Problem.noEvent
            }
            return Self.answer(try await shown([event], context)[0])
        }
        router.post("/api/v1/events/acknowledge") { request, context in try await acknowledgeMany(request, context) }
    }

    private struct Many: Decodable {
        let ids: [String]
    }

    /// Of what is not there or not theirs to mark nothing is told but that it is not counted.
    private func acknowledgeMany(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let body = try await request.body(upTo: Self.bodyLimit)
        let texts = (try? NodeJSON.decode(Many.self, from: body))?.ids
        guard let texts, texts.count <= Self.mostAtOnce, case let ids = texts.compactMap({ EventID($0) }), ids.count == texts.count else {
            throw Problem.body("Send a JSON object with ids: at most \(Self.mostAtOnce) ids of events.")
        }
        let count = try await store.acknowledge(ids, in: context.access.scope(.operate), by: session.account, at: clock.now)
        context.note(count == 1 ? "1 event" : "\(count) events")
        return Response(json: Array("{\"acknowledged\":\(count)}".utf8))
    }

    private func list(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        let page = try await EventPage.read(Self.query(parameters, context), from: store)
        return Response(json: EventJSON.list(try await shown(page.events, context), next: page.next))
    }

    /// Some events as somebody may see them.
    private func shown(_ events: [StoredEvent], _ context: WebContext) async throws(StoreError) -> [StoredEvent] {
        try await VisibleIncidents(store: store, scope: context.access.scope(.see)).fill(events.map { $0.shown(context) }, now: clock.now)
    }

    private func counts(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        let text = parameters.first("by") ?? "hour"
        guard let bucket = CountBucket(rawValue: text) else { throw Problem.parameter("by", "must be hour or day") }
        var out: [UInt8] = Array("{\"by\":\"\(bucket.rawValue)\",\"items\":[".utf8)
        for (index, count) in try await store.counts(Self.query(parameters, context), by: bucket).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out.append(contentsOf: "{\"start\":\"\(count.start)\",\"camera\":".utf8)
            JSONText.append(count.camera, to: &out)
            out.append(contentsOf: ",\"type\":".utf8)
            JSONText.append(count.type, to: &out)
            out.append(contentsOf: ",\"count\":\(count.count)}".utf8)
        }
        out.append(contentsOf: "],\"next\":null}".utf8)
        return Response(json: out)
    }

    /// Whose events are asked for says who was seen in them.
    private static func query(_ parameters: QueryParameters, _ context: WebContext) throws(Problem) -> EventQuery {
        let query = try EventQuery(context.access.scope(.see), parameters)
        guard query.individual == nil || context.mayIdentify else { throw Problem.mayNotIdentify }
        return query
    }

    private static func answer(_ event: StoredEvent) -> Response {
        var out: [UInt8] = []
        EventJSON.append(event, to: &out)
        return Response(json: out)
    }
}
