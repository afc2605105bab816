private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// Portraits: `PUT /api/v1/nodes/{node}/portraits/{event}` for nodes, `GET /api/v1/events/{id}/portrait.jpg` for people.
package struct PortraitRoutes: Sendable {
    let identities: Identities
    let gate: NodeGate

    package func add(to router: some RouterMethods<WebContext>) {
        router.put("/api/v1/nodes/:node/portraits/:event") { request, context in try await put(request, context) }
        router.get("/api/v1/events/:id/portrait.jpg") { request, context in try await get(request, context) }
    }

    private func put(_ request: Request, _ context: WebContext) async throws -> Response {
        try await SealedUpload.receive(request, context, gate: gate, limit: PortraitWire.maximumBox, refused: identities.refused) {
            try await identities.take($0, of: $1, from: $2, rank: $3)
        }
    }

    private func get(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let event = context.parameters.get("id").flatMap({ EventID($0) }), let jpeg = try await identities.crop(of: event) else {
            throw Problem(.notFound, "not-found", "No such portrait", "The event has no portrait, or not yet, or it was deleted.")
        }
        // Not kept by browsers: somebody may be erased.
        return Response(
            status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "no-store"], body: .init(byteBuffer: jpeg))
    }
}
