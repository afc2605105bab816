import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// Everything that is stored about somebody, as one JSON document: `GET /api/v1/individuals/{id}/export`.
package struct ExportRoute: Sendable {
    let identities: Identities
    let journals: Journals
    let clock: any WallClock

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/individuals/:id/export") { _, context in try await export(context) }
    }

    private func export(_ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let record = try await identities.record(id) else {
            throw Problem.noIndividual
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"\(record.individual.kind.rawValue)-\(id).json\"",
            ],
            body: ResponseBody(
                asyncSequence: ExportedIndividual(record: record, identities: identities, store: journals.store, now: clock.now)))
    }
}
