import HTTPTypes

/// Who may call which route, all of them in one place. A route that is not here answers nobody, and a test finds it.
enum RouteRules {
    /// - Parameter path: As the router has it, with parameters such as `{id}`.
    static func rule(_ method: HTTPRequest.Method, _ path: String) -> RouteRule? { all["\(method.rawValue) \(path)"] }

    /// What a screen may call beside what everybody may: with the rights that it has for its cameras.
    static let ofKiosks: Set = [
        "GET /api/v1/kiosk", "GET /api/v1/live", "GET /api/v1/cameras/{id}/live.mjpeg", "GET /events/stream",
    ]

    /// By method and path.
    static let all: [String: RouteRule] = {
        var rules: [String: RouteRule] = [:]
        func add(_ rule: RouteRule, _ routes: [String]) {
            for route in routes { rules[route] = rule }
        }
        add(
            RouteRule(.everybody),
            [
                "GET /healthz", "HEAD /healthz", "GET /readyz", "HEAD /readyz", "GET /metrics", "GET /assets/{name}", "GET /sign-in",
                "POST /api/v1/session", "GET /welcome", "POST /api/v1/welcome", "GET /authority.crt", "GET /trust", "GET /kiosk",
                "POST /api/v1/kiosks/pairings", "POST /api/v1/kiosks/pairings/claim",
                "GET /manifest.webmanifest", "GET /service-worker.js", "GET /offline",
            ])
        add(
            RouteRule(.machine),
            [
                "GET /api/v1/join/authority", "POST /api/v1/join", "POST /api/v1/nodes/{node}/certificate",
                "GET /api/v1/nodes/{node}/identity", "PUT /api/v1/nodes/{node}/snapshots/{event}",
                "PUT /api/v1/nodes/{node}/portraits/{event}", "PUT /api/v1/nodes/{node}/segments/{segment}",
                "POST /api/v1/nodes/{node}/segments/removed", "PUT /api/v1/nodes/{node}/uploads/{ticket}",
                "PUT /api/v1/replicas/{replica}/uploads/{ticket}",
            ])
        add(
            RouteRule(.see, of: .anything),
            [
                "GET /", "GET /events", "GET /wildlife", "GET /system", "GET /api/v1/events", "GET /api/v1/events/counts",
                "GET /events/stream", "GET /api/v1/visits", "GET /api/v1/wildlife", "GET /api/v1/wildlife.csv", "GET /api/v1/places",
                "GET /api/v1/sites", "GET /api/v1/nodes", "GET /api/v1/nodes/{node}",
            ])
        add(
            RouteRule(.see, of: .camera("id")),
            [
                "GET /cameras/{id}", "GET /api/v1/cameras/{id}/timeline",
            ])
        // Who is known is of the whole installation, as the same person may be seen at every site.
        add(
            RouteRule(.identify, of: .installation),
            [
                "GET /visitors", "GET /pets", "GET /individuals/{id}", "GET /api/v1/sightings.csv",
                "GET /api/v1/individuals", "GET /api/v1/individuals/{id}",
                "GET /api/v1/individuals/{id}/activity", "GET /api/v1/individuals/{id}/pictures",
                "GET /api/v1/individuals/{id}/pictures/{picture}/image.jpg", "GET /api/v1/pictures",
                "GET /api/v1/individuals/{id}/merges", "GET /api/v1/strangers", "GET /api/v1/erasures", "GET /api/v1/rules",
                "GET /api/v1/recognition",
            ])
        add(
            RouteRule(.account),
            [
                "DELETE /api/v1/session", "GET /api/v1/openapi.json", "GET /account", "GET /components", "GET /api/v1/account",
                "PUT /api/v1/account/password",
                "GET /api/v1/account/sessions", "DELETE /api/v1/account/sessions", "DELETE /api/v1/account/sessions/{id}",
                "POST /api/v1/account/tokens", "POST /api/v1/account/second-factor", "PUT /api/v1/account/second-factor",
                "DELETE /api/v1/account/second-factor", "GET /api/v1/kiosk",
                "DELETE /api/v1/account/second-factor", "GET /api/v1/push", "POST /api/v1/push/subscriptions",
                "DELETE /api/v1/push/subscriptions/{id}", "POST /api/v1/push/test",
            ])
        add(
            RouteRule(.see, of: .event("id")),
            [
                "GET /events/{id}", "GET /api/v1/events/{id}", "GET /api/v1/events/{id}/snapshot.jpg",
                "GET /api/v1/events/{id}/snapshot/boxes",
            ])
        add(
            RouteRule(.identify, of: .event("id")),
            [
                "GET /api/v1/events/{id}/portrait.jpg"
            ])
        add(
            RouteRule(.operate, of: .event("id")),
            [
                "POST /api/v1/events/{id}/acknowledge", "PUT /api/v1/events/{id}/species", "GET /api/v1/events/{id}/notes",
                "GET /api/v1/events/{id}/verdict", "PUT /api/v1/events/{id}/verdict",
                "POST /api/v1/events/{id}/notes", "DELETE /api/v1/events/{id}/notes/{note}",
            ])
        add(
            RouteRule(.operate, of: .anything),
            [
                "POST /api/v1/events/acknowledge", "POST /api/v1/incidents/{id}/acknowledge",
            ])
        add(
            RouteRule(.identify, .operate, of: .installation),
            [
                "PUT /api/v1/events/{id}/identity", "POST /api/v1/strangers/misread", "POST /api/v1/individuals",
                "PATCH /api/v1/individuals/{id}",
                "DELETE /api/v1/individuals/{id}", "GET /api/v1/individuals/{id}/export", "POST /api/v1/individuals/{id}/pictures",
                "PUT /api/v1/individuals/{id}/pictures/{picture}", "DELETE /api/v1/individuals/{id}/pictures/{picture}",
                "POST /api/v1/individuals/{id}/merge", "DELETE /api/v1/individuals/{id}/merges/{merge}", "POST /api/v1/rules",
                "DELETE /api/v1/rules/{id}",
            ])
        add(
            RouteRule(.administer, of: .site("site")),
            [
                "PUT /api/v1/sites/{site}"
            ])
        add(
            RouteRule(.operate, of: .camera("id")),
            [
                "PUT /api/v1/cameras/{id}/place", "GET /api/v1/cameras/{id}/config", "PUT /api/v1/cameras/{id}/config",
            ])
        add(
            RouteRule(.administer, of: .installation),
            [
                "PUT /api/v1/recognition", "POST /api/v1/invitations", "GET /api/v1/keys", "GET /api/v1/accounts",
                "POST /api/v1/accounts/invitations", "PATCH /api/v1/accounts/{name}", "DELETE /api/v1/accounts/{name}",
                "GET /api/v1/accounts/{name}/sessions", "DELETE /api/v1/accounts/{name}/sessions", "POST /api/v1/accounts/{name}/reset",
                "GET /audit", "GET /api/v1/audit", "GET /api/v1/kiosks", "POST /api/v1/kiosks", "DELETE /api/v1/kiosks/{id}",
            ])
        add(
            RouteRule(.watch, of: .anything),
            [
                "GET /recordings", "GET /api/v1/live", "GET /api/v1/recordings",
            ])
        add(
            RouteRule(.watch, of: .camera("id")),
            [
                "GET /api/v1/cameras/{id}/live.mp4", "GET /api/v1/cameras/{id}/live.mjpeg", "GET /api/v1/cameras/{id}/snapshot.jpg",
                "GET /api/v1/cameras/{id}/live/index.m3u8", "GET /api/v1/cameras/{id}/live/{part}",
                "GET /api/v1/cameras/{id}/video.mp4", "HEAD /api/v1/cameras/{id}/video.mp4", "GET /api/v1/cameras/{id}/video.json",
            ])
        add(
            RouteRule(.watch, .operate, of: .camera("id")),
            [
                "PUT /api/v1/cameras/{id}/star", "DELETE /api/v1/cameras/{id}/star", "DELETE /api/v1/cameras/{id}/recordings",
            ])
        add(
            RouteRule(.watch, of: .recording("id")),
            [
                "GET /api/v1/recordings/{id}", "GET /api/v1/recordings/{id}/video.mp4", "HEAD /api/v1/recordings/{id}/video.mp4",
            ])
        add(
            RouteRule(.watch, .operate, of: .recording("id")),
            [
                "PUT /api/v1/recordings/{id}/star", "DELETE /api/v1/recordings/{id}/star", "DELETE /api/v1/recordings/{id}",
            ])
        add(
            RouteRule(.administer, of: .node("node")),
            [
                "PUT /api/v1/nodes/{node}/cameras/{camera}", "DELETE /api/v1/nodes/{node}/cameras/{camera}",
                "POST /api/v1/nodes/{node}/revoke", "POST /api/v1/nodes/{node}/admit",
            ])
        return rules
    }()
}
