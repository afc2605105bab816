private import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol
private import Recording

/// The nodes' segments: `PUT /api/v1/nodes/{node}/segments/{segment}` and its removal for nodes, `GET /api/v1/recordings` for people.
package struct RecordingRoutes: Sendable {
    let intake: SegmentIntake
    let gate: NodeGate

    private var store: any RecordingStore { intake.store }

    private static let longestRemoval = 32 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.put("/api/v1/nodes/:node/segments/:segment") { request, context in try await put(request, context) }
        router.post("/api/v1/nodes/:node/segments/removed") { request, context in try await remove(request, context) }
        router.get("/api/v1/recordings") { request, context in
            try await list(SegmentQuery(context.access.scope(.watch), QueryParameters(request.uri.query)))
        }
        router.get("/api/v1/recordings/:id") { _, context in
            // An id that is none names nothing: the same answer as for an unknown one.
            guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let segment = try await store.segment(id) else {
                throw Problem.noRecording
            }
            var out: [UInt8] = []
            RecordingJSON.append(segment.summary, to: &out)
            return Response(json: out)
        }
    }

    // MARK: From nodes

    private func put(_ request: Request, _ context: WebContext) async throws -> Response {
        let node = try Self.node(context)
        guard let segment = context.parameters.get("segment").flatMap({ EventID($0) }) else { throw Problem.notFound }
        try await gate.admit(node, context)
        try request.checkIsOctets()
        var request = request
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: SegmentIndex.maximumLength) } catch {
            throw Problem(segment: intake.refused(.tooLarge))
        }
        // What a newer node calls it is no reason to refuse the index.
        let kept = QueryParameters(request.uri.query).first("class").flatMap { RetentionClass(rawValue: $0) }
        do { try await intake.take(Array(body.readableBytesView), of: segment, from: node, kept: kept) } catch let refusal as SegmentRefusal
        {
            throw Problem(segment: refusal)
        }
        return Response(status: .noContent)
    }

    private func remove(_ request: Request, _ context: WebContext) async throws -> Response {
        let node = try Self.node(context)
        try await gate.admit(node, context)
        var request = request
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: Self.longestRemoval) } catch {
            throw Problem(
                .contentTooLarge, "body-too-large", "The request's body is too large", "At most \(Self.longestRemoval) bytes are taken.")
        }
        guard let removed = try? NodeJSON.decode(RemovedSegments.self, from: Array(body.readableBytesView)),
            removed.segments.count <= RemovedSegments.limit
        else { throw Problem.body("Send {\"segments\":[…]} with at most \(RemovedSegments.limit) ids.") }
        try await store.removeSegments(removed.segments, of: node)
        return Response(status: .noContent)
    }

    private static func node(_ context: WebContext) throws(Problem) -> String {
        guard let node = context.parameters.get("node"), NodeName.isValid(node) else { throw Problem.notFound }
        return node
    }

    // MARK: For people

    private func list(_ query: SegmentQuery) async throws -> Response {
        var query = query
        let limit = query.limit
        // One more than asked for, to know whether there are older ones.
        query.limit += 1
        let segments = try await store.segmentSummaries(query)
        let page = Array(segments.prefix(limit))
        let next = segments.count > limit ? page.last.map { PageToken(ts: $0.start, id: $0.id) } : nil
        return Response(json: RecordingJSON.list(page, next: next))
    }
}

extension SegmentQuery {
    /// Reads the list's filters, `limit` and `page`.
    /// - Throws: `Problem` naming the bad parameter.
    init(_ scope: AccessScope, _ parameters: QueryParameters) throws(Problem) {
        let cameras = try parameters.identifiers("camera")
        guard cameras.count <= 1 else { throw .parameter("camera", "must be a single camera") }
        self.init(
            scope, camera: cameras.first, from: try parameters.time("from"), to: try parameters.time("to"),
            limit: try parameters.number("limit", in: 1...500) ?? 50)
        if let text = parameters.first("page") {
            guard let token = PageToken(text) else { throw .parameter("page", "must be the next of an earlier answer") }
            before = (token.ts, token.id)
        }
    }
}
