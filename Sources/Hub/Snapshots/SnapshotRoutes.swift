private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// The events' pictures: `PUT /api/v1/nodes/{node}/snapshots/{event}` for nodes, `GET /api/v1/events/{id}/snapshot.jpg` for people.
package struct SnapshotRoutes: Sendable {
    let snapshots: Snapshots
    let gate: NodeGate

    package func add(to router: some RouterMethods<WebContext>) {
        router.put("/api/v1/nodes/:node/snapshots/:event") { request, context in try await put(request, context) }
        router.get("/api/v1/events/:id/snapshot.jpg") { request, context in try await get(request, context) }
    }

    private func put(_ request: Request, _ context: WebContext) async throws -> Response {
        try await SealedUpload.receive(request, context, gate: gate, limit: SnapshotWire.maximumBox, refused: snapshots.refused) {
            try await snapshots.take($0, of: $1, from: $2, rank: $3)
        }
    }

    private func get(_ request: Request, _ context: WebContext) async throws -> Response {
        let parameters = QueryParameters(request.uri.query)
        guard let size = SnapshotSize(rawValue: parameters.first("size") ?? "large") else {
            throw Problem.parameter("size", "must be thumbnail or large")
        }
        guard let event = context.parameters.get("id").flatMap({ EventID($0) }), let rank = try await snapshots.rank(of: event) else {
            throw Self.noPicture
        }
        if request.has(Self.tag(size, rank, context)) {
            return Response(status: .notModified, headers: Self.headers(size, rank, context))
        }
        guard let picture = try await snapshots.picture(of: event, size, rank: rank, hidesPeople: !context.mayIdentify) else {
            throw Self.noPicture
        }
        var headers = Self.headers(size, picture.rank, context)
        headers[.contentType] = "image/jpeg"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: picture.jpeg))
    }

    private static let noPicture = Problem(
        .notFound, "not-found", "No such picture", "The event has no picture, or not yet, or was deleted.")

    /// A picture of one rank never changes, but with who may see it.
    private static func tag(_ size: SnapshotSize, _ rank: Int, _ context: WebContext) -> String {
        "\"\(size.rawValue)-\(rank)\(context.mayIdentify ? "" : "-hidden")\""
    }

    /// Browsers ask each time whether it is still there: somebody may have been erased.
    private static func headers(_ size: SnapshotSize, _ rank: Int, _ context: WebContext) -> HTTPFields {
        [.eTag: tag(size, rank, context), .cacheControl: "private, no-cache"]
    }
}
