import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// `/api/v1/incidents/{id}/acknowledge`: what happened is marked as seen as a whole.
package struct IncidentRoutes: Sendable {
    let store: any EventStore & IncidentStore
    let clock: any WallClock

    /// Events of one incident: an hour of a busy site has fewer.
    private static let limit = 2000

    package func add(to router: some RouterMethods<WebContext>) {
        router.post("/api/v1/incidents/:id/acknowledge") { _, context in try await acknowledge(context) }
    }

    /// What they may only look at stays as it is, and so does what somebody has seen before.
    private func acknowledge(_ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let id = try context.event
        let scope = context.access.scope(.see)
        // What they do not see is not there for them.
        guard let first = try await store.event(id), scope.contains(site: first.event.site, camera: first.event.sourceID) else {
            throw Problem.noIncident
        }
        let now = clock.now
        let events =
            if scope.contains(site: first.event.site) {
                try await store.events(of: id, limit: Self.limit)
            } else {
                try await VisibleIncidents(store: store, scope: scope).events(of: first, now: now)
            }
        guard !events.isEmpty else { throw Problem.noIncident }
        let operated = context.access.scope(.operate)
        guard events.contains(where: { operated.contains(site: $0.site, camera: $0.camera) }) else {
            throw Problem.mayNot([.operate])
        }
        let count = try await store.acknowledge(events.map(\.id), in: operated, by: session.account, at: now)
        context.note(count == 1 ? "1 event" : "\(count) events")
        return Response(json: Array("{\"acknowledged\":\(count)}".utf8))
    }
}
