import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// `/api/v1/events/{id}/verdict`: what somebody thinks of an event that should not have been one.
package struct VerdictRoutes: Sendable {
    let store: any VerdictStore
    let clock: any WallClock
    /// Called after a change that the stream is to tell.
    let onChange: @Sendable () -> Void

    private static let bodyLimit = 4096

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/events/:id/verdict") { _, context in
            var out = Array("{\"verdict\":".utf8)
            if let verdict = try await store.verdict(on: try Self.event(context)) {
                out += Array("\"\(verdict.kind.rawValue)\",\"said_at\":\"\(verdict.saidAt.rfc3339)\",\"said_by\":".utf8)
                JSONText.append(verdict.saidBy, to: &out)
            } else {
                out += Array("null,\"said_at\":null,\"said_by\":null".utf8)
            }
            return Response(json: out + [UInt8(ascii: "}")])
        }
        router.put("/api/v1/events/:id/verdict") { request, context in try await say(request, context) }
    }

    private func say(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let event = try Self.event(context)
        guard let body = try? JSONObject(try await request.body(upTo: Self.bodyLimit)),
            let kind = Self.kind(body)
        else { throw Problem.body("Send a JSON object with verdict: false_alarm, misread, or null to take that back.") }
        if let kind {
            guard try await store.setVerdict(EventVerdict(kind: kind, saidBy: session.account, saidAt: clock.now), on: event) else {
                throw Problem.noEvent
            }
        } else {
            try await store.deleteVerdict(on: event)
        }
        onChange()
        return Response(status: .noContent)
    }

    /// What a body says; nil inside where it takes a verdict back, nil where it says neither.
    private static func kind(_ body: JSONObject) -> EventVerdict.Kind?? {
        if body.isNull("verdict") { return .some(nil) }
        return body.string("verdict").flatMap { EventVerdict.Kind(rawValue: $0) }.map { .some($0) }
    }

    private static func event(_ context: WebContext) throws(Problem) -> EventID {
        // An id that is none names nothing: the same answer as for an unknown one.
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }) else { throw Problem.noEvent }
        return id
    }
}
