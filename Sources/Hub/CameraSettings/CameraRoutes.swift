private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// The cameras' settings, and which cameras a node has: `/api/v1/cameras/{id}/config` and `/api/v1/nodes/{node}/cameras/{camera}`.
package struct CameraRoutes: Sendable {
    let cameras: CameraAdministration

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/cameras/:id/config") { _, context in
            guard let record = try await cameras.settings(of: try Self.camera(context, "id")) else { throw Problem.noCamera }
            return Response(json: CameraSettingsAnswer.json(record))
        }
        router.put("/api/v1/cameras/:id/config") { request, context in try await set(request, context) }
        router.put("/api/v1/nodes/:node/cameras/:camera") { request, context in
            let (node, camera) = (try Self.node(context), try Self.camera(context, "camera"))
            let body = try await request.body(upTo: context.maxUploadSize)
            guard let change = try? NodeJSON.decode(Change.self, from: body) else {
                throw Problem.body("Send a JSON object with name, source or both, each a text.")
            }
            try await cameras.put(camera, on: node, name: change.name, source: change.source)
            return Response(status: .noContent)
        }
        router.delete("/api/v1/nodes/:node/cameras/:camera") { _, context in
            try await cameras.remove(try Self.camera(context, "camera"), from: try Self.node(context))
            return Response(status: .noContent)
        }
    }

    /// What a camera's address and name are to be. Never logged or given out.
    private struct Change: Decodable {
        let name: String?
        let source: String?
    }

    private func set(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let camera = try Self.camera(context, "id")
        let body = try await request.body(upTo: CameraConfig.limit)
        guard let settings = Self.settings(body) else { throw Problem.body("Send all settings of the camera as one JSON object.") }
        let digest = QueryParameters(request.uri.query).first("over")
        switch try await cameras.set(camera, settings, over: digest, by: session.account) {
        case .stored(let revision): return Response(status: .accepted, json: Array("{\"revision\":\(revision)}".utf8))
        case .unknownCamera: throw Problem.noCamera
        case .undecided, .outdated: throw Problem.settingsConflict(camera)
        }
    }

    /// The bytes of an object that a node will be able to read.
    private static func settings(_ body: [UInt8]) -> [UInt8]? {
        guard let object = try? JSONObject(body) else { return nil }
        // Within the message to the node it lies one deeper.
        let config = CameraConfig(camera: "c", node: "n", revision: 1, settings: Array(object.raw), base: nil)
        return (try? CameraConfig(Array(config.text.utf8)))?.settings
    }

    private static func camera(_ context: WebContext, _ parameter: String) throws(Problem) -> String {
        // An id that is none names nothing: the same answer as for an unknown one.
        guard let id = context.parameters.get(parameter), Identifier.isValid(id) else { throw Problem.noCamera }
        return id
    }

    private static func node(_ context: WebContext) throws(Problem) -> String {
        guard let name = context.parameters.get("node"), NodeName.isValid(name) else {
            throw Problem(cameraChange: CameraChangeError(.unknownNode, "There is no node of this name."))
        }
        return name
    }
}
