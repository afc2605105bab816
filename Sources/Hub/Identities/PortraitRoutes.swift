private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// Portraits: `PUT /api/v1/nodes/{node}/portraits/{event}` for nodes, `GET /api/v1/events/{id}/portrait.jpg` for people.
package struct PortraitRoutes: Sendable {
    let identities: Identities
    let gate: NodeGate

    /// Paths that answer without a session: the node's certificate says who asks.
    static func isOpen(_ request: Request) -> Bool { request.isOfNode("portraits") }

    package func add(to router: some RouterMethods<WebContext>) {
        router.put("/api/v1/nodes/:node/portraits/:event") { request, context in try await put(request, context) }
        router.get("/api/v1/events/:id/portrait.jpg") { request, context in try await get(request, context) }
    }

    private func put(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let node = context.parameters.get("node"), NodeName.isValid(node),
            let event = context.parameters.get("event").flatMap({ EventID($0) })
        else { throw Problem.notFound }
        try await gate.admit(node, context)
        try request.checkIsOctets()
        guard let rank = request.headers[.snapshotRank].flatMap({ Int($0) }), PortraitWire.ranks.contains(rank) else {
            throw Problem.parameter(PortraitWire.rankHeader, "must be a whole number from 1 to 9")
        }
        var request = request
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: PortraitWire.maximumBox) } catch {
            throw Problem(snapshot: identities.refused(.tooLarge))
        }
        do { try await identities.take(Array(body.readableBytesView), of: event, from: node, rank: rank) } catch let refusal
            as SnapshotRefusal
        {
            throw Problem(snapshot: refusal)
        }
        return Response(status: .noContent)
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
