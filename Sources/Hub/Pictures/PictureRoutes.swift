private import HTTPTypes
package import Hummingbird
private import Media
private import Protocol

/// Pictures that people give of those who are known here: `/api/v1/individuals/{id}/pictures`.
package struct PictureRoutes: Sendable {
    let pictures: OfferedPictures

    private static let bodyLimit = 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/individuals/:id/pictures") { _, context in
            let (offered, known) = try await Self.answering { try await pictures.pictures(of: Self.individual(context)) }
            return Response(json: PictureJSON.pictures(offered, known))
        }
        router.post("/api/v1/individuals/:id/pictures") { request, context in try await add(request, context) }
        router.get("/api/v1/individuals/:id/pictures/:picture/image.jpg") { _, context in
            let jpeg = try await Self.answering {
                try await pictures.jpeg(of: Self.picture(context), individual: Self.individual(context))
            }
            // Not kept by browsers: somebody may be erased.
            return Response(
                status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "no-store"], body: .init(byteBuffer: jpeg))
        }
        router.put("/api/v1/individuals/:id/pictures/:picture") { request, context in try await choose(request, context) }
        router.delete("/api/v1/individuals/:id/pictures/:picture") { _, context in
            try await Self.answering { try await pictures.remove(Self.picture(context), individual: Self.individual(context)) }
            return Response(status: .noContent)
        }
        router.get("/api/v1/pictures") { _, _ in
            Response(json: PictureJSON.state(try await pictures.state()))
        }
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let id = try Self.individual(context)
        let picture = try await Self.answering {
            try await pictures.add(of: id, by: session.account) { try await request.body(upTo: PictureFile.byteLimit) }
        }
        return Response(status: .accepted, json: PictureJSON.picture(picture))
    }

    private func choose(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let number = (try? JSONObject(body))?.integer("choice"), number >= 0 else {
            throw Problem.body("Send a JSON object with choice: which of those that were found it is, counted from 0.")
        }
        try await Self.answering {
            try await pictures.choose(Int(clamping: number), of: Self.picture(context), individual: Self.individual(context))
        }
        return Response(status: .noContent)
    }

    /// Not inlined: Swift 6.3.1 fails with -O over coroutines with inlined calls whose typed error becomes another.
    @inline(never)
    private static func answering<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as PictureError { throw Problem(picture: error) }
    }

    private static func individual(_ context: WebContext) throws -> EventID {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }) else { throw PictureError(.unknownIndividual) }
        return id
    }

    private static func picture(_ context: WebContext) throws -> EventID {
        guard let id = context.parameters.get("picture").flatMap({ EventID($0) }) else { throw PictureError(.unknownPicture) }
        return id
    }
}
