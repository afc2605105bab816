import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// `/api/v1/events/{id}/verdict`: what somebody thinks of an event that should not have been one; and of several at once,
/// `/api/v1/strangers/misread`.
package struct VerdictRoutes: Sendable {
    let store: any EventStore & VerdictStore
    let identities: Identities
    let clock: any WallClock
    /// Called after a change that the stream is to tell.
    let onChange: @Sendable () -> Void

    private static let bodyLimit = 4096
    /// Events of one request, and bytes in which they stand.
    private static let eventLimit = 100
    private static let listLimit = 16_384

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/events/:id/verdict") { _, context in
            var out = Array("{\"verdict\":".utf8)
            if let verdict = try await store.verdict(on: try context.event) {
                out += Array("\"\(verdict.kind.rawValue)\",\"said_at\":\"\(verdict.saidAt.rfc3339)\",\"said_by\":".utf8)
                JSONText.append(verdict.saidBy, to: &out)
            } else {
                out += Array("null,\"said_at\":null,\"said_by\":null".utf8)
            }
            return Response(json: out + [UInt8(ascii: "}")])
        }
        router.put("/api/v1/events/:id/verdict") { request, context in try await say(request, context) }
        router.post("/api/v1/strangers/misread") { request, context in try await sayOfMany(request, context) }
    }

    private struct Misread: Decodable { let events: [String] }

    /// Says of several events that they are misread, one by one: what cannot be said of one keeps no other from it, and the answer says why.
    private func sayOfMany(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let body = try await request.body(upTo: Self.listLimit)
        let texts = (try? NodeJSON.decode(Misread.self, from: body))?.events ?? []
        let events = texts.compactMap { EventID($0) }
        guard (1...Self.eventLimit).contains(events.count), events.count == texts.count else {
            throw Problem.body("Send a JSON object with events: a list of 1 to 100 ids.")
        }
        var out = Array("{\"items\":[".utf8)
        for (index, id) in events.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            let trouble = try await trouble(misreading: id, by: session.account)
            out += Array("{\"event\":\"\(id)\",\"trouble\":".utf8)
            if let trouble { JSONText.append(trouble, to: &out) } else { out += Array("null".utf8) }
            out.append(UInt8(ascii: "}"))
        }
        context.note(events.count == 1 ? "1 event" : "\(events.count) events")
        onChange()
        return Response(json: out + Array("],\"next\":null}".utf8))
    }

    /// Not inlined: see `Journals`.
    /// - Returns: Why an event cannot be misread, in a sentence; nil where it was said of it.
    @inline(never)
    private func trouble(misreading id: EventID, by account: String) async throws -> String? {
        guard let event = try await store.event(id)?.event else { return Problem.noEvent.detail }
        guard EventView.things[event.type] != nil else { return Self.saysNothing }
        return try await identities.misread(id, by: account) ? nil : Problem.noEvent.detail
    }

    private static let saysNothing = "Only an event that says what it shows can be misread; of others say false_alarm."

    private func say(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let id = try context.event
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let object = try? JSONObject(body), let kind = Self.kind(object) else {
            throw Problem.body("Send a JSON object with verdict: false_alarm, misread, or null to take that back.")
        }
        switch kind {
        case .misread:
            guard let event = try await store.event(id)?.event else { throw Problem.noEvent }
            guard EventView.things[event.type] != nil else {
                throw Problem.body(Self.saysNothing)
            }
            // Who is known is of the whole installation, and what they are known by cannot be brought back.
            let mayForget = context.access.mayEverywhere(.identify) && context.access.mayEverywhere(.operate)
            if !mayForget, try await store.isInGallery(id) { throw Problem.mayNotIdentify }
            guard try await identities.misread(id, by: session.account) else { throw Problem.noEvent }
        case .falseAlarm:
            guard try await store.setVerdict(EventVerdict(kind: .falseAlarm, saidBy: session.account, saidAt: clock.now), on: id) else {
                throw Problem.noEvent
            }
        case nil: try await store.deleteVerdict(on: id)
        }
        context.note(kind?.rawValue ?? "taken back")
        onChange()
        return Response(status: .noContent)
    }

    /// What a body says; nil inside where it takes a verdict back, nil where it says neither.
    private static func kind(_ body: JSONObject) -> EventVerdict.Kind?? {
        if body.isNull("verdict") { return .some(nil) }
        return body.string("verdict").flatMap { EventVerdict.Kind(rawValue: $0) }.map { .some($0) }
    }
}
