private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol

/// The events' pictures: `PUT /api/v1/nodes/{node}/snapshots/{event}` for nodes, `GET /api/v1/events/{id}/snapshot.jpg` for people, and what is framed in
/// them, `GET /api/v1/events/{id}/snapshot/boxes`.
package struct SnapshotRoutes: Sendable {
    let snapshots: Snapshots
    let gate: NodeGate

    package func add(to router: some RouterMethods<WebContext>) {
        router.put("/api/v1/nodes/:node/snapshots/:event") { request, context in try await put(request, context) }
        router.get("/api/v1/events/:id/snapshot.jpg") { request, context in try await get(request, context) }
        router.get("/api/v1/events/:id/snapshot/boxes") { _, context in try await getBoxes(context) }
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
        let (event, rank) = try await find(context)
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

    /// Not kept by any cache: it is small, and somebody may have been erased.
    private func getBoxes(_ context: WebContext) async throws -> Response {
        let (event, rank) = try await find(context)
        guard let found = try await snapshots.boxes(of: event, rank: rank, hidesPeople: !context.mayIdentify) else { throw Self.noPicture }
        let boxes = found.boxes.map { Self.json($0) }.joined(separator: ",")
        return Response(json: Array("{\"rank\":\(found.rank),\"boxes\":[\(boxes)]}".utf8))
    }

    /// The event that the path names, and the rank of its picture.
    private func find(_ context: WebContext) async throws -> (event: EventID, rank: Int) {
        guard let event = context.parameters.get("id").flatMap({ EventID($0) }), let rank = try await snapshots.rank(of: event) else {
            throw Self.noPicture
        }
        return (event, rank)
    }

    /// As an event's own `box`: left, top, width and height, with four decimals.
    private static func json(_ box: SnapshotBox) -> String {
        func number(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
        let (left, top) = (number(box.area.left), number(box.area.top))
        // Of the rounded sides, so that none ends outside of the picture.
        let (width, height) = (number(number(box.area.right) - left), number(number(box.area.bottom) - top))
        let score = box.score.map { "\($0)" } ?? "null"
        return "{\"kind\":\"\(box.kind.rawValue)\",\"score\":\(score),\"box\":[\(left),\(top),\(width),\(height)]}"
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
