import HTTPTypes

/// Who may call which route, all of them in one place. A route that is not here answers nobody, and a test finds it.
enum RouteRules {
    /// - Parameter path: As the router has it, with parameters such as `{id}`.
    static func rule(_ method: HTTPRequest.Method, _ path: String) -> RouteRule? { all["\(method.rawValue) \(path)"] }

    /// By method and path.
    static let all: [String: RouteRule] = open.merging(of(machines: machines)) { $1 }.merging(people) { $1 }

    private static func of(machines: [String]) -> [String: RouteRule] {
        Dictionary(uniqueKeysWithValues: machines.map { ($0, RouteRule(.machine)) })
    }

    private static let open: [String: RouteRule] = [
        "GET /healthz": .init(.everybody), "HEAD /healthz": .init(.everybody), "GET /readyz": .init(.everybody),
        "HEAD /readyz": .init(.everybody), "GET /metrics": .init(.everybody), "GET /assets/{name}": .init(.everybody),
        "GET /sign-in": .init(.everybody), "POST /api/v1/session": .init(.everybody),
        "GET /welcome": .init(.everybody), "POST /api/v1/welcome": .init(.everybody),
    ]

    private static let machines = [
        "GET /api/v1/join/authority", "POST /api/v1/join", "POST /api/v1/nodes/{node}/certificate", "GET /api/v1/nodes/{node}/identity",
        "PUT /api/v1/nodes/{node}/snapshots/{event}", "PUT /api/v1/nodes/{node}/portraits/{event}",
        "PUT /api/v1/nodes/{node}/segments/{segment}",
        "POST /api/v1/nodes/{node}/segments/removed", "PUT /api/v1/nodes/{node}/uploads/{ticket}",
        "PUT /api/v1/replicas/{replica}/uploads/{ticket}",
    ]

