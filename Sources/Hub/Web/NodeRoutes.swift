package import Hummingbird

/// `/api/v1/nodes`: which nodes there are, and how they are.
package struct NodeRoutes: Sendable {
    let store: any EventStore & PresenceStore

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/nodes") { _, context in
            Response(json: NodeAnswer.list(try await NodeOverview.all(from: store, context.access.scope(.see))))
        }
        router.get("/api/v1/nodes/:node") { _, context in
            let name = context.parameters.get("node")
            guard let node = try await NodeOverview.all(from: store, context.access.scope(.see)).first(where: { $0.node.name == name })
            else {
                throw Problem(.notFound, "not-found", "No such node", "There is no node of this name.")
            }
            var out: [UInt8] = []
            NodeAnswer.append(node, to: &out)
            return Response(json: out)
        }
    }
}
