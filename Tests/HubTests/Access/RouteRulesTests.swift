import Hub
import Hummingbird
import Synchronization
import Testing

@testable import Hub

/// The table of who may call what, held to the routes that there are.
@Suite struct RouteRulesTests {
    /// With parameters as `{id}`.
    static func routes() async throws -> Set<String> {
        let recorder = OpenAPITests.Recorder()
        WebRouter.addRoutes(try await WebFixture().dependencies, pages: Pages(assets: Assets()), to: recorder)
        return recorder.routes.withLock { $0 }
    }

    @Test func `Every route has a rule, and every rule a route`() async throws {
        #expect(try await Self.routes() == Set(RouteRules.all.keys))
    }

    /// By hand, and not from the table: this is the promise.
    @Test func `Without a session only these answer`() {
        let open = RouteRules.all.filter { rule in
            switch rule.value.caller {
            case .everybody, .machine: true
            case .account, .rights: false
            }
        }
        #expect(
            open.keys.sorted() == [
                "GET /api/v1/join/authority", "GET /api/v1/nodes/{node}/identity", "GET /assets/{name}",
                "GET /authority.crt", "GET /healthz", "GET /kiosk", "GET /manifest.webmanifest", "GET /metrics", "GET /offline",
                "GET /readyz",
                "GET /service-worker.js", "GET /sign-in", "GET /trust", "GET /welcome",
                "HEAD /healthz", "HEAD /readyz", "POST /api/v1/join", "POST /api/v1/kiosks/pairings", "POST /api/v1/kiosks/pairings/claim",
                "POST /api/v1/nodes/{node}/certificate", "POST /api/v1/nodes/{node}/segments/removed", "POST /api/v1/session",
                "POST /api/v1/welcome", "PUT /api/v1/nodes/{node}/portraits/{event}", "PUT /api/v1/nodes/{node}/segments/{segment}",
                "PUT /api/v1/nodes/{node}/snapshots/{event}", "PUT /api/v1/nodes/{node}/uploads/{ticket}",
                "PUT /api/v1/replicas/{replica}/uploads/{ticket}",
            ])
    }

    @Test func `What changes something needs more than seeing; video, names and accounts need their own rights`() {
        for (route, rule) in RouteRules.all {
            guard case .rights(let rights, _) = rule.caller else { continue }
            let isSafe = route.hasPrefix("GET ") || route.hasPrefix("HEAD ")
            #expect(isSafe || !Set(rights).isDisjoint(with: [.operate, .administer]), "\(route)")
            for (part, right) in [
                ("/live", Right.watch), ("video.", .watch), ("/recordings", .watch), ("/star", .watch), ("/individuals", .identify),
                ("/portrait.jpg", .identify), ("/strangers", .identify), ("/rules", .identify), ("/erasures", .identify),
                ("/accounts", .administer), ("/kiosks", .administer), ("/keys", .administer), ("/invitations", .administer),
                ("/revoke", .administer),
            ] where route.contains(part) { #expect(rights.contains(right), "\(route)") }
        }
    }
}
