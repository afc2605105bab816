import Base
private import HTTPTypes
package import Hummingbird
private import Protocol

/// `/api/v1/events/{id}/notes`: what people wrote about an event. Whoever operates its camera reads and writes them; a note may name somebody whom a
/// viewer is not to know.
package struct NoteRoutes: Sendable {
    let store: any EventStore & NoteStore
    let clock: any WallClock

    /// JSON escapes a code point in 12 bytes at most.
    private static let bodyLimit = 32 * 1024

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/events/:id/notes") { _, context in
            let event = try context.event
            var out = Array("{\"items\":[".utf8)
            for (index, note) in try await store.notes(of: event).enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.append(note, to: &out)
            }
            return Response(json: out + Array("],\"next\":null}".utf8))
        }
        router.post("/api/v1/events/:id/notes") { request, context in try await write(request, context) }
        router.delete("/api/v1/events/:id/notes/:note") { _, context in try await delete(context) }
    }

    private func write(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let event = try context.event
        let body = try await request.body(upTo: Self.bodyLimit)
        guard let text = (try? JSONObject(body))?.string("text"), EventNote.isText(text) else {
            throw Problem.body("Send a JSON object with text: 1 to \(EventNote.length.upperBound) characters.")
        }
        let now = clock.now
        let note = EventNote(id: EventID(at: now), event: event, text: text, createdAt: now, createdBy: session.account)
        switch try await store.addNote(note) {
        case .unknownEvent: throw Problem.noEvent
        case .tooMany:
            throw Problem(
                .conflict, "too-many-notes", "Too many notes",
                "An event has at most \(EventNote.limit) notes. Delete some that are of no use.")
        case .added: break
        }
        var out: [UInt8] = []
        Self.append(note, to: &out)
        return Response(status: .created, json: out)
    }

    /// One's own, or anybody's for whoever administers the event's camera.
    private func delete(_ context: WebContext) async throws -> Response {
        guard let session = context.session else { throw Problem.unauthorized }
        let id = try context.event
        guard let event = try await store.event(id)?.event else { throw Problem.noEvent }
        let isAdministered = context.access.may(.administer, site: event.site, camera: event.sourceID)
        guard let note = context.parameters.get("note").flatMap({ EventID($0) }),
            try await store.deleteNote(note, of: id, by: isAdministered ? nil : session.account)
        else {
            throw Problem(.notFound, "not-found", "No such note", "This event has no note of yours with this id, or it was deleted.")
        }
        return Response(status: .noContent)
    }

    private static func append(_ note: EventNote, to out: inout [UInt8]) {
        out += Array("{\"id\":\"\(note.id)\",\"text\":".utf8)
        JSONText.append(note.text, to: &out)
        out += Array(",\"created_at\":\"\(note.createdAt.rfc3339)\",\"created_by\":".utf8)
        JSONText.append(note.createdBy, to: &out)
        out.append(UInt8(ascii: "}"))
    }
}
