import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// Who was there: `GET /api/v1/visits`.
package struct VisitRoutes: Sendable {
    let store: any EventStore
    let clock: any WallClock
    /// Seconds without a sighting after which a visit is over.
    let pause: Double

    /// Days of one answer.
    private static let longest = 31.0
    /// Events that are read for it.
    private static let limit = 5000

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/visits") { request, context in
            try await list(QueryParameters(request.uri.query), context)
        }
    }

    private func list(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        let now = clock.now
        let to = try parameters.time("to") ?? now
        let from = try parameters.time("from") ?? to.advanced(bySeconds: -7 * 86_400)
        guard from < to, to.seconds(since: from) <= Self.longest * 86_400 else {
            throw Problem.parameter("from", "and to must be RFC 3339 times, one after the other, at most 31 days apart")
        }
        var query = EventQuery(context.access.scope(.see))
        query.sites = try parameters.identifiers("site")
        query.types = ["person", "face"]
        (query.from, query.to, query.limit) = (from, to, Self.limit)
        let events = try await store.events(query).map { $0.shown(context) }
        let grouping = VisitGrouping(pause: pause)
        var out = Array("{\"items\":[".utf8)
        for (index, visit) in grouping.visits(events, now: now).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            VisitJSON.append(visit, to: &out)
        }
        // The oldest may lack what came before it.
        return Response(json: out + Array("],\"is_cut\":\(events.count == Self.limit),\"next\":null}".utf8))
    }
}