    private static let people: [String: RouteRule] = [
        // Pages.
        "GET /": .init(.see, of: .anything), "GET /events": .init(.see, of: .anything), "GET /wildlife": .init(.see, of: .anything),
        "GET /system": .init(.see, of: .anything), "GET /cameras/{id}": .init(.see, of: .camera("id")),
        "GET /visitors": .init(.identify, of: .installation), "GET /pets": .init(.identify, of: .installation),

        // What is their own.
        "DELETE /api/v1/session": .init(.account), "GET /api/v1/openapi.json": .init(.account), "GET /api/v1/account": .init(.account),
        "PUT /api/v1/account/password": .init(.account),

        // Events.
        "GET /api/v1/events": .init(.see, of: .anything), "GET /api/v1/events/counts": .init(.see, of: .anything),
        "GET /events/stream": .init(.see, of: .anything), "GET /api/v1/events/{id}": .init(.see, of: .event("id")),
        "GET /api/v1/events/{id}/snapshot.jpg": .init(.see, of: .event("id")),
        "GET /api/v1/events/{id}/portrait.jpg": .init(.identify, of: .event("id")),
        "POST /api/v1/events/{id}/acknowledge": .init(.operate, of: .event("id")),
        "PUT /api/v1/events/{id}/species": .init(.operate, of: .event("id")),
        "PUT /api/v1/events/{id}/identity": .init(.identify, .operate, of: .installation),

        // Journals.
        "GET /api/v1/visits": .init(.see, of: .anything), "GET /api/v1/wildlife": .init(.see, of: .anything),
        "GET /api/v1/wildlife.csv": .init(.see, of: .anything), "GET /api/v1/places": .init(.see, of: .anything),
        "GET /api/v1/sites": .init(.see, of: .anything), "PUT /api/v1/sites/{site}": .init(.administer, of: .site("site")),
        "PUT /api/v1/cameras/{id}/place": .init(.operate, of: .camera("id")),

        // Who is known: of the whole installation, as the same person may be seen at every site.
        "GET /api/v1/individuals": .init(.identify, of: .installation),
        "POST /api/v1/individuals": .init(.identify, .operate, of: .installation),
        "GET /api/v1/individuals/{id}": .init(.identify, of: .installation),
        "PATCH /api/v1/individuals/{id}": .init(.identify, .operate, of: .installation),
        "DELETE /api/v1/individuals/{id}": .init(.identify, .operate, of: .installation),
        "GET /api/v1/individuals/{id}/activity": .init(.identify, of: .installation),
        "GET /api/v1/individuals/{id}/export": .init(.identify, .operate, of: .installation),
        "GET /api/v1/individuals/{id}/pictures": .init(.identify, of: .installation),
        "POST /api/v1/individuals/{id}/pictures": .init(.identify, .operate, of: .installation),
        "PUT /api/v1/individuals/{id}/pictures/{picture}": .init(.identify, .operate, of: .installation),
        "DELETE /api/v1/individuals/{id}/pictures/{picture}": .init(.identify, .operate, of: .installation),
        "GET /api/v1/individuals/{id}/pictures/{picture}/image.jpg": .init(.identify, of: .installation),
        "GET /api/v1/pictures": .init(.identify, of: .installation),
        "POST /api/v1/individuals/{id}/merge": .init(.identify, .operate, of: .installation),
        "GET /api/v1/individuals/{id}/merges": .init(.identify, of: .installation),
        "DELETE /api/v1/individuals/{id}/merges/{merge}": .init(.identify, .operate, of: .installation),
        "GET /api/v1/strangers": .init(.identify, of: .installation), "GET /api/v1/erasures": .init(.identify, of: .installation),
        "GET /api/v1/rules": .init(.identify, of: .installation), "POST /api/v1/rules": .init(.identify, .operate, of: .installation),
        "DELETE /api/v1/rules/{id}": .init(.identify, .operate, of: .installation),
        "GET /api/v1/recognition": .init(.identify, of: .installation), "PUT /api/v1/recognition": .init(.administer, of: .installation),

        // Video.
        "GET /api/v1/live": .init(.watch, of: .anything), "GET /api/v1/cameras/{id}/live.mp4": .init(.watch, of: .camera("id")),
        "GET /api/v1/cameras/{id}/live.mjpeg": .init(.watch, of: .camera("id")),
        "GET /api/v1/cameras/{id}/snapshot.jpg": .init(.watch, of: .camera("id")),
        "GET /api/v1/cameras/{id}/live/index.m3u8": .init(.watch, of: .camera("id")),
        "GET /api/v1/cameras/{id}/live/{part}": .init(.watch, of: .camera("id")),
        "GET /api/v1/cameras/{id}/timeline": .init(.see, of: .camera("id")),
        "GET /api/v1/cameras/{id}/video.mp4": .init(.watch, of: .camera("id")),
        "HEAD /api/v1/cameras/{id}/video.mp4": .init(.watch, of: .camera("id")),
        "GET /api/v1/cameras/{id}/video.json": .init(.watch, of: .camera("id")),
        "PUT /api/v1/cameras/{id}/star": .init(.watch, .operate, of: .camera("id")),
        "DELETE /api/v1/cameras/{id}/star": .init(.watch, .operate, of: .camera("id")),
        "GET /api/v1/recordings": .init(.watch, of: .anything), "GET /api/v1/recordings/{id}": .init(.watch, of: .recording("id")),
        "GET /api/v1/recordings/{id}/video.mp4": .init(.watch, of: .recording("id")),
        "HEAD /api/v1/recordings/{id}/video.mp4": .init(.watch, of: .recording("id")),
        "PUT /api/v1/recordings/{id}/star": .init(.watch, .operate, of: .recording("id")),
        "DELETE /api/v1/recordings/{id}/star": .init(.watch, .operate, of: .recording("id")),

        // Nodes and cameras.
        "GET /api/v1/nodes": .init(.see, of: .anything), "GET /api/v1/nodes/{node}": .init(.see, of: .anything),
        "GET /api/v1/cameras/{id}/config": .init(.operate, of: .camera("id")),
        "PUT /api/v1/cameras/{id}/config": .init(.operate, of: .camera("id")),
        "PUT /api/v1/nodes/{node}/cameras/{camera}": .init(.administer, of: .node("node")),
        "DELETE /api/v1/nodes/{node}/cameras/{camera}": .init(.administer, of: .node("node")),
        "POST /api/v1/nodes/{node}/revoke": .init(.administer, of: .node("node")),
        "POST /api/v1/nodes/{node}/admit": .init(.administer, of: .node("node")),
        "POST /api/v1/invitations": .init(.administer, of: .installation), "GET /api/v1/keys": .init(.administer, of: .installation),

        // Accounts.
        "GET /api/v1/accounts": .init(.administer, of: .installation),
        "POST /api/v1/accounts/invitations": .init(.administer, of: .installation),
        "PATCH /api/v1/accounts/{name}": .init(.administer, of: .installation),
        "DELETE /api/v1/accounts/{name}": .init(.administer, of: .installation),
    ]
}
