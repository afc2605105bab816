package import Hummingbird

/// Every route of the hub, in one place. The OpenAPI document lists those under `/api/v1`, and a test holds the two to each other.
package enum WebRouter {
    package static func build(_ dependencies: WebDependencies) -> Router<WebContext> {
        let assets = Assets()
        let pages = Pages(assets: assets)
        let router = Router(context: WebContext.self)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ProblemMiddleware(pages: pages))
        router.add(middleware: SessionMiddleware(accounts: dependencies.accounts))
        HealthRoutes(readiness: dependencies.readiness, metrics: dependencies.metrics).add(to: router)
        assets.add(to: router)
        SessionRoutes(accounts: dependencies.accounts, stream: dependencies.stream, pages: pages).add(to: router)
        EventRoutes(store: dependencies.store, clock: dependencies.clock).add(to: router)
        OpenAPIRoute().add(to: router)
        let stream = EventStreamRoute(store: dependencies.store, fanout: dependencies.stream)
        router.get("/events/stream") { request, context in try await stream.respond(to: request, context: context) }
        PageRoutes(store: dependencies.store, readiness: dependencies.readiness, pages: pages).add(to: router)
        return router
    }
}
