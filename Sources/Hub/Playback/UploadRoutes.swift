private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// What nodes send because a replica asked for it: `PUT /api/v1/nodes/{node}/uploads/{ticket}`; and what another replica received of that and
/// passes on: `PUT /api/v1/replicas/{replica}/uploads/{ticket}`.
package struct UploadRoutes: Sendable {
    let desk: UploadDesk
    let gate: NodeGate
    let relay: UploadRelay

    package func add(to router: some RouterMethods<WebContext>) {
        router.put("/api/v1/nodes/:node/uploads/:ticket") { request, context in
            guard let node = context.parameters.get("node"), NodeName.isValid(node) else { throw Problem.notFound }
            let ticket = try Self.ticket(context)
            try await gate.admit(node, context)
            await Self.widen(context)
            if relay.isForeign(ticket) { return try await relay.pass(ticket, from: node, request, context.channel) }
            return try await take(ticket, from: node, request, context)
        }
        router.put("/api/v1/replicas/:replica/uploads/:ticket") { request, context in
            let ticket = try Self.ticket(context)
            let node = try relay.admit(ticket, for: context.parameters.get("replica") ?? "", request)
            await Self.widen(context)
            return try await take(ticket, from: node, request, context)
        }
    }

    /// Lets a connection take in more bytes at a time: that of others is small (`WebChannel`), and this is megabytes.
    private static func widen(_ context: WebContext) async {
        try? await context.channel.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 << 10)).get()
    }

    private static func ticket(_ context: WebContext) throws(Problem) -> String {
        guard let ticket = context.parameters.get("ticket"), UploadTicket.isName(ticket) else { throw .notFound }
        return ticket
    }

    private func take(_ ticket: String, from node: String, _ request: Request, _ context: WebContext) async throws -> Response {
        guard try await desk.arrived(ticket, from: node, body: request.body) else {
            // What is left of the body would have to be read to its end before the connection could be used again.
            context.channel.close(promise: nil)
            return Response(status: .gone)
        }
        return Response(status: .noContent)
    }
}
