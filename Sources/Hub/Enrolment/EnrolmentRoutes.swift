private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// How nodes join, stay and go: `/api/v1/join`, `/api/v1/invitations`, and what is asked by and about one node.
package struct EnrolmentRoutes: Sendable {
    let enrolment: Enrolment
    let gate: NodeGate

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/join/authority") { _, _ in Response(text: enrolment.authority, contentType: "application/x-pem-file") }
        router.post("/api/v1/join") { request, context in
            let answer = try await enrolment.join(try await Self.body(JoinRequest.self, request, context))
            return try Self.json(answer, status: .created)
        }
        router.post("/api/v1/invitations") { request, context in try await invite(request, context) }
        router.post("/api/v1/nodes/:node/certificate") { request, context in
            let body = try await Self.body(RenewalRequest.self, request, context)
            switch try await enrolment.renew(node: try Self.node(context), body) {
            case .renewed(let answer): return try Self.json(answer)
            case .waiting: return Response(status: .accepted, json: Array("{\"state\":\"waiting\"}".utf8))
            }
        }
        router.get("/api/v1/nodes/:node/identity") { _, context in
            let node = try Self.node(context)
            try await gate.admit(node, context)
            return try Self.json(IdentityAnswer(node: node, sealingKey: enrolment.sealingKey))
        }
        router.post("/api/v1/nodes/:node/revoke") { _, context in
            try await Self.change(context) { try await enrolment.revoke(node: $0) }
        }
        router.post("/api/v1/nodes/:node/admit") { _, context in
            try await Self.change(context) { try await enrolment.admit(node: $0) }
        }
    }

    private struct InvitationRequest: Decodable {
        let name: String
        let site: String
    }

    private func invite(_ request: Request, _ context: WebContext) async throws -> Response {
        guard context.session != nil else { throw Problem.unauthorized }
        let body = try await Self.body(InvitationRequest.self, request, context)
        var out: [UInt8] = Array("{\"command\":".utf8)
        JSONText.append(try await enrolment.invite(node: body.name, site: body.site), to: &out)
        out.append(UInt8(ascii: "}"))
        return Response(status: .created, json: out)
    }

    /// A change that an administrator makes; 204 where it was made.
    private static func change(_ context: WebContext, _ body: (String) async throws -> Bool) async throws -> Response {
        guard context.session != nil else { throw Problem.unauthorized }
        guard try await body(try node(context)) else { throw noNode }
        return Response(status: .noContent)
    }

    private static let noNode = Problem(.notFound, "not-found", "No such node", "There is no node of this name, or it cannot be let in.")

    private static func node(_ context: WebContext) throws(Problem) -> String {
        guard let name = context.parameters.get("node"), NodeName.isValid(name) else { throw noNode }
        return name
    }

    private static func body<T: Decodable>(_ type: T.Type, _ request: Request, _ context: WebContext) async throws -> T {
        var request = request
        let buffer: ByteBuffer
        do { buffer = try await request.collectBody(upTo: context.maxUploadSize) } catch {
            throw Problem(
                .contentTooLarge, "body-too-large", "The request's body is too large", "At most \(context.maxUploadSize) bytes are taken.")
        }
        do { return try NodeJSON.decode(type, from: Array(buffer.readableBytesView)) } catch {
            throw Problem.body("It must be JSON with the members that /api/v1/openapi.json names.")
        }
    }

    private static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws(Problem) -> Response {
        guard let bytes = NodeJSON.encode(value) else { throw Problem.notFound }
        return Response(status: status, json: bytes)
    }
}
