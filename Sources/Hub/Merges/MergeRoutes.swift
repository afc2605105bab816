import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// Two who are one: `/api/v1/individuals/{id}/merge` and `/api/v1/individuals/{id}/merges`.
package struct MergeRoutes: Sendable {
    private let merges: Merges

    private static let bodyLimit = 4096

    init(identities: Identities, store: any HubStore, clock: any WallClock) {
        merges = Merges(store: store, identities: identities, clock: clock)
    }

    package func add(to router: some RouterMethods<WebContext>) {
        router.post("/api/v1/individuals/:id/merge") { request, context in try await merge(request, context) }
        router.get("/api/v1/individuals/:id/merges") { _, context in
            let id = try await known(context)
            return Response(
                json: Array("{\"items\":".utf8) + MergeJSON.list(try await merges.merges(of: id)) + Array(",\"next\":null}".utf8))
        }
        router.delete("/api/v1/individuals/:id/merges/:merge") { _, context in try await split(context) }
    }

    private func known(_ context: WebContext) async throws -> EventID {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), try await merges.identities.record(id) != nil else {
            throw Problem.noIndividual
        }
        return id
    }

    private func merge(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let other = (try? JSONObject(body))?.string("individual") else {
            throw Problem.body("Send a JSON object with individual: the id of the one who is merged into this one.")
        }
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let other = EventID(other) else { throw Problem.noIndividual }
        do { try await merges.merge(other, into: id, by: session.account) } catch let error as RecognitionError {
            throw Problem(identity: error)
        }
        guard let record = try await merges.identities.record(id) else { throw Problem.noIndividual }
        return Response(json: IdentityJSON.individual(record))
    }

    private func split(_ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }),
            let merge = context.parameters.get("merge").flatMap({ EventID($0) }), try await merges.split(merge, from: id)
        else { throw Problem.noMerge }
        return Response(status: .noContent)
    }
}
